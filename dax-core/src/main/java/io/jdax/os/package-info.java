/**
 * System calls, sysfs and the native stubs, through the Foreign Function API; errno becomes a typed
 * exception ({@link io.jdax.machine.SystemCallException}). A fence that one thread makes for all of
 * the process. And what every layer needs that touches mapped memory: its unit ({@link
 * io.jdax.os.Pages}), errors that arrive where they can be caught ({@link io.jdax.os.AccessFault}),
 * stores that tear no word ({@link io.jdax.os.WordStores}), and write-backs that may have failed
 * ({@link io.jdax.os.Writebacks}).
 */
@NullMarked
package io.jdax.os;

import org.jspecify.annotations.NullMarked;
