/* The length of a longest common subsequence in C, 64 columns a word: what lcs.bench.ts compares with. The same recurrence (Hyyrö
   2004), the whole row at a time, the carry chained through _addcarry_u64. Built with gcc -O3.

   Input file: int32 pairs, columns, rows, size (every id is below it), then for each pair its column ids and its row ids.
   Output: the sum of the lengths of all pairs, and the microseconds a pair of each round. */
#include <immintrin.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef unsigned long long word;

static word *masks, *state;

static int lcs(const int32_t *columns, int width, const int32_t *rows, int height) {
  int words = (width + 63) / 64;
  for (int i = 0; i < width; i++) masks[(size_t)columns[i] * words + (i >> 6)] |= 1ULL << (i & 63);
  for (int w = 0; w < words; w++) state[w] = ~0ULL;
  for (int row = 0; row < height; row++) {
    const word *match = masks + (size_t)rows[row] * words;
    unsigned char carry = 0;
    for (int w = 0; w < words; w++) {
      word s = state[w], u = s & match[w], sum;
      carry = _addcarry_u64(carry, s, u, &sum);
      state[w] = sum | (s - u);
    }
  }
  int length = 0;
  for (int w = 0; w < words; w++) length += __builtin_popcountll(~state[w]);
  for (int i = 0; i < width; i++) memset(masks + (size_t)columns[i] * words, 0, (size_t)words * sizeof(word));
  return length;
}

static double micros(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

int main(int argc, char **argv) {
  if (argc != 4) return fprintf(stderr, "usage: lcs FILE TIMES ROUNDS\n"), 2;
  FILE *file = fopen(argv[1], "rb");
  int32_t head[4];
  if (file == NULL || fread(head, 4, 4, file) != 4) return fprintf(stderr, "lcs: cannot read %s\n", argv[1]), 1;
  int pairs = head[0], width = head[1], height = head[2];
  size_t ids = (size_t)pairs * (width + height);
  int32_t *all = malloc(ids * 4);
  if (all == NULL || fread(all, 4, ids, file) != ids) return fprintf(stderr, "lcs: %s is too short\n", argv[1]), 1;
  int words = (width + 63) / 64, times = atoi(argv[2]), rounds = atoi(argv[3]);
  masks = calloc((size_t)head[3] * words, sizeof(word));
  state = calloc(words, sizeof(word));
  long sum = 0;
  for (int round = 0; round < rounds; round++) {
    double start = micros();
    sum = 0;
    for (int time = 0; time < times; time++) {
      for (int pair = 0; pair < pairs; pair++) {
        const int32_t *columns = all + (size_t)pair * (width + height);
        sum += lcs(columns, width, columns + width, height);
      }
    }
    printf("%ld %.4f\n", sum / times, (micros() - start) / times / pairs);
  }
  return 0;
}
