package io.jdax.os;

/**
 * Threads that work in the background. Whoever makes one ends it, and nobody else notices it. It
 * keeps no process alive, and has nothing of the thread that happened to cause it, neither its
 * thread group, nor its priority, nor what threads inherit.
 */
public final class Daemons {
  private Daemons() {}

  /** A daemon thread that is not started yet. */
  @SuppressWarnings("ThreadPriorityCheck") // the normal one, whatever the calling thread has
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
