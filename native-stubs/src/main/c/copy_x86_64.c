/*
 * Copies and fills on x86-64. From the inside out:
 *   blocks      one asm goto each, for a fixed number of bytes, all loaded before any is stored
 *   words_*     whole, aligned words of dst through the cache, from overlapping blocks
 *   short_*     0 to 255 bytes through the cache: bytes before the first word, words, bytes after
 *               the last one (words.h)
 *   line_*      whole cache lines, for each width of registers, streamed (non-temporal) or cached
 *   copy_with   head through the cache, lines streamed, tail through the cache
 */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#include "cpu.h"
#include "flush.h"
#include "guard.h"
#include "jdax.h"
#include "variant.h"
#include "words.h"

/*
 * From this size on the lines are streamed. On Zen 4, 256 bytes take 106 ns streamed, and 185 ns
 * cached and written back, and 4 KiB take 232 and 520. To stream whole lines would win below that,
 * too (64 bytes take 103 and 150), and break even where head and tail must be written back anyway.
 * But it evicts the line, and a short copy is mostly of a record whose neighbours are read or
 * written next: a miss that costs more than was won.
 */
#define STREAM_THRESHOLD_BYTES 256

/*
 * The unit of a write-combining buffer. A partly filled one costs a read-modify-write on the media.
 */
#define LINE_BYTES 64

/* Two overlapping pieces cover every size from one to two times the piece. */
#define COPY_PAIR(name, mov, first, second, ...)                                                 \
  ALWAYS_INLINE int32_t name(char *dst, const char *src, char *dst_last, const char *src_last) { \
    __asm__ goto(GUARD_OPEN                                                                      \
                 mov " (%[src]), %%" first "\n\t"                                                \
                 mov " (%[src_last]), %%" second "\n\t"                                          \
                 mov " %%" first ", (%[dst])\n\t"                                                \
                 mov " %%" second ", (%[dst_last])\n\t"                                          \
                 GUARD_CLOSE                                                                     \
                 :                                                                               \
                 : [dst] "r"(dst), [src] "r"(src), [dst_last] "r"(dst_last),                     \
                   [src_last] "r"(src_last)                                                      \
                 : "memory", __VA_ARGS__                                                         \
                 : fault);                                                                       \
    return 0;                                                                                    \
  fault:                                                                                         \
    return -EFAULT;                                                                              \
  }

COPY_PAIR(copy_pair_1, "movb", "al", "dl", "rax", "rdx")
COPY_PAIR(copy_pair_2, "movw", "ax", "dx", "rax", "rdx")
COPY_PAIR(copy_pair_4, "movl", "eax", "edx", "rax", "rdx")
COPY_PAIR(copy_pair_8, "movq", "rax", "rdx", "rax", "rdx")
COPY_PAIR(copy_pair_16, "movdqu", "xmm0", "xmm1", "xmm0", "xmm1")

ALWAYS_INLINE int32_t copy_64(char *dst, const char *src) {
  __asm__ goto(GUARD_OPEN
               "movdqu (%[src]), %%xmm0\n\t"
               "movdqu 16(%[src]), %%xmm1\n\t"
               "movdqu 32(%[src]), %%xmm2\n\t"
               "movdqu 48(%[src]), %%xmm3\n\t"
               "movdqu %%xmm0, (%[dst])\n\t"
               "movdqu %%xmm1, 16(%[dst])\n\t"
               "movdqu %%xmm2, 32(%[dst])\n\t"
               "movdqu %%xmm3, 48(%[dst])\n\t"
               GUARD_CLOSE
               :
               : [dst] "r"(dst), [src] "r"(src)
               : "memory", "xmm0", "xmm1", "xmm2", "xmm3"
               : fault);
  return 0;
fault:
  return -EFAULT;
}

/* Less than a word. */
static int32_t copy_bytes(char *dst, const char *src, uint64_t bytes) {
  if (bytes >= 4) {
    return copy_pair_4(dst, src, dst + bytes - 4, src + bytes - 4);
  }
  if (bytes >= 2) {
    return copy_pair_2(dst, src, dst + bytes - 2, src + bytes - 2);
  }
  return bytes == 0 ? 0 : copy_pair_1(dst, src, dst, src);
}

/*
 * dst and bytes are multiples of 8, so that every block begins and ends between two words, also
 * where blocks overlap.
 */
