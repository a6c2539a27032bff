package io.jdax.tests.crash;

import static java.util.Objects.requireNonNull;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.Insides;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.facts.Quota;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.log.HeldFrames;
import io.jdax.fs.tree.CowTree;
import io.jdax.fs.tree.LogPlace;
import io.jdax.fs.tree.SuperblockInfo;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import io.jdax.mm.Sharing;
import io.jdax.testing.CrashExplorer;
import io.jdax.testing.CrashFigures;
import io.jdax.testing.ImageSet;
import io.jdax.testing.SimulatedPmem;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A file system under exploration: each operation says what it may leave, is done, and has its
 * promise checked. All blocks hold garbage at first, so that what should have been zeroed shows.
 */
final class FsRun implements AutoCloseable {
  static final int PAGE = FileState.PAGE;
  private static final OpenMode[] READ_WRITE = {OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE};

  /** The call that is explored. */
  interface Call {
    void run() throws IOException;
  }

  // what a name may begin with, see FsKind
  static final String TIER = "tier-";
  static final String SMALL_BLOCKS = "1k-";
  static final String SMALLEST_BLOCKS = "512-";
  static final String FULL = "full-";

  /** Where a log lies that a format has made: after the superblocks and the first root. */
  private static final int LOG_FRAME = 3;

  final String name;
  final FsKind kind;

  /** See {@link FsKind#cached}. */
  final boolean cached;

  private final int blockBytes;

  final SimulatedPmem pmem;
  final Map<Integer, DaxFile> open = new TreeMap<>();
  FsState state = FsState.EMPTY;

  @SuppressWarnings("NullAway.Init") // populate() mounts before anything else
  DaxFileSystem fs;

  private final PmemBlockDevice device;
  private final Settings settings;
  private @Nullable CrashExplorer<FsPromise> explorer;
  private @Nullable HeldFrames heldFrames;
  private int inodes;
  private int tags;
  private CrashFigures figures = CrashFigures.NONE;

  /**
   * How to explore.
   *
   * @param only a state's id; null: all
   * @param images that were seen before
   */
  record Settings(int statesPerPoint, @Nullable String only, ImageSet images) {
    static Settings of(int statesPerPoint) {
      return new Settings(statesPerPoint, null, new ImageSet());
    }

    Settings replay(String id) {
      return new Settings(statesPerPoint, id, images);
    }
  }

  /** Formats, and mounts; nothing is explored yet. */
  FsRun(String name, Settings settings) throws IOException {
    this.name = name;
    this.kind = FsKind.of(name);
    this.blockBytes = kind.blockBytes();
    this.cached = kind.cached();
    this.settings = settings;
    pmem = SimulatedPmem.create(name, 384 << 10);
    device = PmemBlockDevice.of(pmem.region(), pmem.persister(), 4096);
    MemorySegment memory = pmem.region().segment();
    for (long at = 0; at < memory.byteSize(); at += 8) {
      memory.set(ValueLayout.JAVA_LONG, at, 0xDBDBDBDBDBDBDBDBL ^ at);
    }
    pmem.settleAll();
  }

  /** The same file system each time: its uuid decides where names lie. */
  void format() throws IOException {
    format(new UUID(1, 2), "crash");
  }

  /** With a log, if there is to be one: a mount takes frames for one on larger devices only. */
  private void format(UUID uuid, String label) throws IOException {
    long features = blockBytes < PAGE ? SuperblockInfo.SMALL_BLOCKS : 0;
    SuperblockInfo info = new SuperblockInfo(uuid, label, blockBytes, 1_000_000, 0, features);
    int frames = kind.logFrames();
    CowTree.format(
        pmem.persister(), frames == 0 ? info : info.withLog(new LogPlace(LOG_FRAME, frames, 0, 0)));
  }

  /** Whether a byte of the region is the log's. */
  boolean isInLog(long offset) {
    long frame = offset / PAGE - LOG_FRAME;
    return frame >= 0 && frame < kind.logFrames();
  }

