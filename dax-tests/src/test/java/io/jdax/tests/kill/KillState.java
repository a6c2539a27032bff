package io.jdax.tests.kill;

import static java.util.Objects.requireNonNull;

import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileStat;
import io.jdax.fs.facts.FileType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One worker's directory: what must be there after a kill, or what was found. */
final class KillState {
  private final TreeMap<String, KillNode> names = new TreeMap<>();

  /** Reads a directory with all that is below. */
  static KillState found(DaxFileSystem fs, String directory) throws IOException {
    KillState state = new KillState();
    state.read(fs, directory, "", new HashMap<>());
    return state;
  }

  private void read(DaxFileSystem fs, String root, String below, Map<Long, KillNode> nodes)
      throws IOException {
    for (DirectoryEntry entry : fs.list(root + "/" + below).toList()) {
      String name = below + entry.name();
      String path = root + "/" + name;
      KillNode node = nodes.get(entry.inode());
      if (node == null) {
        node = node(fs, path);
        nodes.put(entry.inode(), node);
      }
      names.put(name, node);
      if (entry.type() == FileType.DIRECTORY) {
        read(fs, root, name + "/", nodes);
      }
    }
  }

  private static KillNode node(DaxFileSystem fs, String path) throws IOException {
    FileStat stat = fs.lstat(path);
    if (stat.type() == FileType.SYMLINK) {
      return KillNode.symlink(fs.readSymlink(path));
    }
    if (stat.type() == FileType.DIRECTORY) {
      return KillNode.directory();
    }
    try (DaxFile file = fs.open(path)) {
      byte[] bytes = new byte[Math.toIntExact(file.sizeBytes())];
      if (bytes.length > KillContent.LIMIT
          || file.read(0, MemorySegment.ofArray(bytes)) != (bytes.length == 0 ? 0 : bytes.length)) {
        throw new AssertionError(path + " has an odd size: " + bytes.length);
      }
      KillNode node =
          new KillNode(FileType.REGULAR, "", stat.permissions(), KillContent.found(bytes));
      node.blocks = stat.allocatedBytes() / 4096;
      for (String name : fs.attributes(path)) {
        node.attributes.put(name, fs.attribute(path, name));
      }
      return node;
    }
  }

  private KillState copy() {
    KillState copy = new KillState();
    IdentityHashMap<KillNode, KillNode> copies = new IdentityHashMap<>();
    names.forEach(
        (name, node) -> copy.names.put(name, copies.computeIfAbsent(node, KillNode::copy)));
    return copy;
  }

  // ---------------------------------------------------------------- operations

  /** It has returned. */
  void apply(KillOp op) {
    switch (op.kind()) {
      case CREATE -> names.put(op.path(), KillNode.file());
      case SYMLINK -> names.put(op.path(), KillNode.symlink(op.to()));
      case MKDIR -> names.put(op.path(), KillNode.directory());
      case UNLINK, RMDIR -> names.remove(op.path());
      case LINK -> names.put(op.to(), node(op));
      case RENAME -> {
        KillNode node = node(op);
        if (names.get(op.to()) != node) { // two names of one file: as rename(2), nothing
          names.remove(op.path());
          names.put(op.to(), node);
        }
      }
      case ATTRIBUTE -> node(op).attributes.put(op.to(), op.bytes());
      case ATTRIBUTE_GONE -> node(op).attributes.remove(op.to());
      case PERMISSIONS -> node(op).permissions = op.at();
      default -> apply(op, content(op));
    }
  }

  private static void apply(KillOp op, KillContent content) {
    switch (op.kind()) {
      case WRITE, APPEND, STORE, WRITE_DSYNC, APPEND_DSYNC, STORE_PERSIST ->
          content.wrote(op.at(), op.bytes());
      case FSYNC -> {}
      case TRUNCATE -> content.resized(op.at());
      case PUNCH -> content.zeroed(op.at(), op.end());
      case ZERO -> {
        content.zeroed(op.at(), op.end());
        grow(op, content);
      }
      case ALLOCATE -> grow(op, content);
      default -> throw new IllegalArgumentException(op.toString());
    }
  }

  private static void grow(KillOp op, KillContent content) {
    if (op.end() > content.size()) {
      content.resized(op.end());
    }
  }

  /** What may be found while it is under way. */
  List<KillState> during(KillOp op) {
    KillState other = copy();
    return switch (op.kind()) {
      case FSYNC -> List.of(this);
      case WRITE, APPEND, STORE, WRITE_DSYNC, APPEND_DSYNC, STORE_PERSIST -> {
        other.content(op).writing(op.at(), op.bytes());
        yield List.of(other);
      }
      case PUNCH, ZERO -> {
        KillContent content = other.content(op);
        content.zeroing(op.at(), op.end());
        if (op.kind() == KillOp.Kind.ZERO) {
          grow(op, content); // with the blocks
        }
        yield List.of(this, other);
      }
      case TRUNCATE -> {
        other.content(op).resizing(op.at());
        yield List.of(other);
      }
      default -> {
        other.apply(op);
        yield List.of(this, other);
      }
    };
  }

  private KillNode node(KillOp op) {
    return requireNonNull(names.get(op.path()));
  }

  private KillContent content(KillOp op) {
    return requireNonNull(node(op).content);
  }

  // ---------------------------------------------------------------- check

  /** Blocks that the files have, of what was {@link #found}. */
  long blocks() {
    return new HashSet<>(names.values()).stream().mapToLong(n -> n.blocks).sum();
  }

  /** What is wrong with what was found; null if nothing is. */
  @Nullable String complaint(KillState found) {
    if (!found.names.keySet().equals(names.keySet())) {
      return "names " + found.names.keySet() + ", were " + names.keySet();
    }
    IdentityHashMap<KillNode, KillNode> pairs = new IdentityHashMap<>();
    for (Map.Entry<String, KillNode> each : names.entrySet()) {
      KillNode other = requireNonNull(found.names.get(each.getKey()));
      String complaint = each.getValue().complaint(other);
      if (complaint != null) {
        return each.getKey() + ": " + complaint;
      }
      KillNode before = pairs.putIfAbsent(each.getValue(), other);
      if (before != null && before != other) {
        return each.getKey() + ": is not the other names' file any more";
      }
    }
    return new HashSet<>(pairs.values()).size() == pairs.size()
        ? null
        : "files that were several are one";
  }
}
