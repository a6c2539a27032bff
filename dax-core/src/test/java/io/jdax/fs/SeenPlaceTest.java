package io.jdax.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.file.Inode;
import io.jdax.fs.file.InodeTable;
import io.jdax.fs.names.Namespace;
import io.jdax.fs.names.PathQueries;
import io.jdax.fs.names.PathWalk.Place;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A create takes the place that a walk has seen, unless anything has changed since. */
class SeenPlaceTest {
  private static Place seen(InodeTable inodes, String path) throws IOException {
    Place place = new PathQueries(inodes).toOpen(path, true, true);
    assertNull(place.entry());
    return place;
  }

  @Test
  @DisplayName("A file is made at the place that was seen")
  void nothingHasChanged() throws IOException {
    try (FsFixture fixture = new FsFixture(4 << 20)) {
      InodeTable inodes = fixture.fs.mount.inodes;
      fixture.fs.createDirectory("/d");
      Place place = seen(inodes, "/d/f");
      try (var change = inodes.volume.change()) {
        assertTrue(change.isStill(place.state()));
      }
      Inode made = new Namespace(inodes).createFile(place, true);
      assertNotNull(made);
      assertEquals(made.number, fixture.fs.stat("/d/f").inode());
      inodes.release(made);
    }
  }

  @Test
  @DisplayName("A name that was made since it was seen free is not made again")
  void theNameWasMade() throws IOException {
    try (FsFixture fixture = new FsFixture(4 << 20)) {
      InodeTable inodes = fixture.fs.mount.inodes;
      Place place = seen(inodes, "/f");
      fixture.fs.open("/f", OpenMode.WRITE, OpenMode.CREATE).close();
      long inode = fixture.fs.stat("/f").inode();
      assertNull(new Namespace(inodes).createFile(place, true));
      assertEquals(inode, fixture.fs.stat("/f").inode());
      assertEquals(1, fixture.fs.list("/").toList().size());
    }
  }

  @Test
  @DisplayName(
      "A directory that was removed since it was seen gets no file, nor does its successor")
  void theDirectoryIsAnother() throws IOException {
    try (FsFixture fixture = new FsFixture(4 << 20)) {
      InodeTable inodes = fixture.fs.mount.inodes;
      fixture.fs.createDirectory("/d");
      Place place = seen(inodes, "/d/f");
      fixture.fs.removeDirectory("/d");
      Namespace names = new Namespace(inodes);
      Assertions.assertThrows(NoSuchFileException.class, () -> names.createFile(place, true));
      fixture.fs.createDirectory("/d");
      Inode made = names.createFile(place, true);
      assertNotNull(made);
      inodes.release(made);
      assertEquals(
          List.of("f"), fixture.fs.list("/d").toList().stream().map(e -> e.name()).toList());
    }
  }
}
