package io.jdax.tests.kill;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFileSystem;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;

/**
 * The process that is killed: mounts a file system and works on it, several workers at a time, each
 * in a directory of its own.
 *
 * <pre>
 *   M              is going to mount
 *   R              has mounted
 *   B worker op    is going to do an operation (KillOp)
 *   A worker       it has returned
 *   E              has unmounted, without having been killed
 *   N worker       it was refused for want of space
 *   X text         anything else went wrong; is the last line
 * </pre>
 *
 * Each line is one write(2) to the pipe: when it has returned, the kernel has it, whatever becomes
 * of the process.
 */
final class KillWriter {
  static final int WORKERS = 2;

  private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

  private KillWriter() {}

  static String directory(int worker) {
    return "/w" + worker;
  }

  static void say(String line) throws IOException {
    OUT.write((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /**
   * @param args region, seed, operations per worker, and how it dies ({@link Doom})
   */
  public static void main(String[] args) throws Exception {
    try {
      Random random = new Random(Long.parseLong(args[1]));
      int operations = Integer.parseInt(args[2]);
      say("M");
      Doom doom = Doom.begin(args[3]);
      try (Region region = Region.open(Path.of(args[0]));
          PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), 4096);
          DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
        say("R");
        Thread[] threads = new Thread[WORKERS];
        for (int w = 0; w < WORKERS; w++) {
          KillWorker worker = new KillWorker(fs, w, new Random(random.nextLong()), doom);
          threads[w] = new Thread(() -> guarded(worker, operations));
          threads[w].start();
        }
        for (Thread thread : threads) {
          thread.join();
        }
      }
      say("E");
    } catch (Throwable t) {
      complain(t);
    }
  }

  private static void guarded(KillWorker worker, int operations) {
    try {
      worker.run(operations);
    } catch (Throwable t) {
      complain(t);
    }
  }

  private static void complain(Throwable t) {
    StringWriter trace = new StringWriter();
    t.printStackTrace(new PrintWriter(trace));
    try {
      say("X " + trace.toString().replace('\n', '|'));
    } catch (IOException e) {
      t.addSuppressed(e); // nobody listens any more
    }
    Runtime.getRuntime().halt(1);
  }
}
