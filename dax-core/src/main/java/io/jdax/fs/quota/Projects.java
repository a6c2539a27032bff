package io.jdax.fs.quota;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * The projects of a mounted file system. Off until it has a quota for the first time: then no file
 * has an {@link Account}, and nothing costs anything.
 */
public final class Projects {
  private final String region;
  private final int blockBytes;
  private final ConcurrentMap<Integer, Project> byId = new ConcurrentHashMap<>();

  /**
   * Shared: who reads a file's record and gets it an account. Exclusive: who moves files from
   * project to project, by changes of the tree, and must know which of them have accounts. Comes
   * after the change.
   */
  private final StampedLock opening = new StampedLock();

  private volatile boolean on;
  private int lastId; // guarded by the change

  public Projects(String region, int blockBytes) {
    this.region = region;
    this.blockBytes = blockBytes;
  }

  /** Whether files are counted. */
  public boolean isOn() {
    return on;
  }

  /** From now on, files that are opened have accounts. */
  public void turnOn() {
    on = true;
  }

  public StampedLock opening() {
    return opening;
  }

  /** A project; null: there is none of that id, as 0. */
  public @Nullable Project get(int id) {
    return id == 0 ? null : byId.get(id);
  }

  /** Whether a directory that belongs to a project is its root. */
  public boolean isRoot(int id, long directory) {
    Project project = get(id);
    return project != null && project.directory() == directory;
  }

  /** One that is not known yet; {@link #add} makes it so. */
  public Project create(int id, long directory) {
    return new Project(region, blockBytes, id, directory);
  }

  public void add(Project project) {
    byId.put(project.id(), project);
    seen(project.id());
  }

  /** What still counts for it, files without a name, counts for nothing. */
  public void remove(Project project) {
    byId.remove(project.id(), project);
  }

  public boolean isEmpty() {
    return byId.isEmpty();
  }

  /** In ascending order of ids. */
  public List<Project> all() {
    List<Project> all = new ArrayList<>(byId.values());
    all.sort(Comparator.comparingInt(Project::id));
    return all;
  }

  /** An id that is in use, or was: files without a name may still tell it. */
  public void seen(int id) {
    lastId = Math.max(lastId, id);
  }

  /** An id that nothing tells. */
  public int freshId() {
    int id = lastId;
    do {
      id = id == Project.MAX_ID ? 1 : id + 1;
    } while (byId.containsKey(id));
    return id;
  }
}
