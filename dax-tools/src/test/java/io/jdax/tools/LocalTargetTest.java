package io.jdax.tools;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.facts.FileStat;
import io.jdax.fs.facts.FileType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalTargetTest {
  private static final byte[] CONTENT = {1, 2, 3};
  private static final Instant EPOCH = Instant.EPOCH;

  @TempDir Path directory;

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  private static FileStat facts() {
    return new FileStat(2, FileType.REGULAR, 0640, 1, 0, 0, 3, 4096, EPOCH, EPOCH, EPOCH, EPOCH, 0);
  }

  private void fill(String name) throws IOException {
    List<String> before = names();
    int fd = LocalCalls.open(LocalCalls.HERE, directory.toString(), LocalCalls.O_DIRECTORY, 0);
    try (LocalTarget target = LocalTarget.create(fd, ".temporary")) {
      ByteBuffer data = ByteBuffer.allocateDirect(CONTENT.length).put(CONTENT).flip();
      target.write(0, data);
      assertEquals(before, names(), "nothing to be found before it is whole");
      target.finish(facts(), name);
    } finally {
      LocalCalls.close(fd);
    }
  }

  @Test
  @DisplayName("A file has its name when it is whole, and none before, also if it replaces another")
  void wholeOrNothing() throws IOException {
    fill("f");
    assertArrayEquals(CONTENT, Files.readAllBytes(directory.resolve("f")));
    Files.write(directory.resolve("f"), new byte[100]);
    fill("f");
    assertArrayEquals(CONTENT, Files.readAllBytes(directory.resolve("f")));
    Files.createSymbolicLink(directory.resolve("link"), Path.of("f"));
    fill("link");
    assertTrue(Files.isRegularFile(directory.resolve("link"), LinkOption.NOFOLLOW_LINKS));
    assertEquals(List.of("f", "link"), names());
  }
}