  void mount() throws IOException {
    MountOptions options = MountOptions.DEFAULTS.withParallelism(1);
    // Nothing is old and few pages are dirty: the flusher does nothing, so that runs are
    // repeatable.
    fs =
        DaxFileSystem.mount(
            device,
            cached
                ? options
                    .withTier(blockBytes < PAGE ? TierMode.DIRECT : TierMode.CACHED)
                    .withCacheBytes(1024 * PAGE)
                    .withWritebackAge(Duration.ofDays(1))
                : options);
  }

  /** Three files, a directory, links; all durable. */
  void populate() throws IOException {
    format();
    mount();
    mkdir("/d");
    create("/a");
    write("/a", 0, 3 * PAGE + 100);
    create("/b");
    write("/b", 0, PAGE / 2);
    create("/d/c");
    write("/d/c", 2 * PAGE, PAGE);
    setAttribute("/a", "user.x", 40);
    sync();
    if (kind.full()) {
      fill();
    }
  }

  void explore() throws IOException {
    explorer =
        CrashExplorer.start(
                pmem, name, name.hashCode(), new FsVerifier(pmem), promise("at first", state))
            .statesPerPoint(settings.statesPerPoint)
            .countIn(settings.images)
            .only(settings.only);
  }

  static FsPromise promise(String when, FsState... states) {
    return new FsPromise(when, List.of(states), false);
  }

  /** Files of garbage until nothing fits any more. */
  private void fill() throws IOException {
    try {
      for (int i = 0; ; i++) {
        String path = "/full" + i;
        create(path);
        write(path, 0, FileState.LIMIT);
        fsync(path);
      }
    } catch (NoSpaceException e) {
      sync();
    }
    try {
      while (true) {
        append("/b", PAGE);
      }
    } catch (NoSpaceException e) {
      sync();
    }
  }

  /** Does a call, of which anything between may be left, and when it has returned the last. */
  void call(String what, FsState after, Call call, FsState... during) throws IOException {
    if (explorer != null) {
      explorer.expect(promise("in " + what, during));
    }
    boolean refused = false;
    try {
      call.run();
    } catch (NoSpaceException e) {
      if (explorer == null || !kind.full()) {
        throw e;
      }
      refused = true;
    }
    // Now, and not when the reclaimer thinks fit: the run is to be repeatable.
    fs.reclaim();
    if (refused) {
      explorer().expect(promise("after " + what + ", refused for want of space", state));
    } else {
      state = cached ? after : after.returned();
      if (explorer != null) {
        explorer.expect(promise("after " + what, state));
      }
    }
    if (explorer != null) {
      explorer.check();
    }
  }

  /** What is in the tree in one change: old or new. */
  private void change(String what, FsState after, Call call) throws IOException {
    call(what, after, call, state, after);
  }

  // ---------------------------------------------------------------- names

  void create(String path) throws IOException {
    int inode = ++inodes;
    change(
        "create " + path,
        state.with(path, inode, new FsState.Node(FileState.empty(), null)),
        () -> open.put(inode, fs.open(path, READ_WRITE)));
  }

  void mkdir(String path) throws IOException {
    change(
        "mkdir " + path,
        state.with(path, ++inodes, FsState.Node.DIRECTORY),
        () -> fs.createDirectory(path));
  }

  void rmdir(String path) throws IOException {
    change("rmdir " + path, state.without(path), () -> fs.removeDirectory(path));
  }

  void unlink(String path) throws IOException {
    change("unlink " + path, state.without(path), () -> fs.unlink(path));
  }

  void rename(String from, String to) throws IOException {
    change("rename " + from + " " + to, state.renamed(from, to), () -> fs.rename(from, to));
  }

  void link(String path, String added) throws IOException {
    change("link " + path + " " + added, state.linked(path, added), () -> fs.link(path, added));
  }

