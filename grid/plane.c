/* The portable way, and which way is taken. */
#include "grid/plane.h"

static const char *const words[POSTERN_GRID_PATHS] = {
    [POSTERN_GRID_BEST] = "best", [POSTERN_GRID_PORTABLE] = "portable",
    [POSTERN_GRID_AVX2] = "avx2", [POSTERN_GRID_AVX512] = "avx512",
    [POSTERN_GRID_NEON] = "neon",
};

const char *postern_grid_path_word(postern_grid_path path)
{
    return (unsigned)path < POSTERN_GRID_PATHS ? words[path] : "none";
}

bool postern_grid_path_exists(postern_grid_path path)
{
    return pst_grid_way_of(path) != NULL;
}

/* Bits that are set, by adding neighbours of ever more bits. */
static uint64_t count(uint64_t word)
{
    word -= word >> 1 & UINT64_C(0x5555555555555555);
    word = (word & UINT64_C(0x3333333333333333)) +
           (word >> 2 & UINT64_C(0x3333333333333333));
    word = (word + (word >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return word * UINT64_C(0x0101010101010101) >> 56;
}

static void compare(const struct pst_grid_plane *plane,
                    struct pst_grid_tally *tally)
{
    for (uint32_t i = 0; i < plane->words; i++) {
        uint64_t before = plane->red[i];
        uint64_t after = pst_grid_red(plane->objections[i], plane->live[i],
                                      plane->keep, plane->base);

        plane->red[i] = after;
        plane->changed[i] |= before ^ after;
        tally->red += count(after);
        tally->reddened += count(after & ~before);
        tally->cleared += count(before & ~after);
    }
}

static void store(const struct pst_grid_plane *plane,
                  struct pst_grid_tally *tally)
{
    for (uint32_t i = 0; i < plane->words; i++) {
        uint64_t after = pst_grid_red(plane->objections[i], plane->live[i],
                                      plane->keep, plane->base);

        plane->red[i] = after;
        tally->red += count(after);
    }
}

static const struct pst_grid_way portable = {compare, store};

static const struct pst_grid_way *best(void)
{
    const struct pst_grid_way *way = pst_grid_way_avx512();

    way = way ? way : pst_grid_way_avx2();
    way = way ? way : pst_grid_way_neon();
    return way ? way : &portable;
}

const struct pst_grid_way *pst_grid_way_of(postern_grid_path path)
{
    switch (path) {
    case POSTERN_GRID_BEST:
        return best();
    case POSTERN_GRID_PORTABLE:
        return &portable;
    case POSTERN_GRID_AVX2:
        return pst_grid_way_avx2();
    case POSTERN_GRID_AVX512:
        return pst_grid_way_avx512();
    case POSTERN_GRID_NEON:
        return pst_grid_way_neon();
    default:
        return NULL;
    }
}
