/**
 * System calls, sysfs and the native stubs, through the Foreign Function API; errno becomes a typed
 * exception ({@link io.jdax.machine.SystemCallException}). And what every layer needs that touches
 * mapped memory.
 *
 * <p><b>The system.</b> {@link LinuxFiles} and {@link LinuxMemory} make the calls, each by a {@link
 * CFunction}, and {@link Libc} tells how it failed; {@link FileStatus} and {@link FileSystemType}
 * are the answers of two. {@link Fiemap} asks for the {@link DeviceExtent}s of a file, and {@link
 * Sysfs} reads attributes of devices.
 *
 * <p><b>Native stubs.</b> {@link NativeStubs} has their functions, by the {@link StubHandles}.
 * {@link StubLoader} finds the library, and {@link StubNone} stands in for one that is not there.
 *
 * <p><b>Units.</b> {@link Pages} are those of files and frames, 4096 bytes always. {@link PageSize}
 * is the kernel's, and {@link LargePages} is what a kernel of larger ones does with addresses.
 *
 * <p><b>Errors where they can be caught.</b> {@link AccessFault} brings memory errors to where
 * somebody waits for them; {@link StackRoom} brings the overflow of a stack to where nothing has
 * been taken.
 *
 * <p><b>Stores.</b> {@link WordStores} tear no word. {@link Writebacks} remembers that one may have
 * failed. {@link AsymmetricFence} is a fence that one thread makes for all of the process, by
 * {@link Membarrier}.
 *
 * <p><b>Threads and ends.</b> {@link Daemons} are threads behind the callers, and {@link Waits} are
 * not ended by an interrupt. {@link Unreachable} runs something when an object is gone; {@link
 * Unmapper} gives addresses back.
 */
@NullMarked
package io.jdax.os;

import org.jspecify.annotations.NullMarked;
