package io.jdax.mm.engine;

import io.jdax.mm.HolePolicy;
import io.jdax.mm.NotInPlaceException;
import io.jdax.mm.Sharing;
import io.jdax.mm.TableSpaceException;
import io.jdax.os.Pages;
import io.jdax.region.ReadOnlyRegionException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Makes the mappings of a file, and ends them. */
final class Mappings implements MappedArea.Owner {
  /** See {@link AddressSpace#MAX_MAPPING_BYTES}. */
  static final long MAX_BYTES = 1L << 47;

  final MappedFile file;
  final Faults faults;
  final Writeback writeback;
  private final FrameSpace frames;
  private final RetiredMappings retired;
  private volatile boolean wasMapped;

  Mappings(MappedFile file, Faults faults, Writeback writeback, RetiredMappings retired) {
    this.file = file;
    this.frames = file.frames;
    this.faults = faults;
    this.writeback = writeback;
    this.retired = retired;
  }

  /** Whether there is one, or was. */
  boolean wasMapped() {
    return wasMapped;
  }

  /** See {@link AddressSpace#map(long, long, Sharing, boolean, HolePolicy)}. */
  FileMapping map(long offset, long length, Sharing sharing, boolean sync, HolePolicy holes)
      throws IOException {
    if (offset < 0 || offset % Pages.BYTES != 0) {
      throw new IllegalArgumentException("offset " + offset + " is not a multiple of 4096");
    }
    if (length <= 0 || length > MAX_BYTES || offset > Long.MAX_VALUE - Pages.BYTES - length) {
      throw new IllegalArgumentException(
          "length " + length + " at " + offset + " is not from 1 to " + MAX_BYTES);
    }
    if (sharing == Sharing.SHARED && frames.region().readOnly()) {
      throw new ReadOnlyRegionException(
          file.regionName(), "is open for loads only, and a shared mapping stores");
    }
    frames.unfinishedCloses().goOn();
    MappingFacts facts = new MappingFacts(Pages.of(offset), Pages.in(length), sharing, sync, holes);
    return file.retainFor(
        () -> {
          long stamp = file.invalidateLock.lockShared();
          try {
            return mapChecked(facts);
          } finally {
            file.invalidateLock.unlockShared(stamp);
          }
        });
  }

  private FileMapping mapChecked(MappingFacts facts) throws IOException {
    file.ensureOpen();
    if (facts.sync() && !file.mapper.inPlace()) {
      throw new NotInPlaceException(file.regionName(), file.name, facts.firstPage());
    }
    PageTable table = table(facts.pageCount(), facts.sharing() != Sharing.READ_ONLY);
    FileMapping mapping = null;
    boolean done = false;
    try {
      mapping = new FileMapping(this, facts, table, frames.epoch());
      wasMapped = true;
      frames.register(mapping.area().pages);
      file.mappings.add(mapping.area());
      done = true;
      return mapping;
    } finally {
      if (!done) {
        if (mapping != null) {
          frames.unregister(mapping.area().pages);
        }
        table.giveBack(null);
      }
    }
  }

  /** Makes a table; if no addresses are left, first waits for what closed mappings give back. */
  private PageTable table(long pageCount, boolean stores) throws IOException {
    try {
      return new PageTable(pageCount, frames.tablePool(), stores);
    } catch (TableSpaceException e) {
      frames.quarantine().turnOver();
      retired.sweepLocked();
      return new PageTable(pageCount, frames.tablePool(), stores);
    }
  }

  /** Does all of a close, but does not go on with closes of others, so that locks may be held. */
  void unmap(MappedArea area) {
    area.end();
    try {
      area.closing.run();
    } catch (IOException e) {
      throw new AssertionError("nothing is written", e);
    }
    retired.sweepMany();
  }

  @Override
  public void leave(MappedArea area) {
    frames.awaitClosed(area.lastStores());
    if (!area.beginLeaving()) {
      return;
    }
    boolean done = false;
    try {
      frames.unregister(area.pages);
      retired.takeIn(area);
      done = true;
    } finally {
      area.setLeft(done);
    }
    file.mapper.released();
  }

  /** Ends all mappings. Needs the invalidate lock exclusively. */
  void close() {
    List<MappedArea> open = new ArrayList<>();
    file.mappings.overlapping(0, Long.MAX_VALUE, open::add);
    open.forEach(MappedArea::end); // all in one epoch, for which the first close waits
    open.forEach(this::unmap);
    retired.close();
  }
}
