package io.jdax.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.check.Defect;
import io.jdax.fs.check.DefectCode;
import io.jdax.fs.check.FileSystemCheck;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.format.DirentRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a check tells a person at a terminal. */
class DefectMessagesTest {
  @Test
  @DisplayName("A name is told in one line, without what a terminal would obey")
  void names() throws IOException {
    try (DamagedDisk disk = new DamagedDisk()) {
      byte[] name = "a/\n\u001b[2Jb".getBytes(StandardCharsets.UTF_8);
      disk.entry(disk.dir, "file", new DirentRecord(disk.file, FileType.REGULAR, name));
      List<Defect> defects = FileSystemCheck.check(disk.device).defects();
      List<String> told =
          defects.stream().filter(d -> d.code() == DefectCode.DE2).map(Defect::what).toList();
      assertEquals(List.of("the name 'a/??[2Jb' is not valid"), told);
    }
  }

  @Test
  @DisplayName("Each code says what is wrong, and what a repair does")
  void codes() {
    for (DefectCode code : DefectCode.values()) {
      assertTrue(code.meaning().length() > 10, code.name());
      assertTrue(code.repair().length() > 10, code.name());
      Defect defect = new Defect(code, "region", 3, 7, "wrong");
      assertEquals(
          code + " region: frame 3 (offset 12288): inode 7: wrong; repair: " + code.repair(),
          defect.message());
    }
  }
}
