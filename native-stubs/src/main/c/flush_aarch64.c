#include "flush.h"

#include <stddef.h>

#include "guard.h"
#include "jdax.h"
#include "variant.h"

/* DC CVAP by its encoding, since assemblers for nothing newer than Armv8.0 refuse the name. */
#define CVAP "sys #3, c7, c12, #1, "
#define CVAC "dc cvac, "

#define LINE_FLUSH(name, instruction)                             \
  ALWAYS_INLINE int32_t name##_line(uintptr_t addr) {             \
    __asm__ goto(GUARD_OPEN instruction "%[addr]\n\t" GUARD_CLOSE \
                 :                                                \
                 : [addr] "r"(addr)                               \
                 : "memory"                                       \
                 : fault);                                        \
    return 0;                                                     \
  fault:                                                          \
    return -EFAULT;                                               \
  }

LINE_FLUSH(cvap, CVAP)
LINE_FLUSH(cvac, CVAC)

FLUSHER(cvap)
FLUSHER(cvac)

static int32_t none_flush(void *addr, uint64_t bytes) {
  (void)addr;
  return bytes > INT64_MAX ? -EINVAL : 0;
}

/* A fence is needed all the same. A store is in the persistence domain when it is visible. */
static int32_t none_persist(void *addr, uint64_t bytes) {
  int32_t result = none_flush(addr, bytes);
  drain();
  return result;
}

static const struct flusher flusher_cvap = {JDAX_FLUSH_CVAP, cvap_flush, cvap_persist};
static const struct flusher flusher_none = {JDAX_FLUSH_NONE, none_flush, none_persist};
const struct flusher jdax_flusher_baseline = {JDAX_FLUSH_CVAC, cvac_flush, cvac_persist};

const struct flusher *jdax_flusher_of(int32_t kind) {
  const struct flusher *cvap_if_any = jdax_cpu.features & JDAX_CPU_DCPOP ? &flusher_cvap : NULL;
  switch (kind) {
    case JDAX_FLUSH_AUTO:
      return cvap_if_any != NULL ? cvap_if_any : &jdax_flusher_baseline;
    case JDAX_FLUSH_CVAP:
      return cvap_if_any;
    case JDAX_FLUSH_CVAC:
      return &jdax_flusher_baseline;
    case JDAX_FLUSH_NONE:
      return &flusher_none;
    default:
      return NULL;
  }
}
