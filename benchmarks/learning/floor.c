/* The learning process in C with the vectors of gcc: what the processor can do, as a measure for the other programs.

   The algorithm is that of src/lossbook/kernels: xoshiro128++ in each lane, float32, positions with compensation,
   sums over windows of 64 steps joined in float64, a trajectory. Here a block stays in registers, or nearly so, for
   the whole run. BATCH, N (thresholds) and VECTORS (vectors side by side) are constants of the compilation. */

#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#ifdef __AVX512F__
#define WIDTH 16
#else
#define WIDTH 8
#endif
#define WINDOW 64
#define LANES (WIDTH * VECTORS)
#define EACH _Pragma("GCC unroll 4") for (int i = 0; i < VECTORS; i++)
#define INLINE static inline __attribute__((always_inline))

typedef uint32_t Words __attribute__((vector_size(4 * WIDTH)));
typedef int32_t Whole __attribute__((vector_size(4 * WIDTH)));
typedef float Reals __attribute__((vector_size(4 * WIDTH)));
typedef double Sums __attribute__((vector_size(8 * WIDTH)));

typedef struct {
  float scale, plus, minus, momentum, edge, truth, rate;
  int32_t cuts[N];
  float edges[N];
} Law;

typedef struct {
  long steps, burn_in, record_every, pairs, sorting, replicas;
  const int64_t (*pair)[2];
} Plan;

typedef struct {
  Words s[4];
} Stream;

typedef struct {
  Stream stream[VECTORS];
  Reals place[N][VECTORS], speed[N][VECTORS], rest[N][VECTORS];
  Reals origin[N][VECTORS], first[N][VECTORS], second[N][VECTORS], missed[VECTORS], extra[VECTORS];
} Block;

typedef struct {
  Sums mean[N][VECTORS], spread[N][VECTORS], missed[VECTORS], extra[VECTORS];
} Totals;

/* Choices by name: gcc's vectors alone would make several instructions of each. */
#ifdef __AVX512F__
typedef __mmask16 Mask;
INLINE Mask less(Reals a, Reals b) { return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ); }
INLINE Mask equal(Reals a, Reals b) { return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ); }
INLINE Mask below(Whole a, int32_t b) { return _mm512_cmplt_epi32_mask((__m512i)a, _mm512_set1_epi32(b)); }
INLINE Reals either(Mask mask, Reals a, Reals b) { return _mm512_mask_blend_ps(mask, b, a); }
INLINE Reals least(Reals a, Reals b) { return _mm512_min_ps(a, b); }
INLINE Reals most(Reals a, Reals b) { return _mm512_max_ps(a, b); }
#else
typedef Whole Mask;
INLINE Mask less(Reals a, Reals b) { return a < b; }
INLINE Mask equal(Reals a, Reals b) { return a == b; }
INLINE Mask below(Whole a, int32_t b) { return a < b; }
INLINE Reals either(Mask mask, Reals a, Reals b) { return _mm256_blendv_ps(b, a, (__m256)mask); }
INLINE Reals least(Reals a, Reals b) { return _mm256_min_ps(a, b); }
INLINE Reals most(Reals a, Reals b) { return _mm256_max_ps(a, b); }
#endif

INLINE Reals all(float x) { return x - (Reals){}; }
INLINE Words rotated(Words x, int places) { return (x << places) | (x >> (32 - places)); }

INLINE Whole drawn(Stream *x) {
  Words number = rotated(x->s[0] + x->s[3], 7) + x->s[0], shifted = x->s[1] << 9;
  x->s[2] ^= x->s[0];
  x->s[3] ^= x->s[1];
  x->s[1] ^= x->s[2];
  x->s[0] ^= x->s[3];
  x->s[2] ^= shifted;
  x->s[3] = rotated(x->s[3], 11);
  return (Whole)number;
}

#if N == 1

/* Add the pulls of a batch on the one threshold. */
INLINE void pulled(Block *z, const Law *law, Reals total[N][VECTORS]) {
  Reals plus = all(law->plus), minus = all(law->minus);
#pragma GCC unroll 4
  for (int point = 0; point < BATCH; point++)
    EACH {
      Whole number = drawn(&z->stream[i]);
      Reals u = z->place[0][i] + law->scale * __builtin_convertvector(number, Reals);
      total[0][i] += either(below(number, law->cuts[0]), plus, minus) / (u * u + 1.0f);
    }
}

