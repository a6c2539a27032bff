#include <sys/auxv.h>

#include "cpu.h"
#include "jdax.h"

struct cpu jdax_cpu = {.features = 0, .line_bytes = 64};

/* From the kernel's arm64 ELF hwcaps, for which older libc headers have no names. */
#define AT_HWCAP_DCPOP (1ul << 16)
#define AT_HWCAP2_DCPODP (1ul << 0)

void jdax_cpu_detect(void) {
  if (getauxval(AT_HWCAP) & AT_HWCAP_DCPOP) {
    jdax_cpu.features |= JDAX_CPU_DCPOP;
  }
  if (getauxval(AT_HWCAP2) & AT_HWCAP2_DCPODP) {
    jdax_cpu.features |= JDAX_CPU_DCPODP;
  }
  uint64_t cache_type;
  __asm__("mrs %0, ctr_el0" : "=r"(cache_type));
  /* DminLine is the logarithm, to the base of 2, of a number of words of 4 bytes. */
  jdax_cpu.line_bytes = UINT64_C(4) << (cache_type >> 16 & 0xf);
}
