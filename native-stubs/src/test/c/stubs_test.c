/*
 * Holds jdax.h to its contract, on the machine that this runs on.
 *   correctness  every function, in every variant that this CPU has, at every size up to 1100 and
 *                some long ones, at every misalignment of both sides, against memcpy and memset,
 *                with guard bytes around
 *   words        after every single instruction of a copy or fill each aligned word is old or new,
 *                and never half of each (on x86-64 by the trap flag; a second core watches them as
 *                well, on both architectures)
 *   faults       a file truncated under the mapping is -EFAULT, again and again, from two threads
 *   signals      every SIGBUS that is not ours takes the course that it would take without us
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/ucontext.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../main/c/jdax.h"

#define CHECK(condition, ...)                                                         \
  do {                                                                                \
    if (!(condition)) {                                                               \
      fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #condition);                 \
      fprintf(stderr, __VA_ARGS__);                                                   \
      fprintf(stderr, " (flush %d, copy %d)\n", jdax_flush_kind(), jdax_copy_kind()); \
      exit(1);                                                                        \
    }                                                                                 \
  } while (0)

#define MAX_SHORT 1100
#define MAX_SHIFT 80
#define MARGIN 128
#define LONG_BYTES (1 << 20)
#define ROOM (LONG_BYTES + MAX_SHIFT + 2 * MARGIN)

static _Alignas(4096) unsigned char target[ROOM];
static _Alignas(4096) unsigned char source[ROOM];
static _Alignas(4096) unsigned char expected[ROOM];

typedef int32_t copy_function(void *dst, const void *src, uint64_t bytes);
typedef int32_t fill_function(void *dst, int32_t value, uint64_t bytes);
typedef int32_t range_function(void *addr, uint64_t bytes);

static copy_function *const copies[] = {jdax_copy_nodrain, jdax_copy_persist, jdax_copy_read};
static fill_function *const fills[] = {jdax_fill_nodrain, jdax_fill_persist};
static range_function *const flushes[] = {jdax_flush, jdax_persist};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void check_range(size_t to, size_t bytes, size_t from, const char *what) {
  size_t end = to + bytes + MARGIN;
  if (memcmp(target, expected, end) != 0) {
    size_t at = 0;
    while (target[at] == expected[at]) {
      at++;
    }
    CHECK(false, "%s of %zu bytes, dst + %zu, src + %zu: byte %zd of the range is %#x, not %#x",
          what, bytes, to - MARGIN, from - MARGIN, (ssize_t)(at - to), target[at], expected[at]);
  }
  /* Both alike again, and unlike what the next call writes. */
  memset(target + to, 0xa5, bytes);
  memset(expected + to, 0xa5, bytes);
}

static void check_copy(copy_function *copy, size_t to_shift, size_t from_shift, size_t bytes) {
  size_t to = MARGIN + to_shift;
  size_t from = MARGIN + from_shift;
  CHECK(copy(target + to, source + from, bytes) == 0, "copy of %zu", bytes);
  memcpy(expected + to, source + from, bytes);
  check_range(to, bytes, from, "copy");
}

static void check_fill(fill_function *fill, size_t to_shift, int32_t value, size_t bytes) {
  size_t to = MARGIN + to_shift;
  CHECK(fill(target + to, value, bytes) == 0, "fill of %zu", bytes);
  memset(expected + to, value, bytes);
  check_range(to, bytes, MARGIN, "fill");
}

/*
 * The shifts of src run through all of theirs as size and dst do, so that every pair of shifts
 * meets many sizes.
 */
