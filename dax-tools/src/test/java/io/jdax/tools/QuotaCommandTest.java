package io.jdax.tools;

import static io.jdax.tools.Outcome.jdax;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class QuotaCommandTest extends FileSystemTest {
  private JsonArray quotas(String path) {
    return jdax("quota", "show", path, "--json").json().getAsJsonObject().getAsJsonArray("quotas");
  }

  private static void assertQuota(JsonObject quota, String directory, long... figures) {
    assertEquals(directory, quota.get("directory").getAsString());
    assertEquals(figures[0], quota.get("limitBytes").getAsLong());
    assertEquals(figures[1], quota.get("usedBytes").getAsLong());
    assertEquals(figures[2], quota.get("limitInodes").getAsLong());
    assertEquals(figures[3], quota.get("usedInodes").getAsLong());
  }

  @Test
  @DisplayName("A directory is limited and told")
  void aDirectoryIsLimitedAndTold() throws IOException {
    jdax("mkdir", inside("/d"), inside("/d/e")).works();
    make("/d/a", "1");
    jdax("quota", "set", inside("/d"), "--bytes", "8K", "--inodes", "4").works();
    assertQuota(quotas(region.toString()).get(0).getAsJsonObject(), "/d", 8192, 4096, 4, 3);
    make("/d/b", "2");
    jdax("put", local("c", "3"), inside("/d/c")).fails("the quota of project 1");
    assertEquals("a b e", ls(inside("/d")));
    String text = jdax("quota", "show", inside("/d/e")).works().out();
    assertEquals(
        "directory  project   used  limit  inodes  limit", text.lines().findFirst().orElse(""));
    assertEquals(
        "/d               1  8 KiB  8 KiB       4      4",
        text.lines().skip(1).findFirst().orElse(""));
  }

  @Test
  @DisplayName("What is not given stays as it was")
  void whatIsNotGivenStaysAsItWas() {
    jdax("mkdir", inside("/d"), inside("/d/e")).works();
    jdax("quota", "set", inside("/d"), "--bytes", "1M").works();
    jdax("quota", "set", inside("/d/"), "--inodes", "100").works();
    jdax("quota", "set", inside("/d/e"), "--inodes", "7").works();
    assertQuota(quotas(inside("/d")).get(0).getAsJsonObject(), "/d", 1 << 20, 0, 100, 1);
    assertQuota(quotas(inside("/d/e")).get(0).getAsJsonObject(), "/d/e", 0, 0, 7, 1);
    assertEquals(2, quotas(inside("/")).size());
    jdax("quota", "set", inside("/d"), "--bytes", "none").works();
    assertQuota(quotas(inside("/d")).get(0).getAsJsonObject(), "/d", 0, 0, 100, 1);
  }

  @Test
  @DisplayName("Limits are taken away")
  void limitsAreTakenAway() {
    jdax("mkdir", inside("/d")).works();
    jdax("quota", "clear", inside("/d")).fails("/d: has no quota of its own");
    jdax("quota", "set", inside("/d"), "--inodes", "1").works();
    jdax("mkdir", inside("/d/e")).fails("does not allow 1 more inodes: 1 of 1 are used");
    jdax("quota", "clear", inside("/d")).works();
    jdax("mkdir", inside("/d/e")).works();
    assertEquals("", jdax("quota", "show", region).works().out());
    assertEquals(0, quotas(inside("/d")).size());
  }

  @Test
  @DisplayName("What crosses is refused")
  void whatCrossesIsRefused() throws IOException {
    jdax("mkdir", inside("/d")).works();
    make("/a", "1");
    jdax("quota", "set", inside("/d"), "--inodes", "9").works();
    jdax("mv", inside("/a"), inside("/d")).fails("crosses from no project to project 1");
    assertEquals("a d", ls(region.toString()));
  }

  @Test
  @DisplayName("The check counts the same")
  void theCheckCountsTheSame() throws IOException {
    jdax("mkdir", inside("/d")).works();
    jdax("quota", "set", inside("/d"), "--bytes", "1M").works();
    make("/d/a", "1");
    JsonObject counted =
        jdax("check", region, "--json")
            .json()
            .getAsJsonObject()
            .getAsJsonArray("projects")
            .get(0)
            .getAsJsonObject();
    JsonObject told = quotas(region.toString()).get(0).getAsJsonObject();
    for (String figure : new String[] {"project", "usedBytes", "usedInodes"}) {
      assertEquals(told.get(figure), counted.get(figure));
    }
  }

  @Test
  @DisplayName("A file tells its project")
  void aFileTellsItsProject() throws IOException {
    jdax("mkdir", inside("/d")).works();
    jdax("quota", "set", inside("/d"), "--bytes", "1M").works();
    make("/d/a", "1");
    JsonObject stat = jdax("stat", inside("/d/a"), "--json").json().getAsJsonObject();
    assertEquals(1, stat.get("project").getAsInt());
  }
}
