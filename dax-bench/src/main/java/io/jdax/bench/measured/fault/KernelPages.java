package io.jdax.bench.measured.fault;

import io.jdax.bench.bed.TouchedPages;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Pages of the kernel's that nobody has touched yet, each invocation anew, for each thread. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public abstract class KernelPages {
  KernelMemory memory;

  abstract KernelMemory make();

  /** Before it is mapped. */
  void prepare() {}

  /** When it is mapped. A method of its own, since JMH calls a subclass's setup first. */
  void mapped() {}

  @Setup
  public void open() {
    memory = make();
  }

  @Setup(Level.Invocation)
  public void renew() {
    prepare();
    memory.mapAnew();
    mapped();
  }

  @TearDown
  public void close() {
    memory.close();
  }

  /** Memory of no file. */
  public static class Anonymous extends KernelPages {
    @Override
    KernelMemory make() {
      return KernelMemory.anonymous(TouchedPages.PAGES);
    }
  }

  /** A tmpfs file without a page. */
  public static class Holes extends KernelPages {
    @Override
    KernelMemory make() {
      return KernelMemory.tmpfs(TouchedPages.PAGES);
    }

    @Override
    void prepare() {
      memory.fill(false);
    }
  }

  /** A tmpfs file all of whose pages are in the page cache. */
  public static class Present extends KernelPages {
    @Override
    KernelMemory make() {
      return KernelMemory.tmpfs(TouchedPages.PAGES);
    }

    @Override
    void prepare() {
      memory.fill(true);
    }
  }

  /** A tmpfs file all of whose pages are in the page cache, and mapped. */
  public static class Mapped extends Present {
    @Override
    void mapped() {
      memory.load();
    }
  }
}
