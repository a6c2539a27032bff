/**
 * What goes wrong in a file system, for all its layers. All of it is under {@link
 * java.io.IOException}.
 */
@NullMarked
package io.jdax.fs.error;

import org.jspecify.annotations.NullMarked;
