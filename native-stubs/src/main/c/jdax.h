/*
 * libjdax: what Java cannot say to the CPU. Cache-line write-back, non-temporal copies, and a guard
 * that turns a memory error under either into a return value.
 *
 * This file is the whole ABI. Java binds it by name through java.lang.foreign, and jdax_abi() must
 * equal JDAX_ABI.
 *
 * Words. To flush is to start writing lines back. To drain is to wait until what was flushed or
 * streamed has reached the persistence domain. To persist is to do both.
 *
 * Errors. A function that returns int32_t returns 0 or a negated errno value:
 *   -EFAULT   The memory is mapped, but can't be touched: the file was truncated below it, a block
 *             could not be allocated, or the media is poisoned (SIGBUS). This needs the guard;
 *             without it the signal takes its ordinary course. A prefix of the range may have been
 *             written or flushed, and nothing is promised of it.
 *   -EINVAL   bytes is above INT64_MAX (a negative Java long), or an enum has no such value.
 *   -ENOTSUP  This CPU, or its operating system, does not have what jdax_select asked for.
 * An address that is not mapped at all, or not writable, is the caller's bug, and raises SIGSEGV as
 * usual.
 *
 * Calling from Java. Nothing here blocks, allocates, calls back or touches errno, so every function
 * may be linked with Linker.Option.critical(false). Such a call holds up safepoints while it runs,
 * so a caller keeps it to about 1 MiB at a time, or uses a second, non-critical handle for long
 * ranges. critical(true) is sound for the DRAM side of the copies.
 *
 * Threads. Every function may be called from any thread at any time. jdax_select during another
 * thread's copy is sound: that copy runs with the old choice, the new one, or one of each, and all
 * of them are durable after a drain.
 */
#ifndef JDAX_H
#define JDAX_H

#include <stdint.h>

#define JDAX_ABI 2u

#define JDAX_API __attribute__((visibility("default")))

/* jdax_cpu_features(): a bit is set only if the operating system lets user code use the feature. */
#define JDAX_CPU_CLFLUSH (UINT64_C(1) << 0)
#define JDAX_CPU_CLFLUSHOPT (UINT64_C(1) << 1)
#define JDAX_CPU_CLWB (UINT64_C(1) << 2)
#define JDAX_CPU_AVX2 (UINT64_C(1) << 3)
#define JDAX_CPU_AVX512F (UINT64_C(1) << 4)
#define JDAX_CPU_DCPOP (UINT64_C(1) << 32)  /* DC CVAP: clean to the point of persistence */
#define JDAX_CPU_DCPODP (UINT64_C(1) << 33) /* DC CVADP: clean to that of deep persistence */

/* How a cache line is written back. */
enum jdax_flush_kind {
  JDAX_FLUSH_AUTO = 0,       /* the cheapest that this CPU has, and never NONE */
  JDAX_FLUSH_CLWB = 1,       /* x86-64, may leave the line cached */
  JDAX_FLUSH_CLFLUSHOPT = 2, /* x86-64, evicts the line */
  JDAX_FLUSH_CLFLUSH = 3,    /* x86-64, evicts the line, and waits for the one before */
  JDAX_FLUSH_CVAP = 4,       /* aarch64, to the point of persistence */
  JDAX_FLUSH_CVAC = 5,       /* aarch64, to the point of coherency, as all CPUs before v8.2 */
  JDAX_FLUSH_NONE = 6,       /* for caches in the persistence domain (eADR), or no durability */
};

/* The registers that long copies and fills go through. */
enum jdax_copy_kind {
  JDAX_COPY_AUTO = 0,     /* AVX2 or else the baseline, and never AVX-512 */
  JDAX_COPY_BASELINE = 1, /* SSE2 on x86-64, NEON on aarch64, which every CPU has */
  JDAX_COPY_AVX2 = 2,
  JDAX_COPY_AVX512 = 3,
};

/* The ABI version that this library was built with. */
JDAX_API uint32_t jdax_abi(void);

/* Does nothing and returns 0, to measure what a call costs. */
JDAX_API uint32_t jdax_nop(void);

/* The JDAX_CPU_* bits of this CPU. */
JDAX_API uint64_t jdax_cpu_features(void);

/*
 * The unit that a flush writes back, from CPUID.1:EBX on x86-64, and from CTR_EL0 (the smallest
 * data cache line) on aarch64.
 */
JDAX_API uint32_t jdax_cache_line_bytes(void);

/*
 * Chooses the instructions of every later call. -ENOTSUP and -EINVAL change nothing. Loading the
 * library selects (AUTO, AUTO). The kinds report what is in force, which is never AUTO.
 */
JDAX_API int32_t jdax_select(int32_t flush, int32_t copy);
JDAX_API int32_t jdax_flush_kind(void);
JDAX_API int32_t jdax_copy_kind(void);

/*
 * Installs the SIGBUS handler that turns a fault inside this library into -EFAULT. Every other
 * SIGBUS goes to the handler that was installed before, unchanged. Call it when the JVM's own
 * handlers are in place (any time after start-up). Further calls do nothing. Returns 0 or a negated
 * errno. The handler stays for the life of the process, and so does the library (linked with
 * nodelete), whatever arena it was opened in.
 */
JDAX_API int32_t jdax_guard_install(void);

/*
 * Writes back every cache line that overlaps [addr, addr + bytes), with what this thread stored
 * there or has seen others store. No fence follows, so the lines are durable after jdax_drain() on
 * the same thread. bytes = 0 does nothing. With JDAX_FLUSH_NONE the memory is not touched, so there
 * is no -EFAULT either. On aarch64 a core may silently skip the write-back of an unbacked page,
 * since there is nothing to write back.
 */
JDAX_API int32_t jdax_flush(void *addr, uint64_t bytes);

/* On return all that this thread has flushed, or stored with a *_nodrain function, is durable. */
JDAX_API void jdax_drain(void);

/* jdax_flush, and then jdax_drain. */
JDAX_API int32_t jdax_persist(void *addr, uint64_t bytes);

/*
 * Copies bytes from src to dst, at any alignment of either. The ranges must not overlap. dst is
 * durable after jdax_drain(). Long copies bypass the cache, and in any case no dirty line of dst is
 * left after the drain. An aligned 8-byte word of dst that lies wholly inside the range is never
 * torn, by a crash or for other cores, whatever the alignment of the range, unless the word's
 * source changes meanwhile.
 */
JDAX_API int32_t jdax_copy_nodrain(void *dst, const void *src, uint64_t bytes);
JDAX_API int32_t jdax_copy_persist(void *dst, const void *src, uint64_t bytes);

/* As the copies, but stores the low 8 bits of value in every byte. */
JDAX_API int32_t jdax_fill_nodrain(void *dst, int32_t value, uint64_t bytes);
JDAX_API int32_t jdax_fill_persist(void *dst, int32_t value, uint64_t bytes);

/*
 * Copies out of persistent memory with ordinary cached stores, and promises nothing about
 * durability or torn words. The ranges must not overlap.
 */
JDAX_API int32_t jdax_copy_read(void *dst, const void *src, uint64_t bytes);

/*
 * Sets what lies at addr, which is naturally aligned, to value if it is expected. Returns 1 if it
 * was, 0 if it was not, or -EFAULT. Ordered as a volatile load and store of Java. The JVM's own
 * compareAndSet, interpreted, ends the process on a page that is not backed.
 */
JDAX_API int32_t jdax_compare_and_set_32(void *addr, uint32_t expected, uint32_t value);
JDAX_API int32_t jdax_compare_and_set_64(void *addr, uint64_t expected, uint64_t value);

#endif
