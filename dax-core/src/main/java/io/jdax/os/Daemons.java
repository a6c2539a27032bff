package io.jdax.os;

/**
 * Threads that work behind the callers. Whoever makes one ends it, and nobody else is to notice it:
 * it keeps no process alive, and nothing of whoever happened to cause it, neither thread group, nor
 * class loader, nor priority, nor what threads inherit.
 */
public final class Daemons {
  private Daemons() {}

  /** A thread that is not started yet. */
  @SuppressWarnings("ThreadPriorityCheck") // it is to be nobody's in particular, the normal one
  public static Thread unstarted(String name, Runnable work) {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    while (group != null && group.getParent() != null) {
      group = group.getParent();
    }
    Thread.Builder.OfPlatform thread =
        Thread.ofPlatform()
            .daemon()
            .name(name)
            .priority(Thread.NORM_PRIORITY)
            .inheritInheritableThreadLocals(false);
    return (group == null ? thread : thread.group(group)).unstarted(work);
  }
}
