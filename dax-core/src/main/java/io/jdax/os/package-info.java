/**
 * System calls, sysfs and the native stubs, through the Foreign Function API; errno becomes a typed
 * exception.
 */
@NullMarked
package io.jdax.os;

import org.jspecify.annotations.NullMarked;
