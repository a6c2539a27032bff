/** Mapped persistent memory: its kinds, what the platform says of it, its lock. */
@NullMarked
package io.jdax.region;

import org.jspecify.annotations.NullMarked;