/* Add what is missed of the positives: the rest of the error follows from the mean. */
INLINE void judged(Block *z, const Law *law, const Plan *plan) {
  (void)plan;
  EACH z->missed[i] += most(law->truth - z->place[0][i], all(0));
}

#else

/* Arctan by its values at infinity, at 1 and at 0, times 2 / pi. */
INLINE Reals value(Reals u) {
  Reals size = (Reals)((Whole)u & 0x7fffffff);
  Mask far = less(all(2.41421356f), size), middle = less(all(0.41421356f), size);
  Reals above = either(far, all(-1), either(middle, size - 1.0f, size));
  Reals below = either(far, size, either(middle, size + 1.0f, all(1)));
  Reals start = either(far, all(1.57079633f), either(middle, all(0.78539816f), all(0)));
  Reals s = above / below, t = s * s;
  Reals p = (((-0.06439411893f * t + 0.1073994365f) * t - 0.1426360409f) * t + 0.1999953031f) * t - 0.3333333172f;
  Reals angle = 0.63661977f * (start + (s * t * p + s));
  return (Reals)((Whole)angle | ((Whole)u & (int32_t)0x80000000));
}

/* Add the pulls of a batch on N thresholds, by products from the left and from the right. */
INLINE void pulled(Block *z, const Law *law, Reals total[N][VECTORS]) {
  for (int point = 0; point < BATCH; point++)
    EACH {
      Whole number = drawn(&z->stream[i]);
      Mask positive = below(number, law->cuts[0]);
      Reals x = law->scale * __builtin_convertvector(number, Reals);
      Reals here[N], slope[N], left[N], product = all(1);
      for (int k = 0; k < N; k++) {
        Reals u = z->place[k][i] + x;
        if (k > 0) positive ^= (Mask)~below(number, law->cuts[k]);
        here[k] = value(u);
        slope[k] = 1.0f / (u * u + 1.0f);
        left[k] = product;
        product *= here[k];
      }
      product = either(positive, all(law->plus), all(law->minus));
      for (int k = N - 1; k >= 0; k--) {
        total[k][i] += slope[k] * (left[k] * product);
        product *= here[k];
      }
    }
}

/* Add both kinds of error: sort the parameters, merge them with the true thresholds, take alternating sums. */
INLINE void judged(Block *z, const Law *law, const Plan *plan) {
  EACH {
    Reals place[2 * N], found = all(N % 2 ? law->edge : 2 * law->edge), odd = all(0);
    for (int k = 0; k < N; k++) {
      place[k] = z->place[k][i];
      place[N + k] = all(law->edges[k]);
    }
    for (long pair = 0; pair <= plan->pairs; pair++) {
      if (pair == plan->sorting)
        for (int k = 0; k < N; k++) found += k % 2 ? -place[k] : place[k];
      if (pair < plan->pairs) {
        Reals *low = &place[plan->pair[pair][0]], *high = &place[plan->pair[pair][1]], smaller = least(*low, *high);
        *high = most(*low, *high);
        *low = smaller;
      }
    }
    for (int k = 0; k < 2 * N; k++) odd += k % 2 ? place[k] : -place[k];
    z->missed[i] += most(0.5f * (odd - (found - law->truth)), all(0));
    z->extra[i] += most(0.5f * (odd + (found - law->truth)), all(0));
  }
}

#endif

/* Take one step, and add to the sums that follow it. */
INLINE void stepped(Block *z, const Law *law, const Plan *plan) {
  Reals total[N][VECTORS] = {};
  pulled(z, law, total);
  for (int k = 0; k < N; k++)
    EACH {
      z->speed[k][i] = law->momentum * z->speed[k][i] + law->rate * total[k][i];
      Reals move = z->speed[k][i] + z->rest[k][i], wanted = z->place[k][i] + move;
      Reals rest = move - (wanted - z->place[k][i]), place = most(least(wanted, all(law->edge)), all(-law->edge));
      z->rest[k][i] = either(equal(place, wanted), rest, all(0));
      z->place[k][i] = place;
      Reals shift = place - z->origin[k][i];
      z->first[k][i] += shift;
      z->second[k][i] += shift * shift;
    }
  judged(z, law, plan);
}

