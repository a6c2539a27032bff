package io.jdax.fs.space;

/** Has something that waits for commits to be durable before it may be used again. */
public interface CommitFollower {
  /** A commit is durable: recovery no longer falls back past the one before it. Can't fail. */
  void committed(long commit);

  /** Whether something waits. */
  boolean isWaitingForCommit();
}
