/** Who may have a block: the volatile free map, reservations, and blocks on their way back. */
@NullMarked
package io.jdax.fs.space;

import org.jspecify.annotations.NullMarked;
