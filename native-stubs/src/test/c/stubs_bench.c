/*
 * What a persist and a copy cost, beside libpmem when that is installed. The subjects take turns in
 * short rounds on the same mapping, and the medians are printed: on a shared machine neither a mean
 * nor two runs one after the other can be compared. Usage: stubs_bench [MiB [directory]]
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "../../main/c/jdax.h"

#define PAGE 4096ul
#define ROUNDS 301
#define CALLS 256

static void *(*pmem_memcpy)(void *dst, const void *src, size_t bytes);
static void (*pmem_persist)(const void *addr, size_t bytes);
static char *region;
static unsigned long pages;
static unsigned long seed = 88172645463325252ul;
static _Alignas(4096) char dram[1 << 20];
static unsigned long mask = ~0ul; /* which pages: one in cache, or all */

static char *page(void) {
  seed ^= seed << 13;
  seed ^= seed >> 7;
  seed ^= seed << 17;
  return region + (seed & mask) % pages * PAGE;
}

static void run_nop(size_t n) { (void)n; jdax_nop(); }
static void run_persist(size_t n) {
  char *p = page();
  *(volatile char *)p = (char)n;
  jdax_persist(p, 8);
}
static void run_persist_pmem(size_t n) {
  char *p = page();
  *(volatile char *)p = (char)n;
  pmem_persist(p, 8);
}
#ifdef __x86_64__
static __attribute__((noinline)) void inline_persist(char *p) {
  __asm__ volatile("clwb (%0)\n\tsfence" ::"r"(p) : "memory");
}
static void run_persist_inline(size_t n) {
  char *p = page();
  *(volatile char *)p = (char)n;
  inline_persist(p);
}
#endif
static void run_copy(size_t n) { jdax_copy_persist(page(), dram, n); }
static void run_copy_cached(size_t n) {
  char *p = page();
  for (size_t at = 0; at < n; at += 128) {
    jdax_copy_nodrain(p + at, dram + at, n - at < 128 ? n - at : 128);
  }
  jdax_drain();
}
static void run_copy_pmem(size_t n) { pmem_memcpy(page(), dram, n); }
static void run_fill(size_t n) { jdax_fill_persist(page(), 7, n); }
static void run_read(size_t n) { jdax_copy_read(dram, page(), n); }
static void run_read_memcpy(size_t n) { memcpy(dram, page(), n); }
#ifdef __x86_64__
static void run_read_rep(size_t n) {
  void *d = dram;
  const void *s = page();
  __asm__ volatile("rep movsb" : "+D"(d), "+S"(s), "+c"(n)::"memory");
}
#endif

struct subject {
  const char *name;
  void (*run)(size_t bytes);
  int32_t copy_kind;
  double nanos[ROUNDS];
};

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a;
  double y = *(const double *)b;
  return (x > y) - (x < y);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void compare(const char *title, size_t bytes, struct subject *subjects, int count) {
  for (int round = 0; round < ROUNDS; round++) {
    for (int i = 0; i < count; i++) {
      struct subject *s = &subjects[(i + round) % count];
      if (jdax_select(JDAX_FLUSH_AUTO, s->copy_kind) != 0) {
        s->nanos[round] = -1;
        continue;
      }
      double start = now();
      for (int call = 0; call < CALLS; call++) {
        s->run(bytes);
      }
      s->nanos[round] = (now() - start) / CALLS;
    }
  }
  printf("%s, %zu B:", title, bytes);
  for (int i = 0; i < count; i++) {
    qsort(subjects[i].nanos, ROUNDS, sizeof(double), by_value);
    printf("  %s %.1f", subjects[i].name, subjects[i].nanos[ROUNDS / 2]);
  }
  printf("  ns\n");
}

#define COMPARE(title, bytes, ...)                                                  \
  do {                                                                              \
    struct subject all[] = {__VA_ARGS__};                                           \
    int with = pmem_memcpy != NULL ? 0 : 1; /* libpmem comes first or not at all */ \
    compare(title, bytes, all + with, (int)(sizeof all / sizeof all[0]) - with);    \
  } while (0)

int main(int argc, char **argv) {
  size_t bytes = (argc > 1 ? strtoul(argv[1], NULL, 10) : 256) << 20;
  void *pmem = dlopen("libpmem.so.1", RTLD_NOW);
  if (pmem != NULL) {
    *(void **)&pmem_memcpy = dlsym(pmem, "pmem_memcpy_persist");
    *(void **)&pmem_persist = dlsym(pmem, "pmem_persist");
  }
  int fd = open(argc > 2 ? argv[2] : "/dev/shm", O_TMPFILE | O_RDWR, 0600);
  if (fd < 0 || ftruncate(fd, (off_t)bytes) != 0) {
    perror("region");
    return 1;
  }
  region = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
  if (region == MAP_FAILED) {
    perror("mmap");
    return 1;
  }
  pages = bytes / PAGE - 15; /* the longest copy starts at any of these */
  memset(region, 1, bytes);
  memset(dram, 2, sizeof dram);
  for (int cached = 0; cached < 2; cached++) {
    mask = cached ? 0 : ~0ul;
    const char *where = cached ? "same page" : "random page";
    printf("%s\n", where);
    COMPARE("  nop", 0, {"-", run_nop, 0, {0}}, {"jdax", run_nop, 0, {0}});
    COMPARE("  persist", 8, {"libpmem", run_persist_pmem, 0, {0}}, {"jdax", run_persist, 0, {0}}
#ifdef __x86_64__
            , {"inline", run_persist_inline, 0, {0}}
#endif
    );
    static const size_t sizes[] = {64, 128, 192, 256, 320, 384, 512, 1024, 4096, 65536};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
      COMPARE("  copy_persist", sizes[i], {"libpmem", run_copy_pmem, 0, {0}},
              {"jdax", run_copy, 0, {0}}, {"baseline", run_copy, JDAX_COPY_BASELINE, {0}},
              {"avx2", run_copy, JDAX_COPY_AVX2, {0}}, {"avx512", run_copy, JDAX_COPY_AVX512, {0}},
              {"cached", run_copy_cached, 0, {0}});
    }
    COMPARE("  fill_persist", 4096, {"-", run_fill, 0, {0}}, {"jdax", run_fill, 0, {0}},
            {"avx2", run_fill, JDAX_COPY_AVX2, {0}});
    for (size_t n = 128; n <= 65536; n = n == 65536 ? n + 1 : n >= 4096 ? 65536 : n * 2) {
      COMPARE("  copy_read", n, {"-", run_read, 0, {0}}, {"jdax", run_read, 0, {0}},
              {"baseline", run_read, JDAX_COPY_BASELINE, {0}},
              {"avx2", run_read, JDAX_COPY_AVX2, {0}}, {"memcpy", run_read_memcpy, 0, {0}}
#ifdef __x86_64__
              , {"rep movsb", run_read_rep, 0, {0}}
#endif
      );
    }
  }
  return 0;
}
