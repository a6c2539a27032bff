package io.jdax.bench.measured.names;

import java.io.IOException;

/**
 * What is done to the names of a {@link WorkingDirectory}. What is needed for it is made before,
 * which does not count.
 */
public enum NameWork {
  /** A file is made, written a page, and closed. */
  CREATE {
    @Override
    void prepare(WorkingDirectory names) throws IOException {
      names.removeFiles();
    }

    @Override
    void run(NameSpace in, String path, String other) throws IOException {
      in.create(path);
    }

    @Override
    void after(WorkingDirectory names) {
      names.areThere(true);
    }
  },
  /** A file is opened, its page read, and closed. */
  OPEN {
    @Override
    void run(NameSpace in, String path, String other) throws IOException {
      in.read(path);
    }
  },
  STAT {
    @Override
    void run(NameSpace in, String path, String other) throws IOException {
      if (in.stat(path) < 0) {
        throw new IOException(path);
      }
    }
  },
  /** Of a name that is not there. */
  EXISTS {
    @Override
    void run(NameSpace in, String path, String other) throws IOException {
      if (in.exists(other)) {
        throw new IOException(other);
      }
    }
  },
  /** To another name in the directory, and back the next time. */
  RENAME {
    @Override
    void run(NameSpace in, String path, String other) throws IOException {
      in.rename(path, other);
    }

    @Override
    void after(WorkingDirectory names) {
      names.areMoved();
    }
  },
  UNLINK {
    @Override
    void run(NameSpace in, String path, String other) throws IOException {
      in.unlink(path);
    }

    @Override
    void after(WorkingDirectory names) {
      names.areThere(false);
    }
  },
  MKDIR {
    @Override
    void prepare(WorkingDirectory names) throws IOException {
      names.removeDirectories();
    }

    @Override
    void run(NameSpace in, String path, String other) throws IOException {
      in.createDirectory(other);
    }
  },
  RMDIR {
    @Override
    void prepare(WorkingDirectory names) throws IOException {
      names.makeDirectories();
    }

    @Override
    void run(NameSpace in, String path, String other) throws IOException {
      in.removeDirectory(other);
    }
  },
  /** A small attribute gets another value. */
  ATTRIBUTE {
    @Override
    void run(NameSpace in, String path, String other) throws IOException {
      in.setAttribute(path, VALUE);
    }
  };

  private static final byte[] VALUE = new byte[16];

  /** Makes the directory as the work wants it. */
  void prepare(WorkingDirectory names) throws IOException {
    names.makeFiles();
  }

  /**
   * The work on one name.
   *
   * @param path of a file
   * @param other beside it, where there is no file
   */
  abstract void run(NameSpace in, String path, String other) throws IOException;

  /** Notes what the work has done to all of them. */
  void after(WorkingDirectory names) {}
}
