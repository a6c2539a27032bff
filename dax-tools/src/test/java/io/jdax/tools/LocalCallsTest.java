package io.jdax.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jdax.machine.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCallsTest {
  @Test
  @DisplayName(
      "Seek finds data and holes, and −1 where there are none; a closed descriptor is EBADF")
  void seekFindsDataAndHoles(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("f");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1 << 20), 2 << 20);
    }
    int fd = LocalCalls.open(LocalCalls.HERE, file.toString(), LocalCalls.O_RDWR, 0);
    try {
      LocalCalls.truncate(fd, 4 << 20, "seek");
      LocalCalls.fsync(fd, "seek");
      assertEquals(2 << 20, LocalCalls.seek(fd, 0, LocalCalls.SEEK_DATA, "seek"));
      assertEquals(3 << 20, LocalCalls.seek(fd, 2 << 20, LocalCalls.SEEK_HOLE, "seek"));
      assertEquals(-1, LocalCalls.seek(fd, 3 << 20, LocalCalls.SEEK_DATA, "seek"));
      assertEquals(-1, LocalCalls.seek(fd, 4 << 20, LocalCalls.SEEK_HOLE, "seek"));
    } finally {
      LocalCalls.close(fd);
    }
    SystemCallException e =
        assertThrows(
            SystemCallException.class,
            () -> LocalCalls.seek(fd, 0, LocalCalls.SEEK_DATA, "closed"));
    assertEquals("EBADF", e.errnoName());
  }
}