static void check_variant(void) {
  static const size_t long_sizes[] = {4095,       4096,  4097,    8191,
                                      16384 + 63, 65536, 1000003, LONG_BYTES};
  for (size_t bytes = 0; bytes <= MAX_SHORT; bytes++) {
    for (size_t shift = 0; shift <= MAX_SHIFT; shift++) {
      size_t from = (shift * 37 + bytes * 11) % (MAX_SHIFT + 1);
      for (size_t f = 0; f < COUNT(copies); f++) {
        check_copy(copies[f], shift, from, bytes);
      }
      for (size_t f = 0; f < COUNT(fills); f++) {
        check_fill(fills[f], shift, (int32_t)(bytes * 251 + shift) - 40000, bytes);
      }
      if (bytes % 16 == 0) {
        for (size_t f = 0; f < COUNT(flushes); f++) {
          CHECK(flushes[f](target + shift, bytes) == 0, "flush of %zu", bytes);
        }
      }
    }
  }
  for (size_t i = 0; i < COUNT(long_sizes); i++) {
    for (size_t shift = 0; shift <= MAX_SHIFT; shift += 9) {
      for (size_t f = 0; f < COUNT(copies); f++) {
        check_copy(copies[f], shift, MAX_SHIFT - shift, long_sizes[i]);
      }
      for (size_t f = 0; f < COUNT(fills); f++) {
        check_fill(fills[f], shift, 0x1c3, long_sizes[i]);
      }
    }
  }
  uint64_t negative = (uint64_t)-1;
  CHECK(jdax_flush(target, negative) == -EINVAL, "negative size");
  CHECK(jdax_persist(target, negative) == -EINVAL, "negative size");
  CHECK(jdax_copy_nodrain(target, source, negative) == -EINVAL, "negative size");
  CHECK(jdax_copy_persist(target, source, negative) == -EINVAL, "negative size");
  CHECK(jdax_copy_read(target, source, negative) == -EINVAL, "negative size");
  CHECK(jdax_fill_nodrain(target, 1, negative) == -EINVAL, "negative size");
  CHECK(jdax_fill_persist(target, 1, negative) == -EINVAL, "negative size");
}

/* ---- words ---- */

#define WORD 8

/* The range of target that is written. Its bytes were OLD_BYTE, and become those of expected. */
#define OLD_BYTE 0x5a
static size_t word_from, word_to;

static void watch_words(const char *when) {
  uint64_t old;
  memset(&old, OLD_BYTE, sizeof old);
  for (size_t at = (word_from + WORD - 1) & ~(size_t)(WORD - 1); at + WORD <= word_to; at += WORD) {
    uint64_t now = *(volatile uint64_t *)(target + at);
    uint64_t wanted;
    memcpy(&wanted, expected + at, WORD);
    CHECK(now == old || now == wanted, "%s: the word at %zu of [%zu, %zu) is torn: %#llx", when, at,
          word_from, word_to, (unsigned long long)now);
  }
}

static void expect_words(size_t to, size_t bytes) {
  word_from = to;
  word_to = to + bytes;
  memset(target + to, OLD_BYTE, bytes);
}

#ifdef __x86_64__
static unsigned long steps;

static void on_step(int signal_number) {
  (void)signal_number;
  steps++;
  watch_words("between two instructions");
}

/* Past the red zone, which belongs to the compiler. */
#define TRAP_FLAG(change)                                  \
  __asm__ volatile("leaq -128(%%rsp), %%rsp\n\tpushfq\n\t" \
                   change "\n\tpopfq\n\t"                  \
                   "leaq 128(%%rsp), %%rsp" ::: "cc", "memory")

static void check_every_step(void) {
  struct sigaction stepping = {.sa_handler = on_step}, before;
  CHECK(sigaction(SIGTRAP, &stepping, &before) == 0, "%s", strerror(errno));
  /*
   * From less than a word to streamed lengths, with ends inside of words. Lengths above 64 repeat
   * what those between 32 and 64 do.
   */
  for (size_t bytes = 7; bytes <= 330; bytes += bytes < 40 ? 3 : 29) {
    for (size_t shift = 0; shift < 8; shift += 1 + bytes % 3) {
      size_t to = MARGIN + shift, from = MARGIN + (shift * 5 + bytes) % 16;
      memcpy(expected + to, source + from, bytes);
      expect_words(to, bytes);
      TRAP_FLAG("orq $0x100, (%%rsp)");
      jdax_copy_nodrain(target + to, source + from, bytes);
      TRAP_FLAG("andq $~0x100, (%%rsp)");
      memset(expected + to, 0xc3, bytes);
      expect_words(to, bytes);
      TRAP_FLAG("orq $0x100, (%%rsp)");
      jdax_fill_nodrain(target + to, 0xc3, bytes);
      TRAP_FLAG("andq $~0x100, (%%rsp)");
    }
  }
  CHECK(sigaction(SIGTRAP, &before, NULL) == 0, "%s", strerror(errno));
  CHECK(steps > 10000, "only %lu steps", steps);
  memset(target, 0xa5, MARGIN + 400);
  memset(expected, 0xa5, MARGIN + 400);
}
#else
static void check_every_step(void) {}
#endif

