package io.jdax.fs.quota;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * The projects of a mounted file system. Off until it has a quota for the first time; until then no
 * file has an {@link Account}, and nothing costs anything.
 */
public final class Projects {
  private final String region;
  private final int blockBytes;
  private final ConcurrentMap<Integer, Project> byId = new ConcurrentHashMap<>();

  /**
   * Held for reading by a thread that reads a file's record and makes its account, and for writing
   * by one that moves files from project to project, by changes of the tree, and must know which of
   * them have accounts. Taken after the change.
   */
  private final StampedLock opening = new StampedLock();

  private volatile boolean on;

  /** The highest id that was seen; under the lock of the tree's change. */
  private int lastId;

  /**
   * No projects, and off.
   *
   * @param region what messages call the device
   * @param blockBytes bytes per block of the file system
   */
  public Projects(String region, int blockBytes) {
    this.region = region;
    this.blockBytes = blockBytes;
  }

  /** Whether files are counted. */
  public boolean isOn() {
    return on;
  }

  /** Lets files that are opened from now on have accounts. */
  public void turnOn() {
    on = true;
  }

  /** The lock of accounts that are made; see the field. */
  public StampedLock opening() {
    return opening;
  }

  /** The project of an id, or null if there is none, as for 0. */
  public @Nullable Project get(int id) {
    return id == 0 ? null : byId.get(id);
  }

  /** Whether a directory that belongs to a project is its root. */
  public boolean isRoot(int id, long directory) {
    Project project = get(id);
    return project != null && project.directory() == directory;
  }

  /** Makes a project, which is not known before {@link #add}. */
  public Project create(int id, long directory) {
    return new Project(region, blockBytes, id, directory);
  }

  /** Lets a project be known. */
  public void add(Project project) {
    byId.put(project.id(), project);
    seen(project.id());
  }

  /** Forgets a project. Files without a name that still count for it then count for nothing. */
  public void remove(Project project) {
    byId.remove(project.id(), project);
  }

  /** Whether there are no projects. */
  public boolean isEmpty() {
    return byId.isEmpty();
  }

  /** Whether there is no other project. */
  public boolean isAll(Project project) {
    return byId.size() == 1 && byId.get(project.id()) == project;
  }

  /** All projects, in ascending order of ids. */
  public List<Project> all() {
    List<Project> all = new ArrayList<>(byId.values());
    all.sort(Comparator.comparingInt(Project::id));
    return all;
  }

  /**
   * Tells of an id that is in use, or was, since files without a name may still have it in their
   * records.
   */
  public void seen(int id) {
    lastId = Math.max(lastId, id);
  }

  /** An id that no record has. */
  public int freshId() {
    int id = lastId;
    do {
      id = id == Project.MAX_ID ? 1 : id + 1;
    } while (byId.containsKey(id));
    return id;
  }
}
