/*
 * libjdaxpeers: the same work as the benchmarks, in C and by libpmem, on the mapping of the same JVM.
 *
 * This file is the whole ABI; io.jdax.bench.bed.Peers binds it by name. Each function runs `count` operations in one call,
 * so that the cost of getting here is shared by all of them, and is timed by the clock that times the Java side.
 *
 * Offsets. Both sides take them from the same walk: state = state * factor + increment, offset = (state >> 24) & mask.
 * Knuth's MMIX constants make it random, factor 1 with increment (unit << 24) sequential, with increment 0 always the
 * same. Functions return the state that the walk has come to.
 *
 * A bare page table and the kernel's page faults are peers too: see the end of the file.
 *
 * libpmem is opened at run time, so neither its headers nor the library are needed to build this.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define API __attribute__((visibility("default")))
#define PEERS_ABI 4u
#define LINE 64u
#define PAGE 4096u

struct walk {
    char *base;
    uint64_t mask;
    uint64_t state;
    uint64_t factor;
    uint64_t increment;
};

static inline char *step(struct walk *w) {
    w->state = w->state * w->factor + w->increment;
    return w->base + ((w->state >> 24) & w->mask);
}

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

__attribute__((target("clwb"))) static inline void flush_clwb(char *p) { _mm_clwb(p); }
__attribute__((target("clflushopt"))) static inline void flush_clflushopt(char *p) { _mm_clflushopt(p); }
static inline void flush_clflush(char *p) { _mm_clflush(p); }
static inline void fence(void) { _mm_sfence(); }

#define FOR_EACH_FLUSH(DEFINE)                                                                                         \
    DEFINE(clwb, __attribute__((target("clwb"))))                                                                      \
    DEFINE(clflushopt, __attribute__((target("clflushopt"))))                                                          \
    DEFINE(clflush, )

/* The cheapest that the CPU has: 0 clwb, 1 clflushopt, 2 clflush. */
static int best_flush(void) {
    unsigned a, b, c, d;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) {
        return 2;
    }
    return (b & (1u << 24)) ? 0 : (b & (1u << 23)) ? 1 : 2;
}

#define PICK(name) ((name##_fn[]){name##_clwb, name##_clflushopt, name##_clflush}[flush_kind])

#elif defined(__aarch64__)

#include <sys/auxv.h>

#ifndef HWCAP_DCPOP
#define HWCAP_DCPOP (1 << 16)
#endif

/* sys #3, C7, C12, #1 is DC CVAP, spelled so that assemblers older than Armv8.2 take it. */
static inline void flush_cvap(char *p) { __asm__ volatile("sys #3, C7, C12, #1, %0" ::"r"(p) : "memory"); }
static inline void flush_cvac(char *p) { __asm__ volatile("dc cvac, %0" ::"r"(p) : "memory"); }
static inline void fence(void) { __asm__ volatile("dsb ish" ::: "memory"); }

#define FOR_EACH_FLUSH(DEFINE)                                                                                         \
    DEFINE(cvap, )                                                                                                     \
    DEFINE(cvac, )

static int best_flush(void) { return (getauxval(AT_HWCAP) & HWCAP_DCPOP) ? 0 : 1; }

#define PICK(name) ((name##_fn[]){name##_cvap, name##_cvac}[flush_kind])

#else
#error "no cache-line write-back is known for this architecture"
#endif

/* Asked once: in a virtual machine CPUID is a trap of microseconds. */
static int flush_kind;
__attribute__((constructor)) static void choose_flush(void) { flush_kind = best_flush(); }

/* One operation is: store 8 or 64 bytes, write their line back, fence. */
typedef uint64_t (*store_fn)(struct walk, uint64_t, uint64_t);
#define DEFINE_STORE(kind, attributes)                                                                                 \
    attributes static uint64_t store_##kind(struct walk w, uint64_t bytes, uint64_t count) {                           \
        for (uint64_t i = 0; i < count; i++) {                                                                         \
            volatile uint64_t *p = (volatile uint64_t *)step(&w);                                                      \
            for (uint64_t word = 0; word < bytes / 8; word++) {                                                        \
                p[word] = w.state;                                                                                     \
            }                                                                                                          \
            flush_##kind((char *)p);                                                                                   \
            fence();                                                                                                   \
        }                                                                                                              \
        return w.state;                                                                                                \
    }
FOR_EACH_FLUSH(DEFINE_STORE)

