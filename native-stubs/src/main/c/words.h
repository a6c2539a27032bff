/*
 * How a range divides into aligned words of 8 bytes. No word that lies wholly inside a copy or fill
 * may ever be seen, or be left by power loss, half old and half new; what other cores see can be in
 * the persistence domain already. So a word is stored whole, by a store that begins and ends
 * between two words, and the bytes before the first word and after the last one are stored apart.
 */
#ifndef JDAX_WORDS_H
#define JDAX_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#define WORD_BYTES 8

struct words {
  uint64_t head;  /* bytes before the first word, 0 … 7 */
  uint64_t whole; /* bytes in words, a multiple of 8 */
  uint64_t tail;  /* bytes after the last word, 0 … 7 */
};

/* Whether the range is made of words alone, which is the case that must cost nothing. */
static inline bool is_words(const void *start, uint64_t bytes) {
  return (((uintptr_t)start | bytes) & (WORD_BYTES - 1)) == 0;
}

static inline struct words words_in(const void *start, uint64_t bytes) {
  uint64_t to_word = -(uintptr_t)start & (WORD_BYTES - 1);
  uint64_t head = bytes < to_word ? bytes : to_word;
  uint64_t tail = (bytes - head) & (WORD_BYTES - 1);
  return (struct words){head, bytes - head - tail, tail};
}

#endif