  void symlink(String target, String path) throws IOException {
    change(
        "symlink " + path,
        state.with(path, ++inodes, new FsState.Node(null, target)),
        () -> fs.symlink(target, path));
  }

  void setPermissions(String path, int mode) throws IOException {
    change(
        "chmod " + path,
        with(path, f -> f.with(f.facts.withPermissions(mode))),
        () -> fs.setPermissions(path, mode));
  }

  void setOwner(String path, int uid, int gid) throws IOException {
    change(
        "chown " + path,
        with(path, f -> f.with(f.facts.withOwner(uid, gid))),
        () -> fs.setOwner(path, uid, gid));
  }

  /** Durable on return, and kept until something else moves them. */
  void setTimes(String path, Instant modified, Instant accessed) throws IOException {
    change(
        "utimes " + path,
        with(path, f -> f.with(f.facts.withTimes(modified, accessed))),
        () -> fs.setTimes(path, modified, accessed));
  }

  /** Limits that nothing reaches; every state is looked at for what counts. */
  void setQuota(String path) throws IOException {
    change("setQuota " + path, state, () -> fs.setQuota(path, new Quota(1 << 30, 1000)));
  }

  void clearQuota(String path) throws IOException {
    change("clearQuota " + path, state, () -> fs.clearQuota(path));
  }

  void setAttribute(String path, String attribute, int length) throws IOException {
    byte[] value = bytes(length);
    change(
        "setAttribute " + path,
        with(path, f -> f.with(f.facts.withAttribute(attribute, value))),
        () -> fs.setAttribute(path, attribute, value));
  }

  void removeAttribute(String path, String attribute) throws IOException {
    change(
        "removeAttribute " + path,
        with(path, f -> f.with(f.facts.withAttribute(attribute, null))),
        () -> fs.removeAttribute(path, attribute));
  }

  // ---------------------------------------------------------------- files

  void write(String path, int at, int length) throws IOException {
    write(path, at, length, false);
  }

  void write(String path, int at, int length, boolean dsync) throws IOException {
    byte[] bytes = bytes(length);
    FsState during = with(path, f -> f.writing(at, bytes));
    FsState after =
        dsync
            ? during.with(path, during.file(path).persisted(at, length))
            : wrote(during, path, at, length);
    call(
        (dsync ? "dsync write " : "write ") + path + " " + at + " +" + length,
        after,
        () -> {
          if (dsync) {
            try (DaxFile file = fs.open(path, OpenMode.WRITE, OpenMode.DSYNC)) {
              file.write(at, MemorySegment.ofArray(bytes));
            }
          } else {
            file(path).write(at, MemorySegment.ofArray(bytes));
          }
        },
        during);
  }

  private FsState wrote(FsState during, String path, int at, int length) {
    return cached ? during : during.with(path, during.file(path).wrote(at, length));
  }

  void append(String path, int length) throws IOException {
    append(path, length, false);
  }

  void append(String path, int length, boolean dsync) throws IOException {
    byte[] bytes = bytes(length);
    int at = state.file(path).size();
    FsState during = with(path, f -> f.writing(at, bytes));
    FsState after =
        dsync
            ? during.with(path, during.file(path).persisted(at, length))
            : wrote(during, path, at, length);
    call(
        (dsync ? "dsync append " : "append ") + path + " +" + length,
        after,
        () -> {
          if (dsync) {
            try (DaxFile file = fs.open(path, OpenMode.WRITE, OpenMode.DSYNC)) {
              file.append(MemorySegment.ofArray(bytes));
            }
          } else {
            file(path).append(MemorySegment.ofArray(bytes));
          }
        },
        during);
  }

  /**
   * Of several pages the first may be stored to before another is refused: so one, if that may be.
   */
  private int storable(int at, int length) {
    return kind.full() ? Math.min(length, PAGE - at % PAGE) : length;
  }