static int32_t words_copy(char *dst, const char *src, uint64_t bytes) {
  if (bytes >= 64) {
    uint64_t done = 0;
    for (; bytes - done > 64; done += 64) {
      if (copy_64(dst + done, src + done) != 0) {
        return -EFAULT;
      }
    }
    return copy_64(dst + bytes - 64, src + bytes - 64);
  }
  if (bytes > 32) {
    int32_t result = copy_pair_16(dst, src, dst + 16, src + 16);
    return result != 0 ? result
                       : copy_pair_16(dst + bytes - 32, src + bytes - 32, dst + bytes - 16,
                                      src + bytes - 16);
  }
  if (bytes >= 16) {
    return copy_pair_16(dst, src, dst + bytes - 16, src + bytes - 16);
  }
  return bytes == 0 ? 0 : copy_pair_8(dst, src, dst, src);
}

static int32_t short_copy(char *dst, const char *src, uint64_t bytes) {
  if (__builtin_expect(is_words(dst, bytes), 1)) {
    return words_copy(dst, src, bytes);
  }
  struct words w = words_in(dst, bytes);
  int32_t result = copy_bytes(dst, src, w.head);
  if (result == 0) {
    result = words_copy(dst + w.head, src + w.head, w.whole);
  }
  return result != 0 ? result : copy_bytes(dst + w.head + w.whole, src + w.head + w.whole, w.tail);
}

#define FILL_PAIR(name, mov, operand)                                               \
  ALWAYS_INLINE int32_t name(char *dst, char *dst_last, uint64_t pattern) {         \
    __asm__ goto(GUARD_OPEN                                                         \
                 mov " %" operand "[pattern], (%[dst])\n\t"                         \
                 mov " %" operand "[pattern], (%[dst_last])\n\t"                    \
                 GUARD_CLOSE                                                        \
                 :                                                                  \
                 : [dst] "r"(dst), [dst_last] "r"(dst_last), [pattern] "r"(pattern) \
                 : "memory"                                                         \
                 : fault);                                                          \
    return 0;                                                                       \
  fault:                                                                            \
    return -EFAULT;                                                                 \
  }

FILL_PAIR(fill_pair_1, "movb", "b")
FILL_PAIR(fill_pair_2, "movw", "w")
FILL_PAIR(fill_pair_4, "movl", "k")
FILL_PAIR(fill_pair_8, "movq", "q")

static int32_t fill_bytes(char *dst, uint64_t pattern, uint64_t bytes) {
  if (bytes >= 4) {
    return fill_pair_4(dst, dst + bytes - 4, pattern);
  }
  if (bytes >= 2) {
    return fill_pair_2(dst, dst + bytes - 2, pattern);
  }
  return bytes == 0 ? 0 : fill_pair_1(dst, dst, pattern);
}

/* dst and bytes are multiples of 8. */
static int32_t words_fill(char *dst, uint64_t pattern, uint64_t bytes) {
  for (uint64_t done = 0; done < bytes; done += 16) {
    char *second = dst + (bytes - done == 8 ? done : done + 8);
    if (fill_pair_8(dst + done, second, pattern) != 0) {
      return -EFAULT;
    }
  }
  return 0;
}

static int32_t short_fill(char *dst, uint64_t pattern, uint64_t bytes) {
  if (__builtin_expect(is_words(dst, bytes), 1)) {
    return words_fill(dst, pattern, bytes);
  }
  struct words w = words_in(dst, bytes);
  int32_t result = fill_bytes(dst, pattern, w.head);
  if (result == 0) {
    result = words_fill(dst + w.head, pattern, w.whole);
  }
  return result != 0 ? result : fill_bytes(dst + w.head + w.whole, pattern, w.tail);
}

/*
 * Whole lines. The offset runs in rax inside the asm, so that src and dst stay inputs. Text for
 * four lines a turn, which hide the loop, and for one line follow each other.
 */
#define LINE_LOOP            \
  "xorl %%eax, %%eax\n\t"    \
  "cmpq %[turns], %%rax\n\t" \
  "jae 2f\n\t"               \
  ".balign 32\n\t"           \
  "1:\n\t"

#define LINE_LOOP_NEXT       \
  "addq $256, %%rax\n\t"     \
  "cmpq %[turns], %%rax\n\t" \
  "jb 1b\n\t"                \
  "2:\n\t"                   \
  "cmpq %[bytes], %%rax\n\t" \
  "jae 4f\n\t"               \
  "3:\n\t"

#define LINE_LOOP_END        \
  "addq $64, %%rax\n\t"      \
  "cmpq %[bytes], %%rax\n\t" \
  "jb 3b\n\t"                \
  "4:\n\t"

