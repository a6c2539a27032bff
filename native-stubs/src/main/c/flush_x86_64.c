#include "flush.h"

#include <stddef.h>

#include "guard.h"
#include "jdax.h"
#include "variant.h"

#define LINE_FLUSH(name)                                       \
  ALWAYS_INLINE int32_t name##_line(uintptr_t addr) {          \
    __asm__ goto(GUARD_OPEN #name " (%[addr])\n\t" GUARD_CLOSE \
                 :                                             \
                 : [addr] "r"(addr)                            \
                 : "memory"                                    \
                 : fault);                                     \
    return 0;                                                  \
  fault:                                                       \
    return -EFAULT;                                            \
  }

LINE_FLUSH(clwb)
LINE_FLUSH(clflushopt)
LINE_FLUSH(clflush)

FLUSHER(clwb)
FLUSHER(clflushopt)
FLUSHER(clflush)

static int32_t none_flush(void *addr, uint64_t bytes) {
  (void)addr;
  return bytes > INT64_MAX ? -EINVAL : 0;
}

/*
 * A fence is needed all the same. Until it completes them, streamed stores sit in buffers that no
 * battery covers.
 */
static int32_t none_persist(void *addr, uint64_t bytes) {
  int32_t result = none_flush(addr, bytes);
  drain();
  return result;
}

static const struct flusher flusher_clwb = {JDAX_FLUSH_CLWB, clwb_flush, clwb_persist};
static const struct flusher flusher_clflushopt = {JDAX_FLUSH_CLFLUSHOPT, clflushopt_flush,
                                                  clflushopt_persist};
static const struct flusher flusher_none = {JDAX_FLUSH_NONE, none_flush, none_persist};

/* Every x86-64 CPU has clflush, whatever a hypervisor makes CPUID say. */
const struct flusher jdax_flusher_baseline = {JDAX_FLUSH_CLFLUSH, clflush_flush, clflush_persist};

const struct flusher *jdax_flusher_of(int32_t kind) {
  uint64_t features = jdax_cpu.features;
  switch (kind) {
    case JDAX_FLUSH_AUTO:
      return features & JDAX_CPU_CLWB         ? &flusher_clwb
             : features & JDAX_CPU_CLFLUSHOPT ? &flusher_clflushopt
                                              : &jdax_flusher_baseline;
    case JDAX_FLUSH_CLWB:
      return features & JDAX_CPU_CLWB ? &flusher_clwb : NULL;
    case JDAX_FLUSH_CLFLUSHOPT:
      return features & JDAX_CPU_CLFLUSHOPT ? &flusher_clflushopt : NULL;
    case JDAX_FLUSH_CLFLUSH:
      return &jdax_flusher_baseline;
    case JDAX_FLUSH_NONE:
      return &flusher_none;
    default:
      return NULL;
  }
}
