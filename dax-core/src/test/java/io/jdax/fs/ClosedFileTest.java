package io.jdax.fs;

import static io.jdax.Sizes.PAGE;
import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.file.Inode;
import io.jdax.fs.file.InodeState;
import io.jdax.fs.file.InodeTable;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.channels.ClosedChannelException;
import java.util.EnumSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is left of a file that nobody has open any more: nothing. */
class ClosedFileTest {
  @Test
  @DisplayName("A file that is closed during a call is let go of by that call, and by no other")
  void closedDuringCall() throws IOException {
    try (FsFixture fixture = new FsFixture(4 << 20)) {
      fixture.fs.open("/f", RW).close();
      InodeTable inodes = fixture.fs.mount.inodes;
      Inode inode = inodes.retain(fixture.fs.stat("/f").inode());
      FileHandle handle = new FileHandle(inodes, inode, EnumSet.of(OpenMode.READ));
      Calls first = handle.enter();
      Calls second = handle.enter();
      handle.end();
      assertThrows(ClosedChannelException.class, handle::enter);
      first.close();
      assertEquals(1, inode.users, "a call is under way");
      second.close();
      assertEquals(InodeState.GONE, inode.state);
      handle.end();
      try (DaxFile again = fixture.fs.open("/f", RW)) {
        assertEquals(1, again.inode.users);
      }
    }
  }

  private static WeakReference<Inode> closed(DaxFileSystem fs, String path) throws IOException {
    try (DaxFile file = fs.open(path, RW)) {
      file.write(0, FsFixture.bytes(3 * PAGE, 1));
      return new WeakReference<>(file.inode);
    }
  }

  @ParameterizedTest
  @EnumSource(TierMode.class)
  @DisplayName("A closed file is no longer in the memory of the file system, in DRAM or in place")
  void keptByNobody(TierMode mode) throws IOException {
    Region region = Region.anonymous("closed", 4 << 20);
    MountOptions options = MountOptions.DEFAULTS.withTier(mode).withCacheBytes(64 * PAGE);
    try (FsFixture fixture = new FsFixture(region, Persister.of(region), options)) {
      WeakReference<Inode> inode = closed(fixture.fs, "/f");
      closed(fixture.fs, "/g"); // so that no thread still has the other in its hands
      for (int i = 0; i < 100 && inode.get() != null; i++) {
        System.gc();
      }
      assertNull(inode.get());
    }
  }
}
