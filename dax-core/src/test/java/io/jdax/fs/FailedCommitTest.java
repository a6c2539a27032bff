package io.jdax.fs;

import static io.jdax.fs.LogDisk.page;
import static io.jdax.fs.LogDisk.pages;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.error.TreeFailedException;
import io.jdax.fs.facts.OpenMode;
import io.jdax.mm.DaxMapping;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Where notes go to the tree at once, since there is no log")
class FailedCommitTest {
  private static final long WITHOUT_LOG = 512 << 10;
  private static final OpenMode[] RW = {OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE};

  @ParameterizedTest
  @ValueSource(ints = {4096, 1024})
  @DisplayName("an append that returns survives a kill, whichever drain fails, and others say it")
  void everyDrain(int block) throws IOException {
    boolean refused = false;
    boolean more = true;
    for (int n = 0; more; n++) {
      try (LogDisk disk = LogDisk.format(WITHOUT_LOG, block, SteppedPersister::new)) {
        DaxFile file = disk.fs().open("/f", RW);
        file.append(page(1));
        file.fsync();
        int[] left = {n};
        SteppedPersister stepped = (SteppedPersister) disk.persister;
        stepped.step =
            call -> {
              if (call.equals("drain") && left[0]-- <= 0) {
                throw new IOException("injected");
              }
            };
        boolean returned = false;
        try {
          file.append(page(2, 3));
          returned = true;
        } catch (IOException e) {
          refused |= e instanceof TreeFailedException;
        }
        more = left[0] < 0;
        stepped.step = call -> {};
        if (returned) {
          disk.assertAfterKill("/f", pages(1, 2, 3));
        }
        disk.fs().abandon();
      } catch (TreeFailedException e) {
        // of the end of a file system that has failed
      }
    }
    assertTrue(refused, "no commit has failed");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("nothing is changed any more once a commit has failed, be there a log or not")
  void afterwards(boolean log) throws IOException {
    try (LogDisk disk = LogDisk.format(log ? 4 << 20 : WITHOUT_LOG, 4096, SteppedPersister::new)) {
      DaxFile file = disk.fs().open("/f", RW);
      file.append(page(1));
      file.truncate(3 * LogDisk.PAGE);
      file.fsync();
      DaxMapping mapping = file.map(0, 3 * LogDisk.PAGE);
      SteppedPersister stepped = (SteppedPersister) disk.persister;
      stepped.step =
          call -> {
            throw new IOException("injected");
          };
      assertThrows(IOException.class, () -> disk.fs().createDirectory("/d"));
      stepped.step = call -> {};
      assertThrows(TreeFailedException.class, () -> file.append(page(2)));
      assertThrows(TreeFailedException.class, () -> file.write(0, page(2)));
      assertThrows(TreeFailedException.class, () -> file.truncate(0));
      assertThrows(TreeFailedException.class, () -> mapping.putByte(LogDisk.PAGE, (byte) 1));
      assertThrows(TreeFailedException.class, () -> disk.fs().createDirectory("/d"));
      assertArrayEquals(pages(1, 0, 0), LogDisk.read(disk.fs(), "/f"));
      disk.fs().abandon();
    } catch (TreeFailedException e) {
      // of the end of a file system that has failed
    }
  }
}
