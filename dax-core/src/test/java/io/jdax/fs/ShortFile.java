package io.jdax.fs;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Memory of which only a part can be reached: a mapping of a file that was truncated since. */
final class ShortFile {
  private ShortFile() {}

  /**
   * Maps a new file of a folder, and truncates it.
   *
   * @param size of the memory, in bytes
   * @param value of each of them
   * @param there how many bytes can still be reached, a multiple of 4096
   */
  static MemorySegment map(Path folder, int size, int value, long there, Arena arena)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            folder.resolve("short"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      channel.write(FsFixture.bytes(size, value).asByteBuffer(), 0);
      MemorySegment all = channel.map(FileChannel.MapMode.READ_WRITE, 0, size, arena);
      channel.truncate(there);
      return all;
    }
  }
}
