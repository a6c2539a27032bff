package io.jdax.os;

import io.jdax.machine.Architecture;
import io.jdax.machine.SystemCallException;
import java.lang.invoke.VarHandle;

/**
 * The two sides of a full fence between a store and a load, where one side runs for every few
 * kilobytes and the other once per batch (Paul McKenney and others, P1202: asymmetric fences).
 *
 * <pre>
 *   often:   x = 1;  light();  look at y        rarely:   y = 1;  heavy();  look at x
 * </pre>
 *
 * <p>At least one of them sees what the other has stored, as with two full fences. But a full fence
 * waits until the stores before it have left the core, which after a copy to memory that is in no
 * cache takes a third as long as the copy. Here the rare side makes every core that runs a thread
 * of the process wait (membarrier(2), MEMBARRIER_CMD_PRIVATE_EXPEDITED; about a microsecond for two
 * cores), and the frequent side only keeps the compilers from moving the look before the store.
 * Where the kernel has no such call, or another architecture would need an instruction all the
 * same, both are full fences.
 */
public final class AsymmetricFence {
  private static final boolean PROCESS_WIDE =
      Architecture.CURRENT.isTotalStoreOrder() && Membarrier.register();

  private AsymmetricFence() {}

  /** Goes between the store and the look of the side that runs often. */
  public static void light() {
    if (PROCESS_WIDE) {
      // No instruction on x86, but HotSpot's compilers move no access to memory, on the heap or off
      // it, past a fence of any kind.
      VarHandle.releaseFence();
      VarHandle.acquireFence();
    } else {
      VarHandle.fullFence();
    }
  }

  /**
   * Goes between the store and the look of the side that runs rarely.
   *
   * @throws SystemCallException the kernel can't do it now, and there was no fence
   */
  public static void heavy() throws SystemCallException {
    if (PROCESS_WIDE) {
      Membarrier.run();
    } else {
      VarHandle.fullFence();
    }
  }
}
