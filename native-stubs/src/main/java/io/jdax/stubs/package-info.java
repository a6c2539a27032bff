/** Finds the native library that this module carries; loading it is up to the caller. */
@NullMarked
package io.jdax.stubs;

import org.jspecify.annotations.NullMarked;