  /** Stores through a mapping; not durable on return. */
  void store(String path, int at, int most, boolean sync) throws IOException {
    int length = storable(at, most);
    byte[] bytes = bytes(length);
    FsState during = with(path, f -> f.storing(at, bytes));
    call(
        "store " + path + " " + at + " +" + length,
        during,
        () -> {
          try (DaxMapping m =
              file(path)
                  .map(0, FileState.LIMIT, Sharing.SHARED, sync && !cached, HolePolicy.ZERO)) {
            m.copyFrom(at, MemorySegment.ofArray(bytes), 0, length);
          }
        },
        during);
  }

  /** Stores through a mapping, and persists. */
  void storePersist(String path, int at, int most, boolean sync) throws IOException {
    int length = storable(at, most);
    byte[] bytes = bytes(length);
    FsState during = with(path, f -> f.storing(at, bytes));
    call(
        "store and persist " + path + " " + at + " +" + length,
        during.with(path, during.file(path).persisted(at, length)),
        () -> {
          try (DaxMapping m =
              file(path)
                  .map(0, FileState.LIMIT, Sharing.SHARED, sync && !cached, HolePolicy.ZERO)) {
            m.copyFrom(at, MemorySegment.ofArray(bytes), 0, length);
            m.persist(at, length);
          }
        },
        during);
  }

  /** Stores through a pin, which fsync has to find while it is open. */
  void storePinned(String path, int at, int length, boolean longTerm) throws IOException {
    byte[] bytes = bytes(length);
    FsState during = with(path, f -> f.storing(at, bytes));
    call(
        "store through a pin " + path + " " + at + " +" + length,
        during.with(path, during.file(path).synced()),
        () -> {
          int page = at / PAGE * PAGE;
          try (Pin pin = file(path).pin(page, at + length - page, PinAccess.WRITE, longTerm)) {
            int done = 0;
            int position = page;
            for (MemorySegment segment : pin.segments()) {
              int from = Math.max(at, position);
              int to = (int) Math.min(at + length, position + segment.byteSize());
              MemorySegment.copy(
                  MemorySegment.ofArray(bytes), done, segment, from - position, to - from);
              done += to - from;
              position += (int) segment.byteSize();
            }
            file(path).fsync();
          }
        },
        during);
  }

  void setExtentSizeHint(String path, int hint) throws IOException {
    change("hint " + path, state, () -> file(path).setExtentSizeHint(hint));
  }

  /** What is dirty becomes durable; that it belongs to the file need not. Promises nothing. */
  void writeBack(String path) throws IOException {
    call(
        "writeBack " + path,
        state,
        () -> Insides.addressSpace(file(path)).flushDirty(0, Long.MAX_VALUE),
        state);
  }

  /** As when other files want the frames. Promises nothing. */
  void evict(String path) throws IOException {
    call("evict " + path, state, () -> Eviction.of(fs, file(path)), state);
  }

  void fsync(String path) throws IOException {
    call("fsync " + path, with(path, FileState::synced), () -> file(path).fsync(), state);
  }

  /** There is no free frame in the log any more, as if others had taken all of them. */
  void holdFrames() {
    heldFrames = new HeldFrames(Insides.log(fs));
  }

  void letFramesGo() {
    requireNonNull(heldFrames).close();
  }

  void sync() throws IOException {
    call("sync", state.synced(), () -> fs.sync(), state);
  }

  void truncate(String path, int size) throws IOException {
    FsState after = with(path, f -> f.resized(size));
    change("truncate " + path + " " + size, after, () -> file(path).truncate(size));
  }

  void punch(String path, int at, int length) throws IOException {
    zeros("punch", path, at, length, () -> file(path).punchHole(at, length));
  }

  void zeroRange(String path, int at, int length) throws IOException {
    zeros("zeroRange", path, at, length, () -> file(path).zeroRange(at, length, true));
  }

