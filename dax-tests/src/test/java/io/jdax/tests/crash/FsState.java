package io.jdax.tests.crash;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a file system may be after power loss: names, and what they name. Never changed. */
record FsState(Map<String, Integer> names, Map<Integer, Node> nodes) {
  /** What a name names; a file has a state, a symbolic link a target, a directory neither. */
  record Node(@Nullable FileState file, @Nullable String target) {
    static final Node DIRECTORY = new Node(null, null);
  }

  static final FsState EMPTY = new FsState(Map.of(), Map.of());

  /** Of a name that is a file's. */
  FileState file(String path) {
    return requireNonNull(requireNonNull(nodes.get(names.get(path))).file);
  }

  FsState with(String path, int inode, Node node) {
    TreeMap<String, Integer> moreNames = new TreeMap<>(names);
    TreeMap<Integer, Node> moreNodes = new TreeMap<>(nodes);
    moreNames.put(path, inode);
    moreNodes.put(inode, node);
    return new FsState(moreNames, moreNodes);
  }

  FsState with(String path, FileState file) {
    return with(path, requireNonNull(names.get(path)), new Node(file, null));
  }

  FsState without(String path) {
    TreeMap<String, Integer> less = new TreeMap<>(names);
    less.remove(path);
    return new FsState(less, nodes);
  }

  FsState linked(String path, String added) {
    TreeMap<String, Integer> more = new TreeMap<>(names);
    more.put(added, names.get(path));
    return new FsState(more, nodes);
  }

  FsState renamed(String from, String to) {
    return linked(from, to).without(from);
  }

  FsState synced() {
    return files(FileState::synced);
  }

  /** The call has returned: a kill leaves what it has stored. */
  FsState returned() {
    return files(FileState::returned);
  }

  private FsState files(UnaryOperator<FileState> change) {
    TreeMap<Integer, Node> all = new TreeMap<>(nodes);
    all.replaceAll((i, n) -> n.file == null ? n : new Node(change.apply(n.file), null));
    return new FsState(names, all);
  }
}
