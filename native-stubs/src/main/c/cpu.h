/* What this CPU can do, found out once, when the library is loaded. */
#ifndef JDAX_CPU_H
#define JDAX_CPU_H

#include <stdint.h>

struct cpu {
  uint64_t features; /* JDAX_CPU_* */
  uint64_t line_bytes;
};

extern struct cpu jdax_cpu;

/* Fills in jdax_cpu. */
void jdax_cpu_detect(void);

#endif
