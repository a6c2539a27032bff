package io.jdax.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.machine.Errno;
import io.jdax.machine.SystemCallException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxFilesTest {
  private static final int FALLOC_FL_PUNCH_HOLE = 2;

  @TempDir Path dir;

  @Test
  @DisplayName("Failure names call subject and errno")
  void failureNamesCallSubjectAndErrno() {
    SystemCallException e =
        assertThrows(
            SystemCallException.class,
            () -> LinuxFiles.open(dir + "/none", LinuxFiles.O_RDONLY, 0));
    assertEquals("open " + dir + "/none: ENOENT (No such file or directory)", e.getMessage());
    assertEquals(Errno.ENOENT, e.errno());
    assertInstanceOf(NoSuchFileException.class, e.asFileSystemException(dir));
  }

  @Test
  @DisplayName("Exclusive creation refuses what exists")
  void exclusiveCreationRefusesWhatExists() throws IOException {
    Path file = Files.createFile(dir.resolve("f"));
    SystemCallException e =
        assertThrows(
            SystemCallException.class,
            () ->
                LinuxFiles.open(
                    file.toString(),
                    LinuxFiles.O_RDWR | LinuxFiles.O_CREAT | LinuxFiles.O_EXCL,
                    0600));
    assertInstanceOf(FileAlreadyExistsException.class, e.asFileSystemException(file));
  }

  @Test
  @DisplayName("Status tells size and type")
  void statusTellsSizeAndType() throws IOException {
    Path file = dir.resolve("f");
    Files.writeString(file, "12345");
    int fd = LinuxFiles.open(file.toString(), LinuxFiles.O_RDONLY, 0);
    try {
      FileStatus status = LinuxFiles.status(fd, "f");
      assertEquals(5, status.sizeBytes());
      assertTrue(status.isRegular());
      assertFalse(status.isDirectory());
    } finally {
      LinuxFiles.close(fd);
    }
    SystemCallException e =
        assertThrows(SystemCallException.class, () -> LinuxFiles.status(fd, "closed"));
    assertEquals("EBADF", e.errnoName());
  }

  @Test
  @DisplayName("Fallocate punch frees blocks and keeps size")
  void fallocatePunchFreesBlocksAndKeepsSize() throws IOException {
    int fd = LinuxFiles.memfdCreate("punch");
    try {
      LinuxFiles.ftruncate(fd, 8192, "punch");
      LinuxFiles.fallocate(fd, 0, 0, 8192, "punch");
      int punch = FALLOC_FL_PUNCH_HOLE | LinuxFiles.FALLOC_FL_KEEP_SIZE;
      LinuxFiles.fallocate(fd, punch, 0, 4096, "punch");
      assertEquals(8192, LinuxFiles.status(fd, "punch").sizeBytes());
    } finally {
      LinuxFiles.close(fd);
    }
  }
}