#define VECTOR_CLOBBERS                                                                    \
  "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", \
      "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"

/*
 * `leave` undoes, on both ways out, what the registers' upper halves would cost the SSE code that
 * follows.
 */
#define COPY_LINES(name, four_lines, one_line, leave)                                        \
  static inline int32_t name(char *dst, const char *src, uint64_t bytes) {                   \
    __asm__ goto(GUARD_OPEN LINE_LOOP four_lines LINE_LOOP_NEXT one_line LINE_LOOP_END leave \
                 GUARD_CLOSE                                                                 \
                 :                                                                           \
                 : [dst] "r"(dst), [src] "r"(src), [bytes] "r"(bytes),                       \
                   [turns] "r"(bytes & ~UINT64_C(255))                                       \
                 : "memory", "cc", "rax", VECTOR_CLOBBERS                                    \
                 : fault);                                                                   \
    return 0;                                                                                \
  fault:                                                                                     \
    __asm__ volatile(leave ::: "memory");                                                    \
    return -EFAULT;                                                                          \
  }

#define FILL_LINES(name, spread, four_lines, one_line, leave)                                 \
  static inline int32_t name(char *dst, uint64_t pattern, uint64_t bytes) {                   \
    __asm__ goto(spread GUARD_OPEN LINE_LOOP four_lines LINE_LOOP_NEXT one_line LINE_LOOP_END \
                 leave GUARD_CLOSE                                                            \
                 :                                                                            \
                 : [dst] "r"(dst), [pattern] "r"(pattern), [bytes] "r"(bytes),                \
                   [turns] "r"(bytes & ~UINT64_C(255))                                        \
                 : "memory", "cc", "rax", VECTOR_CLOBBERS                                     \
                 : fault);                                                                    \
    return 0;                                                                                 \
  fault:                                                                                      \
    __asm__ volatile(leave ::: "memory");                                                     \
    return -EFAULT;                                                                           \
  }

#define LOAD(mov, at, reg) mov " " at "(%[src],%%rax), %%" reg "\n\t"
#define STORE(mov, at, reg) mov " %%" reg ", " at "(%[dst],%%rax)\n\t"

/* One line per width: loads, and stores through a given instruction. */
#define SSE2_LOADS(at, a, b, c, d)                  \
  LOAD("movdqu", at, a) LOAD("movdqu", at "+16", b) \
  LOAD("movdqu", at "+32", c) LOAD("movdqu", at "+48", d)
#define SSE2_STORES(mov, at, a, b, c, d) \
  STORE(mov, at, a) STORE(mov, at "+16", b) STORE(mov, at "+32", c) STORE(mov, at "+48", d)
#define AVX2_LOADS(at, a, b) LOAD("vmovdqu", at, a) LOAD("vmovdqu", at "+32", b)
#define AVX2_STORES(mov, at, a, b) STORE(mov, at, a) STORE(mov, at "+32", b)
#define AVX512_LOADS(at, a) LOAD("vmovdqu64", at, a)
#define AVX512_STORES(mov, at, a) STORE(mov, at, a)

#define SSE2_LINE(mov)                            \
  SSE2_LOADS("0", "xmm0", "xmm1", "xmm2", "xmm3") \
  SSE2_STORES(mov, "0", "xmm0", "xmm1", "xmm2", "xmm3")
#define SSE2_LINES(mov)                                     \
  SSE2_LOADS("0", "xmm0", "xmm1", "xmm2", "xmm3")           \
  SSE2_LOADS("64", "xmm4", "xmm5", "xmm6", "xmm7")          \
  SSE2_LOADS("128", "xmm8", "xmm9", "xmm10", "xmm11")       \
  SSE2_LOADS("192", "xmm12", "xmm13", "xmm14", "xmm15")     \
  SSE2_STORES(mov, "0", "xmm0", "xmm1", "xmm2", "xmm3")     \
  SSE2_STORES(mov, "64", "xmm4", "xmm5", "xmm6", "xmm7")    \
  SSE2_STORES(mov, "128", "xmm8", "xmm9", "xmm10", "xmm11") \
  SSE2_STORES(mov, "192", "xmm12", "xmm13", "xmm14", "xmm15")

