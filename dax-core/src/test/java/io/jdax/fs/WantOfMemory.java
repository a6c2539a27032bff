package io.jdax.fs;

import static io.jdax.Sizes.PAGE;
import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.facts.FileSystemStat;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.TierMode;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import io.jdax.mm.Sharing;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiConsumer;

/** What {@link WantOfMemoryTest} does with the woven classes, of which this is one. */
@SuppressWarnings("NullAway.Init") // each round opens and maps before anything else
public final class WantOfMemory implements BiConsumer<String, String> {
  private static final long PAGES = 1024;
  private static final long SIZE = PAGES * PAGE;
  private static final long FAR = 64 << 20;
  private static final boolean EVERY = Boolean.getBoolean("jdax.test.everyStep");

  private final MemorySegment bytes = Arena.ofAuto().allocate(SIZE);
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private int blockBytes = PAGE;
  private TierMode tier = TierMode.DIRECT;
  private PmemBlockDevice device;
  private DaxFileSystem fs;
  private DaxFile file;
  private DaxMapping mapping;
  private DaxMapping second;
  private DaxMapping copies;
  private Pin pin;
  private long usedBlocks;
  private String where = "";

  /** Made by reflection. */
  public WantOfMemory() {}

  @Override
  public void accept(String place, String operation) {
    open.clear();
    blockBytes = place.equals("in small blocks") ? 512 : PAGE;
    tier = place.equals("cached") ? TierMode.CACHED : TierMode.DIRECT;
    try {
      format();
      round(operation, Long.MAX_VALUE); // for what the JVM does once
      long index = 0;
      for (boolean more = true; more; index += EVERY || index < 48 ? 1 : 3) {
        more = round(operation, index);
      }
      assertTrue(index > 2, "allocations failed: " + index);
    } catch (IOException e) {
      throw new UncheckedIOException(where, e);
    } catch (Exception e) {
      throw new AssertionError(where, e);
    } finally {
      Allocations.end();
    }
  }

  private void format() throws IOException {
    Region region = Region.anonymous("memory", 24 << 20);
    device = PmemBlockDevice.of(region, Persister.of(region), blockBytes);
    DaxFileSystem.format(device, "memory");
    mount();
    fs.open("/f", RW).close();
    fs.sync();
    usedBlocks = used();
  }

  private void mount() throws IOException {
    fs = DaxFileSystem.mount(device, MountOptions.DEFAULTS.withTier(tier).withCacheBytes(2 << 20));
  }

  private long used() {
    FileSystemStat stat = fs.statfs();
    return stat.totalBlocks() - stat.freeBlocks();
  }

  /** Whether there was an allocation to fail. */
  private boolean round(String operation, long index) throws Exception {
    where = operation + ", allocation " + index;
    try (DaxFile other = fs.open("/g", RW)) {
      other.write(0, bytes.asSlice(0, 50_000));
    }
    file = open(fs.open("/f", RW));
    file.truncate(SIZE);
    fs.sync(); // the next change is the first one behind a commit
    mapping = open(file.map(0, SIZE));
    second = open(file.map(0, SIZE));
    copies = open(file.map(0, SIZE, Sharing.PRIVATE, false, HolePolicy.ZERO));
    for (long page = 3; page < PAGES; page += 100) {
      mapping.putLong(page * PAGE, page);
      second.getLong(page * PAGE);
    }
    copies.putLong(SIZE - PAGE, 1);
    if (operation.equals("write between")) {
      file.write(FAR, MemorySegment.ofArray(new long[] {FAR}));
    }
    if (operation.equals("close once")) {
      pin = file.pin(0, 10 * PAGE, PinAccess.WRITE, true);
      pin.segments().getFirst().set(ValueLayout.JAVA_LONG, 0, 1);
    }
    String failed = null;
    Allocations.fail(index);
    try {
      run(operation);
    } catch (OutOfMemoryError e) {
      // All or nothing, as it looks from here.
    } finally {
      failed = Allocations.end();
      where += " at " + failed;
    }
    look(operation);
    unlink();
    return failed != null;
  }

