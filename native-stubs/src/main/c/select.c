/* The exported functions, each a jump through the variant in force. */
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

#include "cpu.h"
#include "flush.h"
#include "jdax.h"
#include "variant.h"

/*
 * Relaxed is enough. The variants are constants of the library, so nothing has to be published but
 * the pointer itself, and on both architectures a relaxed load is the plain one.
 */
static _Atomic(const struct flusher *) current_flusher = &jdax_flusher_baseline;
static _Atomic(const struct copier *) current_copier = &jdax_copier_baseline;

ALWAYS_INLINE const struct flusher *flusher(void) {
  return atomic_load_explicit(&current_flusher, memory_order_relaxed);
}

ALWAYS_INLINE const struct copier *copier(void) {
  return atomic_load_explicit(&current_copier, memory_order_relaxed);
}

__attribute__((constructor)) static void select_at_load(void) {
  jdax_cpu_detect();
  jdax_select(JDAX_FLUSH_AUTO, JDAX_COPY_AUTO);
}

int32_t jdax_select(int32_t flush, int32_t copy) {
  if (flush < JDAX_FLUSH_AUTO || flush > JDAX_FLUSH_NONE || copy < JDAX_COPY_AUTO ||
      copy > JDAX_COPY_AVX512) {
    return -EINVAL;
  }
  const struct flusher *new_flusher = jdax_flusher_of(flush);
  const struct copier *new_copier = jdax_copier_of(copy);
  if (new_flusher == NULL || new_copier == NULL) {
    return -ENOTSUP;
  }
  atomic_store_explicit(&current_flusher, new_flusher, memory_order_relaxed);
  atomic_store_explicit(&current_copier, new_copier, memory_order_relaxed);
  return 0;
}

int32_t jdax_flush_kind(void) { return flusher()->kind; }

int32_t jdax_copy_kind(void) { return copier()->kind; }

uint32_t jdax_abi(void) { return JDAX_ABI; }

uint32_t jdax_nop(void) { return 0; }

uint64_t jdax_cpu_features(void) { return jdax_cpu.features; }

uint32_t jdax_cache_line_bytes(void) { return (uint32_t)jdax_cpu.line_bytes; }

int32_t jdax_flush(void *addr, uint64_t bytes) { return flusher()->flush(addr, bytes); }

void jdax_drain(void) { drain(); }

int32_t jdax_persist(void *addr, uint64_t bytes) { return flusher()->persist(addr, bytes); }

int32_t jdax_copy_nodrain(void *dst, const void *src, uint64_t bytes) {
  return copier()->copy(flusher()->flush, dst, src, bytes);
}

int32_t jdax_copy_persist(void *dst, const void *src, uint64_t bytes) {
  int32_t result = copier()->copy(flusher()->flush, dst, src, bytes);
  drain();
  return result;
}

int32_t jdax_fill_nodrain(void *dst, int32_t value, uint64_t bytes) {
  return copier()->fill(flusher()->flush, dst, value, bytes);
}

int32_t jdax_fill_persist(void *dst, int32_t value, uint64_t bytes) {
  int32_t result = copier()->fill(flusher()->flush, dst, value, bytes);
  drain();
  return result;
}

int32_t jdax_copy_read(void *dst, const void *src, uint64_t bytes) {
  return copier()->read(dst, src, bytes);
}