#define AVX2_LINE(mov) AVX2_LOADS("0", "ymm0", "ymm1") AVX2_STORES(mov, "0", "ymm0", "ymm1")
#define AVX2_LINES(mov)                                                        \
  AVX2_LOADS("0", "ymm0", "ymm1") AVX2_LOADS("64", "ymm2", "ymm3")             \
  AVX2_LOADS("128", "ymm4", "ymm5") AVX2_LOADS("192", "ymm6", "ymm7")          \
  AVX2_STORES(mov, "0", "ymm0", "ymm1") AVX2_STORES(mov, "64", "ymm2", "ymm3") \
  AVX2_STORES(mov, "128", "ymm4", "ymm5") AVX2_STORES(mov, "192", "ymm6", "ymm7")

#define AVX512_LINE(mov) AVX512_LOADS("0", "zmm0") AVX512_STORES(mov, "0", "zmm0")
#define AVX512_LINES(mov)                                          \
  AVX512_LOADS("0", "zmm0") AVX512_LOADS("64", "zmm1")             \
  AVX512_LOADS("128", "zmm2") AVX512_LOADS("192", "zmm3")          \
  AVX512_STORES(mov, "0", "zmm0") AVX512_STORES(mov, "64", "zmm1") \
  AVX512_STORES(mov, "128", "zmm2") AVX512_STORES(mov, "192", "zmm3")

COPY_LINES(sse2_stream_lines, SSE2_LINES("movntdq"), SSE2_LINE("movntdq"), "")
COPY_LINES(sse2_cached_lines, SSE2_LINES("movdqu"), SSE2_LINE("movdqu"), "")
COPY_LINES(avx2_stream_lines, AVX2_LINES("vmovntdq"), AVX2_LINE("vmovntdq"), "vzeroupper\n\t")
COPY_LINES(avx2_cached_lines, AVX2_LINES("vmovdqu"), AVX2_LINE("vmovdqu"), "vzeroupper\n\t")
COPY_LINES(avx512_stream_lines, AVX512_LINES("vmovntdq"), AVX512_LINE("vmovntdq"), "vzeroupper\n\t")
COPY_LINES(avx512_cached_lines, AVX512_LINES("vmovdqu64"), AVX512_LINE("vmovdqu64"),
           "vzeroupper\n\t")

#define SSE2_FILL(at) SSE2_STORES("movntdq", at, "xmm0", "xmm0", "xmm0", "xmm0")
#define AVX2_FILL(at) AVX2_STORES("vmovntdq", at, "ymm0", "ymm0")
#define AVX512_FILL(at) AVX512_STORES("vmovntdq", at, "zmm0")

FILL_LINES(sse2_fill_lines, "movq %[pattern], %%xmm0\n\tpunpcklqdq %%xmm0, %%xmm0\n\t",
           SSE2_FILL("0") SSE2_FILL("64") SSE2_FILL("128") SSE2_FILL("192"), SSE2_FILL("0"), "")
FILL_LINES(avx2_fill_lines, "vmovq %[pattern], %%xmm0\n\tvpbroadcastq %%xmm0, %%ymm0\n\t",
           AVX2_FILL("0") AVX2_FILL("64") AVX2_FILL("128") AVX2_FILL("192"), AVX2_FILL("0"),
           "vzeroupper\n\t")
FILL_LINES(avx512_fill_lines, "vpbroadcastq %[pattern], %%zmm0\n\t",
           AVX512_FILL("0") AVX512_FILL("64") AVX512_FILL("128") AVX512_FILL("192"),
           AVX512_FILL("0"), "vzeroupper\n\t")

typedef int32_t line_copy(char *dst, const char *src, uint64_t bytes);
typedef int32_t line_fill(char *dst, uint64_t pattern, uint64_t bytes);

static int32_t short_copy_flushed(flush_function *flush, char *dst, const char *src,
                                  uint64_t bytes) {
  int32_t result = short_copy(dst, src, bytes);
  return result != 0 ? result : flush(dst, bytes);
}

static int32_t short_fill_flushed(flush_function *flush, char *dst, uint64_t pattern,
                                  uint64_t bytes) {
  int32_t result = short_fill(dst, pattern, bytes);
  return result != 0 ? result : flush(dst, bytes);
}

static inline uint64_t bytes_to_line(const char *addr) {
  return -(uintptr_t)addr & (LINE_BYTES - 1);
}

