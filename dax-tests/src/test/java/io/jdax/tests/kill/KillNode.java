package io.jdax.tests.kill;

import static java.util.Objects.requireNonNull;

import io.jdax.fs.facts.FileType;
import java.util.Arrays;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What one or more names lead to. */
final class KillNode {
  final FileType type;

  /** Of a symbolic link, else empty. */
  final String target;

  /** Of a file, else null. */
  final @Nullable KillContent content;

  final TreeMap<String, byte[]> attributes = new TreeMap<>();
  int permissions;

  /** Of what was found. */
  long blocks;

  KillNode(FileType type, String target, int permissions, @Nullable KillContent content) {
    this.type = type;
    this.target = target;
    this.permissions = permissions;
    this.content = content;
  }

  static KillNode file() {
    return new KillNode(FileType.REGULAR, "", 0644, new KillContent());
  }

  static KillNode directory() {
    return new KillNode(FileType.DIRECTORY, "", 0755, null);
  }

  static KillNode symlink(String target) {
    return new KillNode(FileType.SYMLINK, target, 0777, null);
  }

  KillNode copy() {
    KillNode copy =
        new KillNode(type, target, permissions, content == null ? null : content.copy());
    copy.attributes.putAll(attributes);
    return copy;
  }

  /** What is wrong with what was found; null if nothing is. */
  @Nullable String complaint(KillNode found) {
    if (found.type != type || !found.target.equals(target)) {
      return "is " + found.type + " " + found.target + ", was " + type + " " + target;
    }
    if (found.permissions != permissions) {
      return "permissions 0%o, were 0%o".formatted(found.permissions, permissions);
    }
    if (!found.attributes.keySet().equals(attributes.keySet())) {
      return "attributes " + found.attributes.keySet() + ", were " + attributes.keySet();
    }
    for (String name : attributes.keySet()) {
      if (!Arrays.equals(found.attributes.get(name), attributes.get(name))) {
        return "attribute " + name + " is neither its old nor its new value";
      }
    }
    return content == null ? null : content.complaint(requireNonNull(found.content));
  }
}
