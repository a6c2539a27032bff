/** Sectors on a region: checked, counted, durable when write returns. */
@NullMarked
package io.jdax.block;

import org.jspecify.annotations.NullMarked;
