/**
 * What users hold of the DAX engine: {@link io.jdax.mm.DaxMapping}, one view of a file whose bytes
 * are loaded and stored where they lie; {@link io.jdax.mm.Pin}, frames that stay where they are;
 * the choices for both ({@link io.jdax.mm.Sharing}, {@link io.jdax.mm.HolePolicy}, {@link
 * io.jdax.mm.PinAccess}), statistics, and what goes wrong. The engine itself is {@code
 * io.jdax.mm.engine}.
 */
@NullMarked
package io.jdax.mm;

import org.jspecify.annotations.NullMarked;
