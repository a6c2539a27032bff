package io.jdax.persist;

/**
 * Refused, because bytes of the region may have been lost on their way to the media earlier (the
 * cause tells which), and a later write-back succeeds without them. Nothing can be made durable
 * until the region, or the device below a file system without direct access, is closed and opened
 * again. What was reported as durable before the loss is durable.
 */
public final class LostWritebackException extends PersistException {
  private static final long serialVersionUID = 1L;

  LostWritebackException(String region, Throwable reason) {
    super(
        region,
        "nothing can be made durable until it is closed and opened again: a write-back failed, and"
            + " a later one succeeds although bytes of the first are lost ("
            + reason.getMessage()
            + ")",
        reason);
  }
}
