#include <errno.h>

#include "guard.h"
#include "jdax.h"

/*
 * An asm goto has no outputs, so what cmpxchg leaves in rax is given up. The answer comes from the
 * flags, after the guard, and goes to memory.
 */
#define COMPARE_AND_SET(name, type, suffix, accumulator)                                 \
  int32_t name(void *addr, type expected, type value) {                                  \
    uint8_t done;                                                                        \
    __asm__ goto("mov" suffix " %[expected], %%" accumulator "\n\t"                      \
                 GUARD_OPEN "lock cmpxchg" suffix " %[value], (%[addr])\n\t" GUARD_CLOSE \
                 "sete (%[done])"                                                        \
                 :                                                                       \
                 : [addr] "r"(addr), [expected] "r"(expected), [value] "r"(value),       \
                   [done] "r"(&done)                                                     \
                 : "rax", "cc", "memory"                                                 \
                 : fault);                                                               \
    return done;                                                                         \
  fault:                                                                                 \
    return -EFAULT;                                                                      \
  }

COMPARE_AND_SET(jdax_compare_and_set_32, uint32_t, "l", "eax")
COMPARE_AND_SET(jdax_compare_and_set_64, uint64_t, "q", "rax")
