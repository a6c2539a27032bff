/**
 * What a machine says, as values: errno and failed system calls ({@link
 * io.jdax.machine.SystemCallException}), native access that is refused, whether the native stubs
 * are there ({@link io.jdax.machine.StubStatus}), and readings that may have no answer ({@link
 * io.jdax.machine.Reading}). Nothing here calls the system; {@code io.jdax.os} does.
 */
@NullMarked
package io.jdax.machine;

import org.jspecify.annotations.NullMarked;
