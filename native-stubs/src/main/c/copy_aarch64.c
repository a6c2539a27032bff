/*
 * Copies and fills on aarch64. stnp is only a hint, and its stores may stay in the cache. So every
 * line is written back afterwards, however long the copy is. From the inside out:
 *   blocks    one asm goto each, for a fixed number of bytes, all loaded before any is stored
 *   words_*   whole, aligned words of dst, from overlapping blocks
 *   copy_*    any bytes: those before the first word, words, those after the last one (words.h)
 *   chunk     copied, then flushed while it is still in the first-level cache
 *
 * A 128-bit store is single-copy atomic for each of its halves where these are aligned, and so is a
 * store of a pair of registers for each of them (Arm ARM, B2.2.1). So a store that begins at a
 * multiple of 8 tears no word.
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

/* Small enough to leave source and destination in any first-level cache. */
#define CHUNK_BYTES 4096

#define BLOCK_BYTES 64

/* Two overlapping pieces cover every size from one to two times the piece. */
#define COPY_PAIR(name, load, store, first, second, ...)                                         \
  ALWAYS_INLINE int32_t name(char *dst, const char *src, char *dst_last, const char *src_last) { \
    __asm__ goto(GUARD_OPEN                                                                      \
                 load " " first ", [%[src]]\n\t"                                                 \
                 load " " second ", [%[src_last]]\n\t"                                           \
                 store " " first ", [%[dst]]\n\t"                                                \
                 store " " second ", [%[dst_last]]\n\t"                                          \
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

COPY_PAIR(copy_pair_1, "ldrb", "strb", "w9", "w10", "x9", "x10")
COPY_PAIR(copy_pair_2, "ldrh", "strh", "w9", "w10", "x9", "x10")
COPY_PAIR(copy_pair_4, "ldr", "str", "w9", "w10", "x9", "x10")
COPY_PAIR(copy_pair_8, "ldr", "str", "x9", "x10", "x9", "x10")
COPY_PAIR(copy_pair_16, "ldr", "str", "q0", "q1", "v0", "v1")

#define COPY_BLOCK(name, store)                            \
  ALWAYS_INLINE int32_t name(char *dst, const char *src) { \
    __asm__ goto(GUARD_OPEN                                \
                 "ldp q0, q1, [%[src]]\n\t"                \
                 "ldp q2, q3, [%[src], #32]\n\t"           \
                 store " q0, q1, [%[dst]]\n\t"             \
                 store " q2, q3, [%[dst], #32]\n\t"        \
                 GUARD_CLOSE                               \
                 :                                         \
                 : [dst] "r"(dst), [src] "r"(src)          \
                 : "memory", "v0", "v1", "v2", "v3"        \
                 : fault);                                 \
    return 0;                                              \
  fault:                                                   \
    return -EFAULT;                                        \
  }

COPY_BLOCK(copy_block_cached, "stp")
COPY_BLOCK(copy_block_streamed, "stnp")

typedef int32_t block_copy(char *dst, const char *src);

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

static int32_t words_copy_short(char *dst, const char *src, uint64_t bytes) {
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

/*
 * dst and bytes are multiples of 8, so that every block begins and ends between two words, also
 * where blocks overlap.
 */
ALWAYS_INLINE int32_t words_copy(block_copy *block, char *dst, const char *src, uint64_t bytes) {
  if (bytes < BLOCK_BYTES) {
    return words_copy_short(dst, src, bytes);
  }
  char *last = dst + bytes - BLOCK_BYTES;
  const char *src_last = src + bytes - BLOCK_BYTES;
  for (; dst < last; dst += BLOCK_BYTES, src += BLOCK_BYTES) {
    if (block(dst, src) != 0) {
      return -EFAULT;
    }
  }
  return block(last, src_last);
}

ALWAYS_INLINE int32_t copy_blocks(block_copy *block, char *dst, const char *src, uint64_t bytes) {
  if (__builtin_expect(is_words(dst, bytes), 1)) {
    return words_copy(block, dst, src, bytes);
  }
  struct words w = words_in(dst, bytes);
  int32_t result = copy_bytes(dst, src, w.head);
  if (result == 0) {
    result = words_copy(block, dst + w.head, src + w.head, w.whole);
  }
  return result != 0 ? result : copy_bytes(dst + w.head + w.whole, src + w.head + w.whole, w.tail);
}

#define FILL_PAIR(name, store, operand)                                             \
  ALWAYS_INLINE int32_t name(char *dst, char *dst_last, uint64_t pattern) {         \
    __asm__ goto(GUARD_OPEN                                                         \
                 store " %" operand "[pattern], [%[dst]]\n\t"                       \
                 store " %" operand "[pattern], [%[dst_last]]\n\t"                  \
                 GUARD_CLOSE                                                        \
                 :                                                                  \
                 : [dst] "r"(dst), [dst_last] "r"(dst_last), [pattern] "r"(pattern) \
                 : "memory"                                                         \
                 : fault);                                                          \
    return 0;                                                                       \
  fault:                                                                            \
    return -EFAULT;                                                                 \
  }

FILL_PAIR(fill_pair_1, "strb", "w")
FILL_PAIR(fill_pair_2, "strh", "w")
FILL_PAIR(fill_pair_4, "str", "w")
FILL_PAIR(fill_pair_8, "str", "x")

ALWAYS_INLINE int32_t fill_block(char *dst, uint64_t pattern) {
  __asm__ goto(GUARD_OPEN
               "stnp %[pattern], %[pattern], [%[dst]]\n\t"
               "stnp %[pattern], %[pattern], [%[dst], #16]\n\t"
               "stnp %[pattern], %[pattern], [%[dst], #32]\n\t"
               "stnp %[pattern], %[pattern], [%[dst], #48]\n\t"
               GUARD_CLOSE
               :
               : [dst] "r"(dst), [pattern] "r"(pattern)
               : "memory"
               : fault);
  return 0;
fault:
  return -EFAULT;
}

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
  if (bytes < BLOCK_BYTES) {
    for (uint64_t done = 0; done < bytes; done += 16) {
      char *second = dst + (bytes - done == 8 ? done : done + 8);
      if (fill_pair_8(dst + done, second, pattern) != 0) {
        return -EFAULT;
      }
    }
    return 0;
  }
  char *last = dst + bytes - BLOCK_BYTES;
  for (; dst < last; dst += BLOCK_BYTES) {
    if (fill_block(dst, pattern) != 0) {
      return -EFAULT;
    }
  }
  return fill_block(last, pattern);
}

static int32_t fill_blocks(char *dst, uint64_t pattern, uint64_t bytes) {
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

/* Chunks end on a chunk boundary of dst, so that no line is flushed twice. */
static inline uint64_t chunk_bytes(const char *dst, uint64_t left) {
  uint64_t to_boundary = CHUNK_BYTES - ((uintptr_t)dst & (CHUNK_BYTES - 1));
  return left < to_boundary ? left : to_boundary;
}

static int32_t neon_copy(flush_function *flush, void *to, const void *from, uint64_t bytes) {
  char *dst = to;
  const char *src = from;
  if (bytes > INT64_MAX) {
    return -EINVAL;
  }
  while (bytes > 0) {
    uint64_t chunk = chunk_bytes(dst, bytes);
    int32_t result = copy_blocks(copy_block_streamed, dst, src, chunk);
    if (result == 0) {
      result = flush(dst, chunk);
    }
    if (result != 0) {
      return result;
    }
    dst += chunk;
    src += chunk;
    bytes -= chunk;
  }
  return 0;
}

static int32_t neon_fill(flush_function *flush, void *to, int32_t value, uint64_t bytes) {
  char *dst = to;
  uint64_t pattern = (uint8_t)value * UINT64_C(0x0101010101010101);
  if (bytes > INT64_MAX) {
    return -EINVAL;
  }
  while (bytes > 0) {
    uint64_t chunk = chunk_bytes(dst, bytes);
    int32_t result = fill_blocks(dst, pattern, chunk);
    if (result == 0) {
      result = flush(dst, chunk);
    }
    if (result != 0) {
      return result;
    }
    dst += chunk;
    bytes -= chunk;
  }
  return 0;
}

static int32_t neon_read(void *dst, const void *src, uint64_t bytes) {
  return bytes > INT64_MAX ? -EINVAL : copy_blocks(copy_block_cached, dst, src, bytes);
}

const struct copier jdax_copier_baseline = {JDAX_COPY_BASELINE, neon_copy, neon_fill, neon_read};

const struct copier *jdax_copier_of(int32_t kind) {
  return kind == JDAX_COPY_AUTO || kind == JDAX_COPY_BASELINE ? &jdax_copier_baseline : NULL;
}
