package io.jdax.tests.fsx;

import static io.jdax.tests.fsx.FsxModel.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.facts.FileExtent;
import io.jdax.mm.ExtentState;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;

/** One thread's operations on its subject, each checked, and the whole subject now and then. */
final class FsxWorker {
  private static final int VERIFY_EVERY = 400;

  final FsxSubject subject;
  private final FsxFileOps file;
  private final FsxViewOps views;
  private final FsxMemoryOps memory;
  private final FsxPinOps pins;
  private long operations;

  FsxWorker(FsxSubject subject) {
    this.subject = subject;
    this.file = new FsxFileOps(subject);
    this.views = new FsxViewOps(subject);
    this.memory = new FsxMemoryOps(subject, views);
    this.pins = new FsxPinOps(subject);
  }

  /** How many it has done. */
  long operations() {
    return operations;
  }

  void run(int count) throws IOException {
    for (int i = 1; i <= count; i++) {
      step(FsxOp.pick(subject.random, subject.alone));
      operations++;
      if (i % VERIFY_EVERY == 0) {
        verify();
      }
    }
  }

  private void step(FsxOp op) throws IOException {
    switch (op) {
      case READ -> file.read();
      case WRITE -> file.write();
      case APPEND -> file.append();
      case LOAD -> memory.load();
      case STORE -> memory.store();
      case BULK_LOAD -> memory.bulkLoad();
      case BULK_STORE -> memory.bulkStore();
      case TRUNCATE -> file.truncate();
      case PUNCH -> file.punch();
      case ZERO_RANGE -> file.zeroRange();
      case ALLOCATE -> file.allocate();
      case PERSIST -> views.persist();
      case FSYNC -> file.fsync();
      case SEEK -> {
        if (subject.random.nextInt(4) == 0) {
          views.seek();
        } else {
          file.seek();
        }
      }
      case EXTENTS -> extents();
      case MAP -> views.map();
      case UNMAP -> views.unmap();
      case PIN -> pins.pin();
      case PIN_ACCESS -> pins.access();
      case UNPIN -> pins.unpin();
      case REOPEN -> {
        subject.log.add("reopen");
        subject.reopen();
      }
    }
  }

  /** Everything that the worker answers for is as the model has it. */
  void verify() throws IOException {
    subject.log.add("verify");
    assertEquals(subject.model.size(), subject.file().sizeBytes(), "size");
    assertEquals(subject.model.size(), subject.file().stat().sizeBytes(), "size in stat");
    int length = (int) Math.max(0, Math.min(subject.end, subject.model.size()) - subject.begin);
    byte[] got = new byte[length];
    if (length > 0) {
      assertEquals(length, subject.file().read(subject.begin, MemorySegment.ofArray(got)));
    }
    subject.require(subject.model.mismatch(subject.begin, got, 0, length), "verify");
    checkExtents();
  }

  private void extents() throws IOException {
    subject.log.add("extents");
    checkExtents();
  }

  /** In order, apart, of blocks of their own; what is data is written, what is a hole is not. */
  private void checkExtents() throws IOException {
    Set<Long> blocks = new HashSet<>();
    Set<Long> written = new HashSet<>();
    long from = 0;
    int block = subject.blockBytes;
    for (FileExtent e : subject.file().extents()) {
      assertTrue(e.offset() >= from && e.length() > 0, () -> "order: " + e);
      assertTrue(e.offset() % block == 0 && e.length() % block == 0, () -> "blocks: " + e);
      from = e.offset() + e.length();
      if (e.offset() >= subject.end || from <= subject.begin) {
        continue;
      }
      for (long at = 0; at < e.length(); at += block) {
        assertTrue(blocks.add(e.place() + at), () -> "a block is there twice: " + e);
        if (e.state() == ExtentState.WRITTEN) {
          written.add((e.offset() + at) / PAGE);
        }
      }
    }
    for (long page = subject.begin / PAGE; page < subject.end / PAGE; page++) {
      FsxModel.Page expected = subject.model.page(page);
      if (expected != FsxModel.Page.EITHER) {
        assertEquals(expected == FsxModel.Page.DATA, written.contains(page), "data, page " + page);
      }
    }
  }
}
