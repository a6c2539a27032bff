/**
 * What a machine says, as values. Nothing here calls the system; {@code io.jdax.os} does.
 *
 * <p><b>The machine.</b> {@link Architecture} is its processor; a {@link Reading} is an answer that
 * the platform may not have.
 *
 * <p><b>Calls.</b> {@link SystemCallException} is one that failed, with its {@link Errno}; {@link
 * NativeAccessException} says that the JVM lets none happen.
 *
 * <p><b>Native stubs.</b> {@link StubStatus} tells whether they are there. {@link StubFlushKind}
 * and {@link StubCopyKind} are the instructions that they use.
 */
@NullMarked
package io.jdax.machine;

import org.jspecify.annotations.NullMarked;
