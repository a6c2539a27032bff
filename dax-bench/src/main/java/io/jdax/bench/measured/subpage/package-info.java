/**
 * Measured on blocks smaller than pages, beside blocks as large: the group subpage.
 *
 * <p><b>Shapes.</b> {@link SubpageFault} is the first store to a page, {@link SubpageFile} reads
 * and overwrites one, and {@link SubpageAppend} lets {@link SmallFiles} grow.
 */
@NullMarked
package io.jdax.bench.measured.subpage;

import org.jspecify.annotations.NullMarked;
