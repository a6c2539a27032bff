package io.jdax.fs;

import static io.jdax.Sizes.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.format.NameHash;
import io.jdax.fs.mount.Mount;
import io.jdax.fs.mount.Mounting;
import io.jdax.fs.tree.Change;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A block that belongs to two files is refused by the mount")
class DoublyUsedBlockTest {
  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 2048, 4096})
  @DisplayName("The refusal names the frame that the block lies in, whatever size blocks have")
  void refusalNamesTheFrame(int blockBytes) throws IOException {
    try (Region region = Region.anonymous("twice", 512 * PAGE);
        PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), blockBytes)) {
      DaxFileSystem.format(device, "twice", blockBytes);
      long block;
      long other;
      try (DaxFileSystem fs = DaxFileSystem.mount(device);
          DaxFile file = fs.open("/file", OpenMode.WRITE, OpenMode.CREATE);
          DaxFile second = fs.open("/second", OpenMode.WRITE, OpenMode.CREATE)) {
        file.write(0, MemorySegment.ofArray(new byte[6 * PAGE]));
        file.fsync();
        block = file.extents().getFirst().place() / blockBytes + 2;
        other = second.stat().inode();
      }
      claim(device, other, block);

      var e =
          assertThrows(CorruptMetadataException.class, () -> DaxFileSystem.mount(device).close());
      long frame = block * blockBytes / PAGE;
      assertEquals(frame, e.pfn());
      assertEquals(frame * PAGE, e.offset());
      String sentence = "extent of inode " + other + " in frame " + frame + " is in use twice";
      assertTrue(Messages.of(e).endsWith(sentence), Messages.of(e));
    }
  }

  /** Makes a block part of a file, whoever else has it. */
  private static void claim(PmemBlockDevice device, long inode, long block) throws IOException {
    Mount mount = Mounting.mount(device, MountOptions.DEFAULTS.withParallelism(1), NameHash::of);
    try {
      try (Change change = mount.volume.tree.change()) {
        DamagedDisk.putExtent(change, inode, 0, block, 1);
        change.done();
      }
      mount.volume.tree.commit();
    } finally {
      mount.tearDown();
    }
  }
}