/* Where nothing steps through them the second core has to be lucky, in so many attempts. */
#ifdef __x86_64__
#define WATCHED_WRITES 100000
#else
#define WATCHED_WRITES 1000000
#endif

static atomic_bool writing;

static void *write_words(void *unused) {
  (void)unused;
  static unsigned char two[2][256];
  memset(two[0], OLD_BYTE, sizeof two[0]);
  memset(two[1], 0xc3, sizeof two[1]);
  for (int i = 0; i < WATCHED_WRITES; i++) {
    if (i & 2) {
      jdax_copy_nodrain(target + word_from, two[i & 1], word_to - word_from);
    } else {
      jdax_fill_nodrain(target + word_from, i & 1 ? 0xc3 : OLD_BYTE, word_to - word_from);
    }
  }
  writing = false;
  return NULL;
}

static void check_words_from_another_core(void) {
  static const size_t ranges[][2] = {{5, 100}, {3, 29}, {61, 40}, {0, 92}};
  for (size_t i = 0; i < COUNT(ranges); i++) {
    size_t to = MARGIN + ranges[i][0];
    memset(expected + to, 0xc3, ranges[i][1]);
    expect_words(to, ranges[i][1]);
    writing = true;
    pthread_t writer;
    CHECK(pthread_create(&writer, NULL, write_words, NULL) == 0, "thread");
    while (writing) {
      watch_words("seen by another core");
    }
    pthread_join(writer, NULL);
  }
  memset(target, 0xa5, MARGIN + 400);
  memset(expected, 0xa5, MARGIN + 400);
}

/* ---- faults ---- */

#define FILE_BYTES (64 * 1024ul)

static int new_file(void) {
  int fd = memfd_create("jdax", MFD_CLOEXEC);
  CHECK(fd >= 0 && ftruncate(fd, FILE_BYTES) == 0, "%s", strerror(errno));
  return fd;
}

