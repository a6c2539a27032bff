/**
 * System calls, sysfs and the native stubs, through the Foreign Function API; errno becomes a typed
 * exception ({@link io.jdax.machine.SystemCallException}). And what every layer needs that touches
 * mapped memory.
 *
 * <p><b>The system.</b> {@link LinuxFiles} makes calls on files, {@link LinuxMemory} on addresses,
 * {@link Fiemap} asks where a file lies, and {@link Membarrier} is a fence for the process, all by
 * functions of {@link Libc}. {@link FileStatus}, {@link FileSystemType} and {@link DeviceExtent}
 * are answers. {@link Sysfs} reads attributes of devices.
 *
 * <p><b>Native stubs.</b> {@link NativeStubs} has their functions, by the handles of {@link
 * StubHandles}. {@link StubLoader} finds the library, and {@link StubNone} stands in for one that
 * is not there.
 *
 * <p><b>Units.</b> {@link Pages} are those of files and frames, 4096 bytes always. {@link PageSize}
 * is the kernel's, and {@link LargePages} is what a kernel of larger ones does with addresses.
 *
 * <p><b>Errors where they can be caught.</b> {@link AccessFault} brings memory errors to where
 * somebody waits for them; {@link StackRoom} brings the overflow of a stack to where nothing has
 * been taken.
 *
 * <p><b>Stores.</b> {@link WordStores} tear no word. {@link Writebacks} remembers that one may have
 * failed. {@link AsymmetricFence} is a fence that one thread makes for all of the process.
 *
 * <p><b>Threads and ends.</b> {@link Daemons} are threads in the background, and {@link Waits} are
 * not ended by an interrupt. {@link Unreachable} runs something when an object is gone; {@link
 * Unmapper} gives addresses back.
 */
@NullMarked
package io.jdax.os;

import org.jspecify.annotations.NullMarked;
