/* What this CPU can do, found once at load. */
#ifndef JDAX_CPU_H
#define JDAX_CPU_H

#include <stdint.h>

struct cpu {
  uint64_t features; /* JDAX_CPU_* */
  uint64_t line_bytes;
};

extern struct cpu jdax_cpu;

/* Fills jdax_cpu in. */
void jdax_cpu_detect(void);

#endif
