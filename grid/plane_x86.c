/*
 * The ways of x86-64, by what the processor says it has. The functions are
 * compiled for it; the rest of the library is not.
 */
#include "grid/plane.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

/* ---- AVX-512 ------------------------------------------------------------ */

#define AVX512 __attribute__((target("avx512f,avx512vpopcntdq")))

enum { CHOOSE = 0xca }; /* of vpternlog: a ? b : c */

AVX512 static inline __m512i red_512(const struct pst_grid_plane *plane,
                                     uint32_t at, __m512i keep, __m512i base)
{
    __m512i objections = _mm512_load_si512(plane->objections + at);
    __m512i live = _mm512_load_si512(plane->live + at);

    return _mm512_ternarylogic_epi64(objections, keep,
                                     _mm512_and_si512(base, live), CHOOSE);
}

AVX512 static void compare_512(const struct pst_grid_plane *plane,
                               struct pst_grid_tally *tally)
{
    __m512i keep = _mm512_set1_epi64((long long)plane->keep);
    __m512i base = _mm512_set1_epi64((long long)plane->base);
    __m512i red = _mm512_setzero_si512();
    __m512i reddened = red;
    __m512i cleared = red;

    for (uint32_t i = 0; i < plane->words; i += PST_GRID_LINE_WORDS) {
        __m512i before = _mm512_load_si512(plane->red + i);
        __m512i after = red_512(plane, i, keep, base);
        __m512i changed = _mm512_load_si512(plane->changed + i);

        _mm512_store_si512(plane->red + i, after);
        _mm512_store_si512(
            plane->changed + i,
            _mm512_or_si512(changed, _mm512_xor_si512(before, after)));
        red = _mm512_add_epi64(red, _mm512_popcnt_epi64(after));
        reddened = _mm512_add_epi64(
            reddened, _mm512_popcnt_epi64(_mm512_andnot_si512(before, after)));
        cleared = _mm512_add_epi64(
            cleared, _mm512_popcnt_epi64(_mm512_andnot_si512(after, before)));
    }
    tally->red += (uint64_t)_mm512_reduce_add_epi64(red);
    tally->reddened += (uint64_t)_mm512_reduce_add_epi64(reddened);
    tally->cleared += (uint64_t)_mm512_reduce_add_epi64(cleared);
}

AVX512 static void store_512(const struct pst_grid_plane *plane,
                             struct pst_grid_tally *tally)
{
    __m512i keep = _mm512_set1_epi64((long long)plane->keep);
    __m512i base = _mm512_set1_epi64((long long)plane->base);
    __m512i red = _mm512_setzero_si512();

    for (uint32_t i = 0; i < plane->words; i += PST_GRID_LINE_WORDS) {
        __m512i after = red_512(plane, i, keep, base);

        _mm512_store_si512(plane->red + i, after);
        red = _mm512_add_epi64(red, _mm512_popcnt_epi64(after));
    }
    tally->red += (uint64_t)_mm512_reduce_add_epi64(red);
}

/* ---- AVX2 --------------------------------------------------------------- */

#define AVX2 __attribute__((target("avx2")))

enum { HALF_WORDS = PST_GRID_LINE_WORDS / 2 };

AVX2 static inline __m256i load_256(const uint64_t *words)
{
    return _mm256_load_si256((const __m256i *)(const void *)words);
}

AVX2 static inline void store_256(uint64_t *words, __m256i value)
{
    _mm256_store_si256((__m256i *)(void *)words, value);
}

/* Bits that are set, of each 64: a table of half bytes, then sums of bytes. */
AVX2 static inline __m256i count_256(__m256i value)
{
    const __m256i table =
        _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1,
                         1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i half = _mm256_set1_epi8(0x0f);
    __m256i low = _mm256_and_si256(value, half);
    __m256i high = _mm256_and_si256(_mm256_srli_epi16(value, 4), half);
    __m256i bytes = _mm256_add_epi8(_mm256_shuffle_epi8(table, low),
                                    _mm256_shuffle_epi8(table, high));

    return _mm256_sad_epu8(bytes, _mm256_setzero_si256());
}

AVX2 static inline uint64_t sum_256(__m256i value)
{
    uint64_t words[HALF_WORDS];

    _mm256_storeu_si256((__m256i *)(void *)words, value);
    return words[0] + words[1] + words[2] + words[3];
}

AVX2 static inline __m256i red_256(const struct pst_grid_plane *plane,
                                   uint32_t at, __m256i keep, __m256i base)
{
    __m256i objections = load_256(plane->objections + at);
    __m256i others = _mm256_and_si256(base, load_256(plane->live + at));

    return _mm256_or_si256(_mm256_and_si256(objections, keep),
                           _mm256_andnot_si256(objections, others));
}

AVX2 static void compare_256(const struct pst_grid_plane *plane,
                             struct pst_grid_tally *tally)
{
    __m256i keep = _mm256_set1_epi64x((long long)plane->keep);
    __m256i base = _mm256_set1_epi64x((long long)plane->base);
    __m256i red = _mm256_setzero_si256();
    __m256i reddened = red;
    __m256i cleared = red;

    for (uint32_t i = 0; i < plane->words; i += HALF_WORDS) {
        __m256i before = load_256(plane->red + i);
        __m256i after = red_256(plane, i, keep, base);
        __m256i changed = load_256(plane->changed + i);

        store_256(plane->red + i, after);
        store_256(plane->changed + i,
                  _mm256_or_si256(changed, _mm256_xor_si256(before, after)));
        red = _mm256_add_epi64(red, count_256(after));
        reddened = _mm256_add_epi64(
            reddened, count_256(_mm256_andnot_si256(before, after)));
        cleared = _mm256_add_epi64(
            cleared, count_256(_mm256_andnot_si256(after, before)));
    }
    tally->red += sum_256(red);
    tally->reddened += sum_256(reddened);
    tally->cleared += sum_256(cleared);
}

AVX2 static void store_only_256(const struct pst_grid_plane *plane,
                                struct pst_grid_tally *tally)
{
    __m256i keep = _mm256_set1_epi64x((long long)plane->keep);
    __m256i base = _mm256_set1_epi64x((long long)plane->base);
    __m256i red = _mm256_setzero_si256();

    for (uint32_t i = 0; i < plane->words; i += HALF_WORDS) {
        __m256i after = red_256(plane, i, keep, base);

        store_256(plane->red + i, after);
        red = _mm256_add_epi64(red, count_256(after));
    }
    tally->red += sum_256(red);
}

static const struct pst_grid_way avx512 = {compare_512, store_512};
static const struct pst_grid_way avx2 = {compare_256, store_only_256};

const struct pst_grid_way *pst_grid_way_avx512(void)
{
    return __builtin_cpu_supports("avx512f") &&
                   __builtin_cpu_supports("avx512vpopcntdq")
               ? &avx512
               : NULL;
}

const struct pst_grid_way *pst_grid_way_avx2(void)
{
    return __builtin_cpu_supports("avx2") ? &avx2 : NULL;
}

#else

const struct pst_grid_way *pst_grid_way_avx512(void)
{
    return NULL;
}

const struct pst_grid_way *pst_grid_way_avx2(void)
{
    return NULL;
}

#endif