INLINE Sums wide(Reals x) { return __builtin_convertvector(x, Sums); }

/* Join the sums of a window to those of the steps before it. */
static void joined(const Block *z, const Law *law, Totals *sum, double before, double count) {
  double share = count / (before + count), each = 1 / count;
  EACH {
    for (int k = 0; k < N; k++) {
      Sums first = wide(z->first[k][i]), gap = wide(z->origin[k][i]) + first * each - sum->mean[k][i];
      sum->mean[k][i] += gap * share;
      sum->spread[k][i] += wide(z->second[k][i]) - first * first * each + gap * gap * (before * share);
    }
    Sums missed = wide(z->missed[i]), excess = count * (wide(z->origin[0][i]) - law->truth) + wide(z->first[0][i]);
    sum->missed[i] += missed;
    sum->extra[i] += N == 1 ? missed + excess : wide(z->extra[i]);
  }
}

static void restarted(Block *z) {
  memcpy(z->origin, z->place, sizeof z->place);
  memset(z->first, 0, sizeof z->first);
  memset(z->second, 0, sizeof z->second);
  memset(z->missed, 0, sizeof z->missed);
  memset(z->extra, 0, sizeof z->extra);
}

static long earlier(long a, long b) { return a < b ? a : b; }

static void recorded(const Block *z, long row, long first, const Plan *plan, double *trajectory) {
  for (int k = 0; k < N; k++)
    EACH {
      Sums place = wide(z->place[k][i]) + wide(z->rest[k][i]);
      memcpy(trajectory + (row * N + k) * plan->replicas + first + i * WIDTH, &place, sizeof place);
    }
}

/* Run one block to the end. */
static __attribute__((noinline)) void run_block(Block *given, const Law *law, const Plan *plan, long first,
                                                Totals *sum, double *trajectory) {
  Block block = *given, *z = &block;
  long burn_in = plan->burn_in, every = plan->record_every;
  for (long step = 0; step < plan->steps;) {
    long next = earlier(plan->steps, step + WINDOW - ((step - burn_in) % WINDOW + WINDOW) % WINDOW);
    next = earlier(next, step + every - step % every);
    next = step < burn_in ? earlier(next, burn_in) : next;
    for (; step < next; step++) stepped(z, law, plan);
    long elapsed = step - burn_in;
    if (elapsed % WINDOW == 0 || step == plan->steps) {
      if (elapsed > 0) joined(z, law, sum, (elapsed - 1) / WINDOW * WINDOW, (elapsed - 1) % WINDOW + 1);
      restarted(z);
    }
    if (step % every == 0) recorded(z, step / every - 1, first, plan, trajectory);
  }
}

int lanes(void) { return LANES; }

/* Run all replicas from their streams, shape (4, replicas); mean and spread have shape (n, replicas), the share of
   errors (2, replicas), the trajectory (steps / record_every, n, replicas); lengths in the sigmoid's unit. */
void run(const Law *law, const Plan *plan, const uint32_t *streams, const float *start, double *mean, double *spread,
         double *errors, double *trajectory) {
  for (long first = 0; first < plan->replicas; first += LANES) {
    Block z;
    Totals sum;
    memset(&z, 0, sizeof z);
    memset(&sum, 0, sizeof sum);
    for (int i = 0; i < VECTORS; i++)
      for (int row = 0; row < 4; row++)
        memcpy(&z.stream[i].s[row], streams + row * plan->replicas + first + i * WIDTH, sizeof(Words));
    for (int k = 0; k < N; k++) EACH z.place[k][i] = z.origin[k][i] = all(start[k]);
    run_block(&z, law, plan, first, &sum, trajectory);
    for (int k = 0; k < N; k++) {
      memcpy(mean + k * plan->replicas + first, sum.mean[k], sizeof sum.mean[k]);
      memcpy(spread + k * plan->replicas + first, sum.spread[k], sizeof sum.spread[k]);
    }
    memcpy(errors + first, sum.missed, sizeof sum.missed);
    memcpy(errors + plan->replicas + first, sum.extra, sizeof sum.extra);
  }
}
