package io.jdax.os;

import java.util.ArrayList;
import java.util.List;

/**
 * Has one system call of this thread fail, or only writes down which there are. Other threads are
 * left alone.
 */
public final class FailingCalls implements AutoCloseable {
  /** What to do at a call, before it is made. */
  public interface At {
    /** The errno that it fails with; 0: it is made. */
    int call(String name, int index);
  }

  private final Thread thread = Thread.currentThread();
  private final List<String> calls = new ArrayList<>();

  private FailingCalls(At at) {
    Libc.failBy(
        name -> {
          if (!Thread.currentThread().equals(thread)) {
            return 0;
          }
          calls.add(name);
          return at.call(name, calls.size() - 1);
        });
  }

  public static FailingCalls by(At at) {
    return new FailingCalls(at);
  }

  /** The one with this index, counted from 0. */
  public static FailingCalls number(int index, int errno) {
    return new FailingCalls((name, i) -> i == index ? errno : 0);
  }

  /** All of that name. */
  public static FailingCalls named(String name, int errno) {
    return new FailingCalls((call, i) -> call.equals(name) ? errno : 0);
  }

  public static FailingCalls none() {
    return new FailingCalls((name, i) -> 0);
  }

  /** Their names so far, those that failed too. */
  public List<String> calls() {
    return List.copyOf(calls);
  }

  @Override
  public void close() {
    Libc.failBy(null);
  }
}