  private void run(String operation) throws IOException {
    switch (operation) {
      case "punchHole" -> file.punchHole(1 << 20, 1 << 20);
      case "truncate" -> file.truncate((2 << 20) + 5000);
      case "zeroRange" -> file.zeroRange(1 << 20, 1 << 20, false);
      case "allocate" -> file.allocate(0, SIZE, false);
      case "write" -> file.write(5000, bytes.asSlice(0, 1 << 20));
      case "write beyond" -> file.write(SIZE + 100, bytes.asSlice(0, 20_000));
      case "write between" -> file.write(FAR / 2, bytes.asSlice(0, 20_000));
      case "append" -> file.append(bytes.asSlice(0, 20_000));
      case "store" -> {
        for (long page = 10; page < PAGES; page += 90) {
          mapping.putLong(page * PAGE, page);
        }
      }
      case "copyFrom" -> mapping.copyFrom(5000, bytes, 0, 1 << 20);
      case "load" -> {
        for (long page = 10; page < PAGES; page += 90) {
          second.getLong(page * PAGE);
          copies.putLong(page * PAGE, 2);
        }
      }
      case "create" -> fs.open("/new", RW).close();
      case "rename" -> fs.rename("/g", "/h");
      case "unlink" -> fs.unlink("/g");
      case "attribute" -> fs.setAttribute("/f", "user.a", new byte[900]);
      case "sync" -> fs.sync();
      case "map" -> open(file.map(0, SIZE));
      case "map private" -> open(file.map(0, SIZE, Sharing.PRIVATE, false, HolePolicy.ZERO));
      case "pin" -> open(file.pin(1 << 20, 1 << 18, PinAccess.WRITE, true));
      case "close mapping" -> second.close();
      case "close once" -> {
        open.remove(second);
        open.remove(copies);
        closeOnce();
      }
      case "close file" -> file.close();
      case "close file system" -> fs.close();
      case "fsync" -> file.fsync();
      case "setTier" -> {
        second.close();
        mapping.close();
        copies.close();
        file.setTier(TierMode.DIRECT);
      }
      default -> throw new IllegalArgumentException(operation);
    }
  }

  /** Nobody calls twice, and one that fails is no reason to leave the others open. */
  private void closeOnce() throws IOException {
    try {
      second.close();
    } finally {
      try {
        copies.close();
      } finally {
        pin.close();
      }
    }
  }

  private void look(String operation) throws IOException {
    if (operation.equals("close file system")) {
      fs.close();
      mount();
    } else if (file.isOpen()) {
      compare();
      if (mapping.isOpen()) {
        storeAndRead();
      }
    }
  }

  /** Mappings show what the file has. */
  private void compare() throws IOException {
    long size = file.sizeBytes();
    if (size > FAR) {
      MemorySegment far = MemorySegment.ofArray(new long[1]);
      file.read(FAR, far);
      assertEquals(FAR, far.get(ValueLayout.JAVA_LONG, 0), where + ", the last page");
    }
    file.read(0, bytes);
    for (long at = 0; at + PAGE <= Math.min(size, SIZE); at += PAGE) {
      long expected = bytes.get(ValueLayout.JAVA_LONG, at);
      for (DaxMapping m : new DaxMapping[] {mapping, second}) {
        if (m.isOpen()) {
          assertEquals(expected, m.getLong(at), where + ", page " + at / PAGE);
        }
      }
    }
  }

  /** What is stored is in the file. */
  private void storeAndRead() throws IOException {
    long last = Math.min(file.sizeBytes(), SIZE) - 8 & -PAGE;
    for (long at : new long[] {0, 1 << 20, 403 * PAGE, last}) {
      mapping.putLong(at, at + 42);
      file.fsync();
      file.read(at, bytes.asSlice(0, 8));
      assertEquals(at + 42, bytes.get(ValueLayout.JAVA_LONG, 0), where + ", page " + at / PAGE);
    }
    file.map(0, SIZE).close();
  }

  /** All is closed, and nothing of the file is left. */
  private void unlink() throws Exception {
    closeAll();
    for (String name : new String[] {"/f", "/g", "/h", "/new"}) {
      if (fs.exists(name)) {
        fs.unlink(name);
      }
    }
    fs.sync();
    fs.volume.frames.quarantine().turnOver();
    fs.sync();
    fs.open("/f", RW).close();
    fs.sync();
    long more = used() - usedBlocks;
    assertTrue(more * blockBytes < 24 * PAGE, where + ": blocks that are lost: " + more);
    assertEquals(
        0, fs.volume.frames.privateFramesInUse(), where + ": private copies that are lost");
  }

  private <T extends AutoCloseable> T open(T made) {
    open.addFirst(made);
    return made;
  }

  private void closeAll() throws Exception {
    for (AutoCloseable each; (each = open.pollFirst()) != null; ) {
      each.close();
    }
  }
}
