package io.jdax.tests.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.jdax.fs.facts.FileExtent;
import io.jdax.persist.Persister;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A page that the kernel itself has declared bad, where it can be asked to. */
class PoisonTest {
  private static final int HWPOISON = 100; // MADV_HWPOISON
  private static final String REFUSED = "the kernel does not poison pages";

  @Test
  @DisplayName("A poisoned page of a file is a typed error; all else is as before")
  void poisoned() throws Exception {
    Path path = Files.createTempFile(Path.of("/dev/shm"), "jdax-poison-", ".region");
    try (ChildJvms jvms = new ChildJvms()) {
      Process child = jvms.start(Child.class, List.of(), path.toString());
      String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, child.waitFor(), () -> said + jvms.errorsOrWhy());
      assumeFalse(
          said.contains(REFUSED), "needs root, and a kernel with CONFIG_MEMORY_FAILURE: " + said);
      assertTrue(said.endsWith("survived\n"), said);
    } finally {
      Files.deleteIfExists(path);
    }
  }

  /** The process that might not live on. */
  static final class Child {
    public static void main(String[] args) throws Throwable {
      Path path = Path.of(args[0]);
      Files.delete(path);
      try (Region region = Region.at(path).size(1 << 20).create();
          Scene scene = Scene.make(region, Persister.of(region))) {
        FileExtent extent = scene.file.extents().getFirst();
        if (!poison(region.address() + (extent.pfn() << 12))) {
          System.out.println(REFUSED);
          return;
        }
        fails(() -> Deed.READ.on(scene));
        fails(() -> Deed.WRITE_OVER.on(scene));
        fails(() -> scene.mapping.copyTo(0, MemorySegment.ofArray(new byte[4096]), 0, 4096));
        scene.file.read(4096, MemorySegment.ofArray(new byte[4096]));
        scene.fs.createDirectory("/new");
        scene.fs.unlink("/g");
      }
      System.out.println("survived");
    }

    private static boolean poison(long address) throws Throwable {
      Linker linker = Linker.nativeLinker();
      MethodHandle madvise =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("madvise"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_INT));
      return (int) madvise.invokeExact(address, 4096L, HWPOISON) == 0;
    }

    private interface Step {
      void run() throws IOException;
    }

    private static void fails(Step step) throws IOException {
      try {
        step.run();
      } catch (MediaErrorException e) {
        return;
      }
      throw new IllegalStateException("a poisoned page did not matter");
    }
  }
}