  /** Whole blocks at once, old or new; the bytes of others one by one. */
  private void zeros(String what, String path, int at, int length, Call call) throws IOException {
    int size = state.file(path).size();
    int first = Math.min((at + blockBytes - 1) / blockBytes * blockBytes, at + length);
    int wholeEnd = (at + length) / blockBytes * blockBytes;
    int last = at + length >= size ? at + length : Math.max(first, wholeEnd);
    FsState edges = with(path, f -> zeroing(zeroing(f, at, first), last, at + length));
    FsState whole = edges.with(path, edges.file(path).zeroed(first, last));
    FsState after = whole.with(path, whole.file(path).zeroed(at, at + length));
    call(what + " " + path + " " + at + " +" + length, after, call, edges, whole);
  }

  private FileState zeroing(FileState file, int from, int to) {
    return cached && from < to ? file.zeroingBelow(from, to) : file.zeroing(from, to);
  }

  void allocate(String path, int at, int length, boolean keepSize) throws IOException {
    int size = Math.max(state.file(path).size(), at + length);
    change(
        "allocate " + path + " " + at + " +" + length,
        with(path, f -> keepSize ? f.with(f.facts.touched()) : f.resized(size)),
        () -> file(path).allocate(at, length, keepSize));
  }

  /** Ends the handle; the file is flushed, which nothing promises. */
  void close(String path) throws IOException {
    DaxFile file = open.remove(state.names().get(path));
    if (file != null) {
      call("close " + path, state, file::close, state);
    }
  }

  /** Ends the handles of files that have no name any more: their blocks come back. */
  void closeOrphans() throws IOException {
    List<Integer> gone = new ArrayList<>(open.keySet());
    gone.removeAll(state.names().values());
    for (int inode : gone) {
      call(
          "close of an unlinked file",
          state,
          () -> requireNonNull(open.remove(inode)).close(),
          state);
    }
  }

  /** An end to all that was there. */
  void reformat() throws IOException {
    closeAll();
    fs.close();
    FsPromise during = new FsPromise("in format", List.of(state, FsState.EMPTY), true);
    explorer().expect(during);
    format(new UUID(3, 4), "again");
    mount();
    state = FsState.EMPTY;
    explorer().expect(promise("after format", state));
    explorer().check();
  }

  void remount() throws IOException {
    call(
        "remount",
        state.synced(),
        () -> {
          closeAll();
          fs.close();
          mount();
        },
        state);
  }

  private void closeAll() throws IOException {
    for (DaxFile file : open.values()) {
      file.close();
    }
    open.clear();
  }

  DaxFile file(String path) throws IOException {
    int inode = requireNonNull(state.names().get(path));
    DaxFile file = open.get(inode);
    if (file == null) {
      file = fs.open(path, READ_WRITE);
      open.put(inode, file);
    }
    return file;
  }

  private FsState with(String path, UnaryOperator<FileState> change) {
    return state.with(path, change.apply(state.file(path)));
  }

  /** None of them zero, and unlike any others. */
  byte[] bytes(int length) {
    int tag = ++tags;
    byte[] out = new byte[length];
    for (int i = 0; i < length; i++) {
      out[i] = (byte) (tag * 38 + i / 64 * 22 + i * 2 | 1);
    }
    return out;
  }

  CrashFigures figures() {
    return explorer == null ? figures : figures.plus(explorer.figures());
  }

  CrashExplorer<FsPromise> explorer() {
    return requireNonNull(explorer);
  }

  /** Ends it though something is wrong with it. */
  void abandon() throws IOException {
    try {
      close();
    } catch (IOException | RuntimeException e) {
      // The file system was broken on purpose, and may not be able to make itself durable.
      pmem.close();
    }
  }

  @Override
  public void close() throws IOException {
    if (explorer != null) {
      figures = explorer.figures();
      explorer.close();
      explorer = null;
    }
    try {
      if (fs != null) {
        closeAll();
        fs.close();
      }
    } finally {
      pmem.close();
    }
  }
}
