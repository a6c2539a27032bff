package io.jdax.tests.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;

/**
 * The kernel's OOM killer, in a memory cgroup of the writer's own: a thread of the writer takes
 * memory until the group has no more, while the others go on. Which of them asks for the page that
 * is too much, and in which system call or page fault, is chance.
 *
 * <p>Pages of the region in {@code /dev/shm} count to the group that touches them first. That is
 * the test's, which has stored to all of them; else a store to the region could be what is killed
 * for, and the dead group would keep them.
 */
final class MemoryDeath implements Death {
  /**
   * A writer with the heap that it gets here has taken 60 MiB at most after 40,000 operations; the
   * rest is what it eats, and a region of 2 MiB that it may give back to the system and touch anew.
   */
  private static final long LIMIT_BYTES = 96L << 20;

  private final MemoryGroup group;
  private long killed;

  /**
   * Makes the group.
   *
   * @throws IOException this machine does not let the test make one; the message says why
   */
  MemoryDeath() throws IOException {
    group = MemoryGroup.create(LIMIT_BYTES);
  }

  /** The shell joins the group, so that all of the JVM counts, and is first in line there. */
  @Override
  public List<String> command(List<String> jvm) {
    return group.joined(jvm);
  }

  @Override
  public List<String> options() {
    return List.of("-Xmx32m");
  }

  @Override
  public String order(int acknowledgements, long nanos) {
    return Doom.EAT + " " + acknowledgements + " " + nanos;
  }

  @Override
  public void strike(ProcessHandle writer, long nanos) {
    // the kernel does, when the writer has eaten enough
  }

  @Override
  public void requireDied(int status) throws IOException {
    assertEquals(SIGKILL_STATUS, status, "status of a writer that the OOM killer has ended");
    long now = group.kills();
    assertEquals(killed + 1, now, "kills for want of memory that the group has counted");
    killed = now;
  }

  @Override
  public void close() throws IOException {
    group.close();
  }

  @Override
  public String toString() {
    return "OOM killer";
  }
}