static unsigned char *map(int fd) {
  void *addr = mmap(NULL, FILE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  CHECK(addr != MAP_FAILED, "%s", strerror(errno));
  return addr;
}

/* A processor may skip a write-back of what is not there; x86 documents that it does not. */
static bool flush_may_skip(void) {
#ifdef __x86_64__
  return jdax_flush_kind() == JDAX_FLUSH_NONE;
#else
  return true;
#endif
}

static void check_faults(unsigned char *file, unsigned char *dram) {
  static const size_t sizes[] = {1,  2,   5,   8,   12,  16,  31,   33,   63,   64,
                                 65, 128, 200, 256, 300, 511, 1024, 4096, 10000};
  for (size_t i = 0; i < COUNT(sizes); i++) {
    size_t bytes = sizes[i];
    /* All of it beyond the end, at some alignment; and only its last byte. */
    unsigned char *starts[] = {file + 8192, file + 8192 + 7, file + 4097 - bytes};
    for (size_t s = 0; s < (bytes <= 4096 ? COUNT(starts) : 2); s++) {
      unsigned char *addr = starts[s];
      for (size_t f = 0; f < COUNT(copies); f++) {
        CHECK(copies[f](addr, dram, bytes) == -EFAULT, "copy %zu of %zu to start %zu", f, bytes, s);
        CHECK(copies[f](dram, addr, bytes) == -EFAULT, "copy %zu of %zu from start %zu", f, bytes,
              s);
      }
      for (size_t f = 0; f < COUNT(fills); f++) {
        CHECK(fills[f](addr, 1, bytes) == -EFAULT, "fill %zu of %zu at start %zu", f, bytes, s);
      }
      for (size_t f = 0; f < COUNT(flushes); f++) {
        int32_t result = flushes[f](addr, bytes);
        CHECK(result == -EFAULT || (flush_may_skip() && result == 0),
              "flush %zu of %zu at start %zu: %d", f, bytes, s, result);
      }
    }
  }
}

static void *fault_repeatedly(void *unused) {
  (void)unused;
  unsigned char *dram = aligned_alloc(64, 16384);
  CHECK(dram != NULL, "no memory");
  memset(dram, 1, 16384);
  int fd = new_file();
  unsigned char *file = map(fd);
  memset(file, 1, FILE_BYTES);
  CHECK(ftruncate(fd, 4096) == 0, "%s", strerror(errno));
  for (int i = 0; i < 5; i++) {
    check_faults(file, dram);
  }
  /* The same addresses work once there is something under them. */
  CHECK(ftruncate(fd, FILE_BYTES) == 0, "%s", strerror(errno));
  CHECK(jdax_copy_persist(file + 8192, dram, 4096) == 0 && memcmp(file + 8192, dram, 4096) == 0,
        "after growing");
  munmap(file, FILE_BYTES);
  close(fd);
  free(dram);
  return NULL;
}

static void check_faults_from_two_threads(void) {
  pthread_t other;
  CHECK(pthread_create(&other, NULL, fault_repeatedly, NULL) == 0, "thread");
  fault_repeatedly(NULL);
  pthread_join(other, NULL);
}

/* ---- signals: each case in a process of its own, with its own earlier handler ---- */

static sigjmp_buf back;
static void *volatile seen_addr;
static volatile sig_atomic_t seen;

static void remember(int signal_number, siginfo_t *info, void *context) {
  (void)context;
  seen = signal_number;
  seen_addr = info->si_addr;
  siglongjmp(back, 1);
}

static void count_signal(int signal_number) {
  (void)signal_number;
  seen++;
}

static unsigned char *unbacked(void) {
  int fd = new_file();
  unsigned char *file = map(fd);
  CHECK(ftruncate(fd, 0) == 0, "%s", strerror(errno));
  return file;
}

static void touch(unsigned char *addr) {
  *(volatile unsigned char *)addr = 1;
}

static void set_action(struct sigaction action) {
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, NULL);
}

static int foreign_fault_reaches_the_previous_handler(void) {
  set_action((struct sigaction){.sa_sigaction = remember, .sa_flags = SA_SIGINFO});
  jdax_guard_install();
  unsigned char *addr = unbacked();
  for (int i = 1; i <= 3; i++) {
    seen_addr = NULL;
    if (sigsetjmp(back, 1) == 0) {
      touch(addr + 100);
      return 1;
    }
    if (seen != SIGBUS || seen_addr != addr + 100 || jdax_fill_persist(addr, 1, 8) != -EFAULT) {
      return 2;
    }
  }
  return 0;
}

static int foreign_fault_without_a_handler_dies(void) {
  set_action((struct sigaction){.sa_handler = SIG_DFL});
  jdax_guard_install();
  unsigned char *addr = unbacked();
  if (jdax_fill_persist(addr, 1, 8) != -EFAULT) {
    return 1;
  }
  touch(addr);
  return 2;
}

static int ignored_fault_dies_all_the_same(void) {
  set_action((struct sigaction){.sa_handler = SIG_IGN});
  jdax_guard_install();
  touch(unbacked());
  return 1;
}

static int sent_signal_is_ignored_if_it_was(void) {
  set_action((struct sigaction){.sa_handler = SIG_IGN});
  jdax_guard_install();
  kill(getpid(), SIGBUS);
  return jdax_fill_persist(unbacked(), 1, 8) == -EFAULT ? 0 : 1;
}

static int sent_signal_without_a_handler_dies(void) {
  set_action((struct sigaction){.sa_handler = SIG_DFL});
  jdax_guard_install();
  kill(getpid(), SIGBUS);
  return 1;
}