/* One operation is: memcpy, write back every line, fence. */
typedef uint64_t (*copy_fn)(struct walk, const void *, uint64_t, uint64_t);
#define DEFINE_COPY(kind, attributes)                                                                                  \
    attributes static uint64_t copy_##kind(struct walk w, const void *src, uint64_t bytes, uint64_t count) {           \
        for (uint64_t i = 0; i < count; i++) {                                                                         \
            char *p = step(&w);                                                                                        \
            memcpy(p, src, bytes);                                                                                     \
            for (uint64_t at = 0; at < bytes; at += LINE) {                                                            \
                flush_##kind(p + at);                                                                                  \
            }                                                                                                          \
            fence();                                                                                                   \
        }                                                                                                              \
        return w.state;                                                                                                \
    }
FOR_EACH_FLUSH(DEFINE_COPY)

API uint32_t jdaxpeers_abi(void) { return PEERS_ABI; }

/* `base` is 64-byte aligned, `mask` a power of two minus the (power of two) unit; bytes is 8 or 64. */
API uint64_t jdaxpeers_store_persist(char *base, uint64_t mask, uint64_t state, uint64_t factor, uint64_t increment,
                                     uint64_t bytes, uint64_t count) {
    return PICK(store)((struct walk){base, mask, state, factor, increment}, bytes, count);
}

/* Copies `bytes` from `src` to each offset. */
API uint64_t jdaxpeers_copy_persist(char *base, uint64_t mask, uint64_t state, uint64_t factor, uint64_t increment,
                                    const void *src, uint64_t bytes, uint64_t count) {
    return PICK(copy)((struct walk){base, mask, state, factor, increment}, src, bytes, count);
}

/* Copies `bytes` from each offset to `dst`. */
API uint64_t jdaxpeers_copy_out(char *base, uint64_t mask, uint64_t state, uint64_t factor, uint64_t increment,
                                void *dst, uint64_t bytes, uint64_t count) {
    struct walk w = {base, mask, state, factor, increment};
    for (uint64_t i = 0; i < count; i++) {
        memcpy(dst, step(&w), bytes);
        __asm__ volatile("" ::"r"(dst) : "memory"); /* the copy is wanted, though nobody reads it */
    }
    return w.state;
}

typedef void (*pmem_persist_fn)(const void *, size_t);
typedef void *(*pmem_memcpy_fn)(void *, const void *, size_t);

static pmem_persist_fn pmem_persist;
static pmem_memcpy_fn pmem_memcpy_persist;
static pmem_memcpy_fn pmem_memcpy_nodrain;

/* Returns NULL if libpmem can be used from now on, else why not. Call it before the functions below, from one thread. */
API const char *jdaxpeers_pmem_open(const char *name) {
    void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        return dlerror();
    }
    /* POSIX has dlsym return functions as void pointers; a union spares the cast that ISO C does not know. */
    union {
        void *symbol;
        pmem_persist_fn persist;
        pmem_memcpy_fn copy;
    } found;
    found.symbol = dlsym(library, "pmem_persist");
    pmem_persist = found.persist;
    found.symbol = dlsym(library, "pmem_memcpy_persist");
    pmem_memcpy_persist = found.copy;
    found.symbol = dlsym(library, "pmem_memcpy_nodrain");
    pmem_memcpy_nodrain = found.copy;
    return pmem_persist && pmem_memcpy_persist && pmem_memcpy_nodrain ? NULL : "a libpmem without the functions wanted";
}

API uint64_t jdaxpeers_pmem_store_persist(char *base, uint64_t mask, uint64_t state, uint64_t factor,
                                          uint64_t increment, uint64_t bytes, uint64_t count) {
    struct walk w = {base, mask, state, factor, increment};
    for (uint64_t i = 0; i < count; i++) {
        volatile uint64_t *p = (volatile uint64_t *)step(&w);
        for (uint64_t word = 0; word < bytes / 8; word++) {
            p[word] = w.state;
        }
        pmem_persist((const void *)p, bytes);
    }
    return w.state;
}

static uint64_t pmem_copy(pmem_memcpy_fn copy, struct walk w, const void *src, uint64_t bytes, uint64_t count) {
    for (uint64_t i = 0; i < count; i++) {
        copy(step(&w), src, bytes);
    }
    return w.state;
}

API uint64_t jdaxpeers_pmem_memcpy_persist(char *base, uint64_t mask, uint64_t state, uint64_t factor,
                                           uint64_t increment, const void *src, uint64_t bytes, uint64_t count) {
    return pmem_copy(pmem_memcpy_persist, (struct walk){base, mask, state, factor, increment}, src, bytes, count);
}

API uint64_t jdaxpeers_pmem_memcpy_nodrain(char *base, uint64_t mask, uint64_t state, uint64_t factor,
                                           uint64_t increment, const void *src, uint64_t bytes, uint64_t count) {
    return pmem_copy(pmem_memcpy_nodrain, (struct walk){base, mask, state, factor, increment}, src, bytes, count);
}

/*
 * What finding a page costs whoever must find it for every 8 bytes anew, because nobody said which come next: a table of
 * one 4-byte word per page, its place minus its number, and nothing is checked.
 */
