/* The length of a longest common subsequence in C, 64 columns a word: what lcs.bench.ts compares with. The same recurrence (Hyyrö
   2004), the carry chained through _addcarry_u64: the whole row at a time, or, with a fourth argument, four words of all rows at a time,
   as the kernels do it. Built with gcc -O3.

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

/* The carry of each row out of the strip before. */
static unsigned char *carries;

static int lcs_by_strips(const int32_t *columns, int width, const int32_t *rows, int height) {
  int length = 0;
  memset(carries, 0, (size_t)height);
  for (int from = 0; from < width; from += 256) {
    int to = from + 256 < width ? from + 256 : width;
    for (int i = from; i < to; i++) masks[(size_t)columns[i] * 4 + ((i - from) >> 6)] |= 1ULL << ((i - from) & 63);
    word a = ~0ULL, b = ~0ULL, c = ~0ULL, d = ~0ULL;
    for (int row = 0; row < height; row++) {
      const word *match = masks + (size_t)rows[row] * 4;
      word u, sum;
      unsigned char carry = carries[row];
      u = a & match[0], carry = _addcarry_u64(carry, a, u, &sum), a = sum | (a - u);
      u = b & match[1], carry = _addcarry_u64(carry, b, u, &sum), b = sum | (b - u);
      u = c & match[2], carry = _addcarry_u64(carry, c, u, &sum), c = sum | (c - u);
      u = d & match[3], carry = _addcarry_u64(carry, d, u, &sum), d = sum | (d - u);
      carries[row] = carry;
    }
    length += __builtin_popcountll(~a) + __builtin_popcountll(~b) + __builtin_popcountll(~c) + __builtin_popcountll(~d);
    for (int i = from; i < to; i++) memset(masks + (size_t)columns[i] * 4, 0, 4 * sizeof(word));
  }
  return length;
}

static double micros(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

int main(int argc, char **argv) {
  if (argc < 4) return fprintf(stderr, "usage: lcs FILE TIMES ROUNDS [strips]\n"), 2;
  int by_strips = argc > 4;
  FILE *file = fopen(argv[1], "rb");
  int32_t head[4];
  if (file == NULL || fread(head, 4, 4, file) != 4) return fprintf(stderr, "lcs: cannot read %s\n", argv[1]), 1;
  int pairs = head[0], width = head[1], height = head[2];
  size_t ids = (size_t)pairs * (width + height);
  int32_t *all = malloc(ids * 4);
  if (all == NULL || fread(all, 4, ids, file) != ids) return fprintf(stderr, "lcs: %s is too short\n", argv[1]), 1;
  int words = (width + 63) / 64, times = atoi(argv[2]), rounds = atoi(argv[3]);
  masks = calloc((size_t)head[3] * (words < 4 ? 4 : words), sizeof(word));
  carries = malloc((size_t)height);
  state = calloc(words, sizeof(word));
  long sum = 0;
  for (int round = 0; round < rounds; round++) {
    double start = micros();
    sum = 0;
    for (int time = 0; time < times; time++) {
      for (int pair = 0; pair < pairs; pair++) {
        const int32_t *columns = all + (size_t)pair * (width + height);
        sum += by_strips ? lcs_by_strips(columns, width, columns + width, height)
                         : lcs(columns, width, columns + width, height);
      }
    }
    printf("%ld %.4f\n", sum / times, (micros() - start) / times / pairs);
  }
  return 0;
}