static atomic_bool copying_done;

static void *copy_on(void *unused) {
  (void)unused;
  for (int i = 0; i < 4000; i++) {
    CHECK(jdax_copy_persist(target, source, 65536) == 0, "a sent signal looked like a fault");
  }
  copying_done = true;
  return NULL;
}

/* A signal that only happens to arrive during a copy is not the copy's. */
static int sent_signal_during_a_copy_goes_to_the_previous_handler(void) {
  set_action((struct sigaction){.sa_handler = count_signal});
  jdax_guard_install();
  pthread_t copier;
  pthread_create(&copier, NULL, copy_on, NULL);
  while (!copying_done) {
    pthread_kill(copier, SIGBUS);
    usleep(20);
  }
  pthread_join(copier, NULL);
  return seen > 0 ? 0 : 1;
}

static void *install(void *unused) {
  (void)unused;
  CHECK(jdax_guard_install() == 0, "install");
  return NULL;
}

/* Installed twice, the handler would be its own predecessor and never return. */
static int racing_installations_make_one(void) {
  set_action((struct sigaction){.sa_sigaction = remember, .sa_flags = SA_SIGINFO});
  pthread_t threads[8];
  for (size_t i = 0; i < COUNT(threads); i++) {
    pthread_create(&threads[i], NULL, install, NULL);
  }
  for (size_t i = 0; i < COUNT(threads); i++) {
    pthread_join(threads[i], NULL);
  }
  if (sigsetjmp(back, 1) == 0) {
    touch(unbacked());
    return 1;
  }
  return seen == SIGBUS ? 0 : 2;
}

static void in_a_child(const char *name, int (*run)(void), bool dies) {
  fflush(NULL);
  pid_t child = fork();
  CHECK(child >= 0, "fork");
  if (child == 0) {
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    alarm(60);
    _exit(run());
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child, "wait");
  if (dies) {
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS, "%s: status %#x", name,
          (unsigned)status);
  } else {
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s: status %#x", name, (unsigned)status);
  }
}

#define IN_A_CHILD(run, dies) in_a_child(#run, run, dies)

static void check_signals(void) {
  IN_A_CHILD(foreign_fault_reaches_the_previous_handler, false);
  IN_A_CHILD(foreign_fault_without_a_handler_dies, true);
  IN_A_CHILD(ignored_fault_dies_all_the_same, true);
  IN_A_CHILD(sent_signal_is_ignored_if_it_was, false);
  IN_A_CHILD(sent_signal_without_a_handler_dies, true);
  IN_A_CHILD(sent_signal_during_a_copy_goes_to_the_previous_handler, false);
  IN_A_CHILD(racing_installations_make_one, false);
}

/* ---- selection ---- */

