/*
 * One fork per hardware decision, taken in select.c: a flusher per write-back instruction, a copier per register width.
 * Each architecture offers its own in flush_*.c and copy_*.c.
 */
#ifndef JDAX_VARIANT_H
#define JDAX_VARIANT_H

#include <stdint.h>

/* Persist is a function of its own, not flush and then drain, so that one line costs one indirect call. */
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

/* The variant of a kind, AUTO being the best one; null if this CPU or architecture lacks it. */
const struct flusher *jdax_flusher_of(int32_t kind);
const struct copier *jdax_copier_of(int32_t kind);

/* Always there, and in force until the constructor has looked at the CPU. */
extern const struct flusher jdax_flusher_baseline;
extern const struct copier jdax_copier_baseline;

#endif
