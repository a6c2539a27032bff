#include <cpuid.h>

#include "cpu.h"
#include "jdax.h"

struct cpu jdax_cpu = {.features = 0, .line_bytes = 64};

/*
 * Bits of XCR0, for the registers that the operating system saves. Without them the CPU's own bits
 * mean nothing.
 */
#define XCR0_AVX UINT64_C(0x06)
#define XCR0_AVX512 UINT64_C(0xe6)

static uint64_t saved_state(unsigned ecx1) {
  if (!(ecx1 & bit_OSXSAVE)) {
    return 0;
  }
  uint32_t low;
  uint32_t high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}

void jdax_cpu_detect(void) {
  unsigned eax;
  unsigned ebx;
  unsigned ecx;
  unsigned edx;
  if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx)) {
    return;
  }
  uint64_t features = 0;
  if (edx & (1u << 19)) {
    features |= JDAX_CPU_CLFLUSH;
    uint64_t line = (ebx >> 8 & 0xff) * UINT64_C(8);
    if (line != 0) {
      jdax_cpu.line_bytes = line;
    }
  }
  uint64_t saved = saved_state(ecx);
  unsigned avx = ecx & bit_AVX;
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) {
    if (ebx & (1u << 23)) {
      features |= JDAX_CPU_CLFLUSHOPT;
    }
    if (ebx & (1u << 24)) {
      features |= JDAX_CPU_CLWB;
    }
    if (avx && (ebx & (1u << 5)) && (saved & XCR0_AVX) == XCR0_AVX) {
      features |= JDAX_CPU_AVX2;
    }
    if (avx && (ebx & (1u << 16)) && (saved & XCR0_AVX512) == XCR0_AVX512) {
      features |= JDAX_CPU_AVX512F;
    }
  }
  jdax_cpu.features = features;
}