static inline char *translate(char *base, const int32_t *words, uint64_t at) {
    __asm__ volatile("" : "+r"(at)); /* else the compiler would find each page once */
    return base + (int64_t)words[at / PAGE] * PAGE + at;
}

/* Loads `count` times 8 bytes from `from` on. */
API uint64_t jdaxpeers_table_load(char *base, const int32_t *words, uint64_t from, uint64_t count) {
    uint64_t sum = 0;
    for (uint64_t at = from; at < from + 8 * count; at += 8) {
        sum += *(const uint64_t *)translate(base, words, at);
    }
    return sum;
}

/* The same at the offsets of a walk. */
API uint64_t jdaxpeers_table_walk(char *base, const int32_t *words, uint64_t mask, uint64_t state, uint64_t factor,
                                  uint64_t increment, uint64_t count) {
    struct walk w = {NULL, mask, state, factor, increment};
    uint64_t sum = 0;
    for (uint64_t i = 0; i < count; i++) {
        sum += *(const uint64_t *)translate(base, words, (uint64_t)(uintptr_t)step(&w));
    }
    __asm__ volatile("" ::"r"(sum)); /* wanted, though nobody reads it */
    return w.state;
}

/* Stores `count` times 8 bytes from `from` on, and says so in the byte of each page, behind every store: fsync will ask. */
API uint64_t jdaxpeers_table_store(char *base, const int32_t *words, uint8_t *dirty, uint64_t from, uint64_t count) {
    for (uint64_t at = from; at < from + 8 * count; at += 8) {
        *(uint64_t *)translate(base, words, at) = at;
        __atomic_store_n(&dirty[at / PAGE], 1, __ATOMIC_RELEASE);
    }
    return count;
}

/*
 * The kernel's own faults: memory whose pages the kernel brings in at the first touch, each by a trap of its own. Pages
 * are of 4 KiB on both sides, so that a fault is a fault. Functions return a negative errno when the kernel refuses.
 */

/* A tmpfs file of `bytes`, all hole. Closed with jdaxpeers_tmpfs_close. */
API int64_t jdaxpeers_tmpfs_open(uint64_t bytes) {
    int fd = memfd_create("jdaxpeers", MFD_CLOEXEC);
    if (fd < 0) {
        return -errno;
    }
    if (ftruncate(fd, (off_t)bytes) != 0) {
        int64_t refused = -errno;
        close(fd);
        return refused;
    }
    return fd;
}

API int64_t jdaxpeers_tmpfs_close(int64_t fd) { return close((int)fd) == 0 ? 0 : -errno; }

/* Gives every page of the file a frame, or makes all of it a hole. */
API int64_t jdaxpeers_tmpfs_fill(int64_t fd, uint64_t bytes, uint64_t present) {
    int mode = present ? 0 : FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
    return fallocate((int)fd, mode, 0, (off_t)bytes) == 0 ? 0 : -errno;
}

/* A mapping none of whose pages is there yet, in place of the one at `address`, or anywhere if that is 0; anonymous for
 * fd -1. Returns its address. */
API int64_t jdaxpeers_map_anew(char *address, int64_t fd, uint64_t bytes) {
    int flags = (fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED) | (address ? MAP_FIXED : 0);
    void *mapped = mmap(address, bytes, PROT_READ | PROT_WRITE, flags, (int)fd, 0);
    if (mapped == MAP_FAILED) {
        return -errno;
    }
    (void)madvise(mapped, bytes, MADV_NOHUGEPAGE); /* a kernel that has none refuses, and is right */
    return (int64_t)(uintptr_t)mapped;
}

API int64_t jdaxpeers_unmap(char *address, uint64_t bytes) { return munmap(address, bytes) == 0 ? 0 : -errno; }

/* Loads 8 bytes of each page, in order. */
API uint64_t jdaxpeers_touch_load(const char *address, uint64_t pages) {
    uint64_t sum = 0;
    for (uint64_t i = 0; i < pages; i++) {
        sum += *(const volatile uint64_t *)(address + i * PAGE);
    }
    return sum;
}

/* Stores 8 bytes to each page, in order. */
API uint64_t jdaxpeers_touch_store(char *address, uint64_t pages) {
    for (uint64_t i = 0; i < pages; i++) {
        *(volatile uint64_t *)(address + i * PAGE) = i;
    }
    return pages;
}

/* Punches each page by a call of its own, in order. */
API int64_t jdaxpeers_tmpfs_punch(int64_t fd, uint64_t pages) {
    for (uint64_t i = 0; i < pages; i++) {
        if (fallocate((int)fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)(i * PAGE), PAGE) != 0) {
            return -errno;
        }
    }
    return (int64_t)pages;
}
