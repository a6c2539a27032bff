/*
 * The variants that select.c chooses from: a flusher for each write-back instruction, and a copier
 * for each width of registers. Each architecture has its own in flush_*.c and copy_*.c.
 */
#ifndef JDAX_VARIANT_H
#define JDAX_VARIANT_H

#include <stdint.h>

/* Persist is not composed of flush and drain, so that one line costs one indirect call. */
struct flusher {
  int32_t kind; /* enum jdax_flush_kind */
  int32_t (*flush)(void *addr, uint64_t bytes);
  int32_t (*persist)(void *addr, uint64_t bytes);
};

typedef int32_t flush_function(void *addr, uint64_t bytes);

/* Copy and fill are handed the flush for the lines that they write through the cache. */
struct copier {
  int32_t kind; /* enum jdax_copy_kind */
  int32_t (*copy)(flush_function *flush, void *dst, const void *src, uint64_t bytes);
  int32_t (*fill)(flush_function *flush, void *dst, int32_t value, uint64_t bytes);
  int32_t (*read)(void *dst, const void *src, uint64_t bytes);
};

/* The variant of a kind, where AUTO is the best one, or null if this CPU does not have it. */
const struct flusher *jdax_flusher_of(int32_t kind);
const struct copier *jdax_copier_of(int32_t kind);

/* The variants that every CPU has, in force until the constructor has looked at the CPU. */
extern const struct flusher jdax_flusher_baseline;
extern const struct copier jdax_copier_baseline;

#endif
