/**
 * System calls, sysfs and the native stubs, through the Foreign Function API; errno becomes a typed
 * exception. And a fence that one thread makes for all of the process.
 */
@NullMarked
package io.jdax.os;

import org.jspecify.annotations.NullMarked;
