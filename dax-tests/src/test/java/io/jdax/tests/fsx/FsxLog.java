package io.jdax.tests.fsx;

import java.util.ArrayDeque;
import java.util.Deque;

/** The last operations of one worker, for the report of a failure. */
final class FsxLog {
  private static final int KEPT = Integer.getInteger("jdax.fsx.log", 60);

  private final String name;
  private final Deque<String> last = new ArrayDeque<>();
  private long count;

  FsxLog(String name) {
    this.name = name;
  }

  /** Before the operation is done: the one that fails is the last. */
  synchronized void add(String operation) {
    if (last.size() == KEPT) {
      last.removeFirst();
    }
    last.addLast(count++ + " " + operation);
  }

  /** What came of the operation added last. */
  synchronized void outcome(String what) {
    last.addLast(last.removeLast() + " -> " + what);
  }

  @Override
  public synchronized String toString() {
    return name + ", last of " + count + " operations:\n  " + String.join("\n  ", last);
  }
}
