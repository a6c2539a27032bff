package io.jdax.tests.crash;

import static java.util.Objects.requireNonNull;

import io.jdax.tests.crash.FoundFs.Found;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What power loss, or a kill, may leave of a file system: one of some states.
 *
 * @param when for people: which operation is in flight, or has returned
 * @param unformatted whether there may be no file system
 * @param killed whether power was not lost, so that more is promised
 */
record FsPromise(String when, List<FsState> states, boolean unformatted, boolean killed) {
  FsPromise(String when, List<FsState> states, boolean unformatted) {
    this(when, states, unformatted, false);
  }

  /** What is promised if only the process has ended. */
  FsPromise ifKilled() {
    return new FsPromise(when, states, unformatted, true);
  }

  /** Throws if what was found is none of the states. */
  void verify(FoundFs found) {
    List<String> complaints = new ArrayList<>();
    for (FsState state : states) {
      String complaint = complaint(state, found);
      if (complaint == null) {
        return;
      }
      complaints.add(complaint);
    }
    throw new AssertionError(this + ": " + complaints);
  }

  private @Nullable String complaint(FsState state, FoundFs found) {
    if (!state.names().keySet().equals(found.names.keySet())) {
      return "names " + found.names.keySet() + ", may be " + state.names().keySet();
    }
    Map<Integer, Long> inodes = new HashMap<>();
    for (Map.Entry<String, Integer> each : state.names().entrySet()) {
      Found there = requireNonNull(found.names.get(each.getKey()));
      String complaint = complaint(requireNonNull(state.nodes().get(each.getValue())), there);
      Long same = inodes.put(each.getValue(), there.inode());
      if (complaint == null && same != null && same != there.inode()) {
        complaint = "is no longer linked";
      }
      if (complaint != null) {
        return each.getKey() + ": " + complaint;
      }
    }
    return null;
  }

  private @Nullable String complaint(FsState.Node node, Found there) {
    FileState file = node.file();
    if (file == null) {
      return Objects.equals(node.target(), there.target()) && there.content() == null
          ? null
          : "is of another kind";
    }
    byte[] content = there.content();
    if (content == null) {
      return "is no file";
    }
    String complaint = file.facts.complaint(requireNonNull(there.facts()));
    if (complaint != null) {
      return complaint;
    }
    return file.complaint(content, content.length, killed);
  }

  @Override
  public String toString() {
    return killed ? when + ", killed" : when;
  }
}