ALWAYS_INLINE int32_t copy_with(line_copy *stream_lines, flush_function *flush, char *dst,
                                const char *src, uint64_t bytes) {
  if (bytes < STREAM_THRESHOLD_BYTES) {
    return short_copy_flushed(flush, dst, src, bytes);
  }
  if (bytes > INT64_MAX) {
    return -EINVAL;
  }
  uint64_t head = bytes_to_line(dst);
  uint64_t lines = (bytes - head) & ~(uint64_t)(LINE_BYTES - 1);
  uint64_t tail = bytes - head - lines;
  int32_t result = head == 0 ? 0 : short_copy_flushed(flush, dst, src, head);
  if (result == 0) {
    result = stream_lines(dst + head, src + head, lines);
  }
  if (result == 0 && tail != 0) {
    result = short_copy_flushed(flush, dst + head + lines, src + head + lines, tail);
  }
  return result;
}

ALWAYS_INLINE int32_t fill_with(line_fill *fill_lines, flush_function *flush, char *dst,
                                int32_t value, uint64_t bytes) {
  uint64_t pattern = (uint8_t)value * UINT64_C(0x0101010101010101);
  if (bytes < STREAM_THRESHOLD_BYTES) {
    return short_fill_flushed(flush, dst, pattern, bytes);
  }
  if (bytes > INT64_MAX) {
    return -EINVAL;
  }
  uint64_t head = bytes_to_line(dst);
  uint64_t lines = (bytes - head) & ~(uint64_t)(LINE_BYTES - 1);
  uint64_t tail = bytes - head - lines;
  int32_t result = head == 0 ? 0 : short_fill_flushed(flush, dst, pattern, head);
  if (result == 0) {
    result = fill_lines(dst + head, pattern, lines);
  }
  if (result == 0 && tail != 0) {
    result = short_fill_flushed(flush, dst + head + lines, pattern, tail);
  }
  return result;
}

/*
 * Does not align dst first, since no line has to be written back here. The last line overlaps the
 * one before it, and covers the rest.
 */
ALWAYS_INLINE int32_t read_with(line_copy *cached_lines, char *dst, const char *src,
                                uint64_t bytes) {
  if (bytes < STREAM_THRESHOLD_BYTES) {
    return short_copy(dst, src, bytes);
  }
  if (bytes > INT64_MAX) {
    return -EINVAL;
  }
  uint64_t lines = bytes & ~(uint64_t)(LINE_BYTES - 1);
  int32_t result = cached_lines(dst, src, lines);
  if (result == 0 && lines != bytes) {
    result = copy_64(dst + bytes - 64, src + bytes - 64);
  }
  return result;
}

#define COPIER(prefix)                                                                            \
  static int32_t prefix##_copy(flush_function *flush, void *dst, const void *src,                 \
                               uint64_t bytes) {                                                  \
    return copy_with(prefix##_stream_lines, flush, dst, src, bytes);                              \
  }                                                                                               \
  static int32_t prefix##_fill(flush_function *flush, void *dst, int32_t value, uint64_t bytes) { \
    return fill_with(prefix##_fill_lines, flush, dst, value, bytes);                              \
  }                                                                                               \
  static int32_t prefix##_read(void *dst, const void *src, uint64_t bytes) {                      \
    return read_with(prefix##_cached_lines, dst, src, bytes);                                     \
  }

COPIER(sse2)
COPIER(avx2)
COPIER(avx512)

const struct copier jdax_copier_baseline = {JDAX_COPY_BASELINE, sse2_copy, sse2_fill, sse2_read};
static const struct copier copier_avx2 = {JDAX_COPY_AVX2, avx2_copy, avx2_fill, avx2_read};
static const struct copier copier_avx512 = {JDAX_COPY_AVX512, avx512_copy, avx512_fill,
                                            avx512_read};

const struct copier *jdax_copier_of(int32_t kind) {
  uint64_t features = jdax_cpu.features;
  switch (kind) {
    case JDAX_COPY_AUTO:
      /*
       * Not AVX-512. It was measured within 1 % of AVX2 at every size, since memory is the
       * bottleneck, and on the Intel generations that take persistent DIMMs 512-bit registers lower
       * the clock of the whole core for a while.
       */
      return features & JDAX_CPU_AVX2 ? &copier_avx2 : &jdax_copier_baseline;
    case JDAX_COPY_BASELINE:
      return &jdax_copier_baseline;
    case JDAX_COPY_AVX2:
      return features & JDAX_CPU_AVX2 ? &copier_avx2 : NULL;
    case JDAX_COPY_AVX512:
      return features & JDAX_CPU_AVX512F ? &copier_avx512 : NULL;
    default:
      return NULL;
  }
}
