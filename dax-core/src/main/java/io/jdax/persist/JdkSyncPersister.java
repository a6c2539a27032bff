package io.jdax.persist;

import io.jdax.os.AccessFault;
import io.jdax.region.Region;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import jdk.nio.mapmode.ExtendedMapMode;

/**
 * fsdax without stubs. The JDK writes cache lines back when it is asked to force a {@code
 * READ_WRITE_SYNC} mapping (JEP 352), but only one that it made itself. So the file is mapped a
 * second time. Caches work on physical lines, so that a write-back through one mapping writes the
 * lines of both. The force fences before and after, so a flush is durable at once.
 */
final class JdkSyncPersister extends SynchronousPersister {
  /** {@link MemorySegment#force}, or what a test puts in its place. */
  interface Force {
    void run(MemorySegment lines);
  }

  private final MemorySegment alias;
  private final DeepFlush deeper;
  private final Force force;

  /**
   * @throws UnsupportedOperationException this JVM or its CPU can't write cache lines back
   * @throws IOException the file system refused MAP_SYNC
   */
  JdkSyncPersister(Region region, DeepFlush deeper) throws IOException {
    super(region);
    String mode = System.getProperty("java.vm.info", "");
    if (!writesBack(mode)) {
      throw new UnsupportedOperationException("a JVM in " + mode + " dies at the first write-back");
    }
    this.deeper = deeper;
    this.force = MemorySegment::force;
    // By descriptor: the path may lead to another file by now.
    Path file = Path.of("/proc/self/fd/" + region.fd());
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      // The automatic arena unmaps it once nobody can flush any more.
      this.alias =
          channel.map(ExtendedMapMode.READ_WRITE_SYNC, 0, region.sizeBytes(), Arena.ofAuto());
    }
  }

  /** Over an alias of any kind, for tests. */
  JdkSyncPersister(Region region, MemorySegment alias, Force force) {
    super(region);
    this.deeper = DeepFlush.NONE;
    this.alias = alias;
    this.force = force;
  }

  /**
   * Whether a JVM of this {@code java.vm.info} has the routine that a force calls. JDK 25 makes it
   * together with those of its optimising compiler, and without that compiler (-Xint,
   * -XX:TieredStopAtLevel=1) jumps to address 0.
   */
  static boolean writesBack(String vmInfo) {
    return !vmInfo.contains("interpreted mode") && !vmInfo.contains("emulated-client");
  }

  @Override
  public void flush(long offset, long length) throws IOException {
    AccessFault.deliver();
    check(offset, length);
    ensureDone();
    if (length != 0) {
      writeBack(offset, length);
    }
    ensureDone();
  }

  private void writeBack(long offset, long length) throws IOException {
    Region region = region();
    // To clean a line of another core's stores after they were seen takes a barrier. The JDK has
    // one
    // after the write-back, and none before it.
    VarHandle.fullFence();
    // The write-back of a page that is not backed may end the JVM: the file was truncated, or media
    // went bad in the middle of the range. Loads don't, so they prove each page first.
    if (AccessFault.firstUnbacked(alias, offset, length) >= 0) {
      throw FaultReport.inRegion(region, offset, length, null);
    }
    try {
      force.run(alias.asSlice(offset, length));
    } catch (UncheckedIOException e) {
      region.writebacks().fail(e);
      throw new PersistException(region.name(), offset, length, "force failed", e);
    }
  }

  @Override
  public void deepFlush(long offset, long length) throws IOException {
    flush(offset, length);
    deeper.run(region(), offset, length);
    ensureDone();
  }

  @Override
  public String describe() {
    return "jdk (MemorySegment.force on a SYNC mapping)";
  }
}
