package io.jdax.fs;

import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.RecordedEvents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the file system tells a recording of Flight Recorder. */
class FsEventsTest {
  @Test
  @DisplayName("An fsync tells its file, and the commit in it tells how many nodes it wrote")
  void fsyncAndCommit() throws IOException {
    try (FsFixture fixture = new FsFixture(8 << 20);
        DaxFile file = fixture.fs.open("/f", RW)) {
      file.fsync();
      List<RecordedEvent> events =
          RecordedEvents.of(
              () -> {
                file.write(0, ByteBuffer.allocate(100));
                file.fsync();
                file.fsync();
                fixture.fs.sync();
                fixture.fs.createDirectory("/d");
                fixture.fs.volume.tree.commitTree();
              },
              "io.jdax.Fsync",
              "io.jdax.Commit");
      long inode = fixture.fs.stat("/f").inode();
      assertEquals(
          List.of(
              "io.jdax.Fsync",
              "io.jdax.Fsync",
              "io.jdax.Commit",
              "io.jdax.Commit",
              "io.jdax.Commit"),
          events.stream().map(event -> event.getEventType().getName()).toList());
      assertEquals(0, events.get(2).getInt("nodes"), "the journal tells what sync has folded");
      assertEquals(0, events.get(3).getInt("nodes"), "and the directory");
      assertTrue(events.getLast().getInt("nodes") > 0);
      assertEquals(inode, events.getFirst().getLong("inode"));
      assertEquals(inode, events.get(1).getLong("inode"));
    }
  }
}
