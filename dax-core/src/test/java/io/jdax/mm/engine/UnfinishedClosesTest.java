package io.jdax.mm.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Closes that were broken off are gone on with by whoever comes next. */
class UnfinishedClosesTest {
  private final UnfinishedCloses list = new UnfinishedCloses();
  private final List<String> done = new ArrayList<>();
  private boolean failing = true;

  private Closing closing(String name) {
    return new Closing(
        list,
        () -> {
          if (failing) {
            throw new IOException(name);
          }
          done.add(name);
        });
  }

  private void breakOff(Closing closing, String name) {
    assertEquals(name, assertThrows(IOException.class, closing::run).getMessage());
  }

  @Test
  @DisplayName("Every close that was broken off is gone on with, once, by the next call")
  void goesOnWithAll() {
    for (String name : List.of("a", "b", "c")) {
      breakOff(closing(name), name);
    }
    failing = false;
    list.goOn();
    assertEquals(List.of("a", "b", "c"), done.stream().sorted().toList());
    list.goOn();
    assertEquals(3, done.size());
  }

  @Test
  @DisplayName("Those that fail again stay, and are not in the list twice")
  void failsAgain() {
    Closing twice = closing("twice");
    breakOff(twice, "twice");
    breakOff(twice, "twice");
    breakOff(closing("other"), "other");
    list.goOn();
    list.goOn();
    assertEquals(List.of(), done);
    failing = false;
    list.goOn();
    assertEquals(List.of("other", "twice"), done.stream().sorted().toList());
  }

  @Test
  @DisplayName("An error in one keeps nobody from the others, and is not the caller's")
  void errorInOne() throws IOException {
    OutOfMemoryError error = new OutOfMemoryError("for a test");
    boolean[] enough = new boolean[1];
    Closing poor =
        new Closing(
            list,
            () -> {
              if (!enough[0]) {
                throw error;
              }
              done.add("poor");
            });
    breakOff(closing("before"), "before");
    assertSame(error, assertThrows(OutOfMemoryError.class, poor::run));
    breakOff(closing("after"), "after");
    failing = false;
    list.goOn();
    assertEquals(List.of("after", "before"), done.stream().sorted().toList());
    enough[0] = true;
    list.goOn();
    assertEquals("poor", done.getLast());
  }
}
