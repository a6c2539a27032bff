#include <errno.h>

#include "guard.h"
#include "jdax.h"

/*
 * By exclusives, which every Armv8 has. Release on the store alone would let later loads pass it,
 * so a barrier ends it, as in the JVM's own compareAndSet. An asm goto has no outputs, so the
 * answer goes to memory.
 */
#define COMPARE_AND_SET(name, type, w)                                             \
  int32_t name(void *addr, type expected, type value) {                            \
    int32_t done;                                                                  \
    __asm__ goto(GUARD_OPEN                                                        \
                 "1: ldaxr " w "9, [%[addr]]\n\t"                                  \
                 "cmp " w "9, %" w "[expected]\n\t"                                \
                 "b.ne 2f\n\t"                                                     \
                 "stlxr w10, %" w "[value], [%[addr]]\n\t"                         \
                 "cbnz w10, 1b\n\t"                                                \
                 "2:\n\t" GUARD_CLOSE                                              \
                 "cset w10, eq\n\t"                                                \
                 "dmb ish\n\t"                                                     \
                 "str w10, [%[done]]"                                              \
                 :                                                                 \
                 : [addr] "r"(addr), [expected] "r"(expected), [value] "r"(value), \
                   [done] "r"(&done)                                               \
                 : "x9", "x10", "cc", "memory"                                     \
                 : fault);                                                         \
    return done;                                                                   \
  fault:                                                                           \
    return -EFAULT;                                                                \
  }

COMPARE_AND_SET(jdax_compare_and_set_32, uint32_t, "w")
COMPARE_AND_SET(jdax_compare_and_set_64, uint64_t, "x")
