package io.jdax.tests.crash;

import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a file is, beside its bytes. Never changed.
 *
 * @param modified as set; null: an operation on the content has moved it since, to some time
 * @param accessed as set; null: nobody has set it
 */
record FileFacts(
    int permissions,
    int uid,
    int gid,
    @Nullable Instant modified,
    @Nullable Instant accessed,
    Map<String, byte[]> attributes) {
  static final FileFacts NEW = new FileFacts(0644, 0, 0, null, null, Map.of());

  FileFacts withPermissions(int mode) {
    return new FileFacts(mode, uid, gid, modified, accessed, attributes);
  }

  FileFacts withOwner(int newUid, int newGid) {
    return new FileFacts(permissions, newUid, newGid, modified, accessed, attributes);
  }

  FileFacts withTimes(@Nullable Instant newModified, @Nullable Instant newAccessed) {
    return new FileFacts(permissions, uid, gid, newModified, newAccessed, attributes);
  }

  /** The content changes: nobody says when exactly. */
  FileFacts touched() {
    return modified == null ? this : withTimes(null, accessed);
  }

  /** Null removes. */
  FileFacts withAttribute(String name, byte @Nullable [] value) {
    TreeMap<String, byte[]> changed = new TreeMap<>(attributes);
    if (value == null) {
      changed.remove(name);
    } else {
      changed.put(name, value);
    }
    return new FileFacts(permissions, uid, gid, modified, accessed, changed);
  }

  /** What is wrong with what was found; null if nothing is. */
  @Nullable String complaint(FileFacts found) {
    if (found.permissions != permissions) {
      return "permissions 0" + Integer.toOctalString(found.permissions);
    }
    if (found.uid != uid || found.gid != gid) {
      return "owner " + found.uid + ":" + found.gid + ", set was " + uid + ":" + gid;
    }
    if (modified != null && !Objects.equals(modified, found.modified)) {
      return "modified " + found.modified + ", set was " + modified;
    }
    if (accessed != null && !Objects.equals(accessed, found.accessed)) {
      return "accessed " + found.accessed + ", set was " + accessed;
    }
    if (!found.attributes.keySet().equals(attributes.keySet())) {
      return "attributes " + found.attributes.keySet();
    }
    for (Map.Entry<String, byte[]> each : attributes.entrySet()) {
      if (!Arrays.equals(each.getValue(), found.attributes.get(each.getKey()))) {
        return "attribute " + each.getKey() + " is another";
      }
    }
    return null;
  }
}