static void check_selection(void) {
  uint64_t features = jdax_cpu_features();
  int32_t flush = jdax_flush_kind();
  int32_t copy = jdax_copy_kind();
  CHECK(jdax_abi() == JDAX_ABI && jdax_nop() == 0, "abi");
  CHECK(flush != JDAX_FLUSH_AUTO && flush != JDAX_FLUSH_NONE && copy != JDAX_COPY_AUTO,
        "selected at load");
  uint32_t line = jdax_cache_line_bytes();
  CHECK(line >= 16 && line <= 2048 && (line & (line - 1)) == 0, "line of %u", line);
  static const struct {
    int32_t kind;
    uint64_t feature;
  } flush_needs[] = {
#ifdef __x86_64__
      {JDAX_FLUSH_CLWB, JDAX_CPU_CLWB},
      {JDAX_FLUSH_CLFLUSHOPT, JDAX_CPU_CLFLUSHOPT},
      {JDAX_FLUSH_CVAP, 0},
      {JDAX_FLUSH_CVAC, 0},
#else
      {JDAX_FLUSH_CVAP, JDAX_CPU_DCPOP},
      {JDAX_FLUSH_CLWB, 0},
      {JDAX_FLUSH_CLFLUSHOPT, 0},
      {JDAX_FLUSH_CLFLUSH, 0},
#endif
  };
  for (size_t i = 0; i < COUNT(flush_needs); i++) {
    int32_t want = features & flush_needs[i].feature ? 0 : -ENOTSUP;
    CHECK(jdax_select(flush_needs[i].kind, copy) == want, "flush kind %d", flush_needs[i].kind);
    jdax_select(flush, copy);
  }
  CHECK(jdax_select(JDAX_FLUSH_NONE, JDAX_COPY_AVX2) == (features & JDAX_CPU_AVX2 ? 0 : -ENOTSUP),
        "avx2");
  jdax_select(flush, copy);
  CHECK(jdax_select(JDAX_FLUSH_NONE, JDAX_COPY_AVX512) ==
            (features & JDAX_CPU_AVX512F ? 0 : -ENOTSUP),
        "avx512");
  jdax_select(flush, copy);
  static const int32_t wrong[][2] = {{-1, 0}, {7, 0}, {JDAX_FLUSH_NONE, -1}, {JDAX_FLUSH_NONE, 4}};
  for (size_t i = 0; i < COUNT(wrong); i++) {
    CHECK(jdax_select(wrong[i][0], wrong[i][1]) == -EINVAL, "%d, %d", wrong[i][0], wrong[i][1]);
    CHECK(jdax_flush_kind() == flush && jdax_copy_kind() == copy,
          "a refused selection changed something");
  }
}

/* ---- compare and set ---- */

static void check_compare_and_set(void) {
  uint64_t words[3] = {7, UINT64_C(0x1122334455667788), 9};
  CHECK(jdax_compare_and_set_64(&words[1], 1, 2) == 0 && words[1] == UINT64_C(0x1122334455667788),
        "not expected");
  CHECK(jdax_compare_and_set_64(&words[1], words[1], UINT64_C(1) << 63) == 1 &&
            words[1] == UINT64_C(1) << 63,
        "64");
  uint32_t *half = (uint32_t *)&words[1];
  half[0] = 5;
  half[1] = 6;
  CHECK(jdax_compare_and_set_32(half, 6, 1) == 0 && half[0] == 5, "32, not expected");
  CHECK(jdax_compare_and_set_32(half, 5, UINT32_MAX) == 1 && half[0] == UINT32_MAX && half[1] == 6,
        "32");
  CHECK(words[0] == 7 && words[2] == 9, "the neighbours");
  unsigned char *file = unbacked();
  for (int i = 0; i < 5; i++) {
    CHECK(jdax_compare_and_set_64(file + 8, 0, 1) == -EFAULT, "64 that are not backed");
    CHECK(jdax_compare_and_set_32(file + 4, 0, 1) == -EFAULT, "32 that are not backed");
  }
}

int main(void) {
  int variants = 0;
  check_selection();
  check_signals();
  CHECK(jdax_guard_install() == 0 && jdax_guard_install() == 0, "install");
  check_compare_and_set();
  for (size_t i = 0; i < sizeof source; i++) {
    source[i] = (unsigned char)(i * 167 + (i >> 8) * 13);
  }
  for (int32_t copy = JDAX_COPY_BASELINE; copy <= JDAX_COPY_AVX512; copy++) {
    if (jdax_select(JDAX_FLUSH_NONE, copy) == 0) {
      check_every_step();
      check_words_from_another_core();
    }
  }
  for (int32_t flush = JDAX_FLUSH_CLWB; flush <= JDAX_FLUSH_NONE; flush++) {
    for (int32_t copy = JDAX_COPY_BASELINE; copy <= JDAX_COPY_AVX512; copy++) {
      if (jdax_select(flush, copy) == 0) {
        check_variant();
        check_faults_from_two_threads();
        variants++;
      }
    }
  }
  CHECK(variants >= 2, "only %d variants", variants);
  printf("native stubs: %d variants, features %#llx, line %u: ok\n", variants,
         (unsigned long long)jdax_cpu_features(), jdax_cache_line_bytes());
  return 0;
}
