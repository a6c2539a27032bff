/* The walk over cache lines that every flusher shares, and the fence. */
#ifndef JDAX_FLUSH_H
#define JDAX_FLUSH_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include "cpu.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

ALWAYS_INLINE void drain(void) {
#if defined(__x86_64__)
  /*
   * Orders clwb, clflushopt and the write-combining buffers. clflush alone would not need it, but
   * the thread may also have streamed stores, which only a fence completes.
   */
  __asm__ volatile("sfence" ::: "memory");
#elif defined(__aarch64__)
  /*
   * Only a DSB completes a DC. It is one of the full system, since the point of persistence is
   * beyond the inner and outer domains.
   */
  __asm__ volatile("dsb sy" ::: "memory");
#endif
}

/*
 * Stands between what this thread has seen and its first write-back. A thread that flushes for
 * others has only read that they stored (the mark of a dirty page). Cache maintenance is ordered by
 * itself after accesses of this core to the same line, but not after what the core has merely seen
 * of another one's. The kernel has the same barrier in arch_wb_cache_pmem (arch/arm64/mm/flush.c).
 * x86 orders its write-backs after older loads and stores.
 */
ALWAYS_INLINE void before_flush(void) {
#if defined(__aarch64__)
  __asm__ volatile("dmb osh" ::: "memory");
#endif
}

/* Writes one line back. Returns 0 or -EFAULT. */
typedef int32_t line_flush(uintptr_t addr);

/* Called with constants, so that the compiler makes a straight loop for each instruction. */
ALWAYS_INLINE int32_t flush_range(void *start, uint64_t bytes, line_flush *flush_line,
                                  bool then_drain) {
  before_flush();
  uintptr_t addr = (uintptr_t)start;
  uint64_t line_bytes = jdax_cpu.line_bytes;
  uint64_t offset = addr & (line_bytes - 1);
  /* One line, as for the tail of a log, or a pointer. bytes = 0 wraps and goes the long way. */
  if (__builtin_expect(bytes - 1 < line_bytes - offset, 1)) {
    int32_t result = flush_line(addr);
    if (then_drain && result == 0) {
      drain();
    }
    return result;
  }
  if (bytes > INT64_MAX) {
    return -EINVAL;
  }
  /* User addresses end below 2^63, so the sum does not wrap. */
  uintptr_t end = addr + bytes;
  for (uintptr_t line = bytes == 0 ? end : addr - offset; line < end; line += line_bytes) {
    int32_t result = flush_line(line);
    if (result != 0) {
      return result;
    }
  }
  if (then_drain) {
    drain();
  }
  return 0;
}

/* Both functions of the flusher NAME, made of the line function NAME_line. */
#define FLUSHER(name)                                         \
  static int32_t name##_flush(void *addr, uint64_t bytes) {   \
    return flush_range(addr, bytes, name##_line, false);      \
  }                                                           \
  static int32_t name##_persist(void *addr, uint64_t bytes) { \
    return flush_range(addr, bytes, name##_line, true);       \
  }

#endif
