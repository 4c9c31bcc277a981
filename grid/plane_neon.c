/* The way of AArch64, where NEON is always there. */
#include "grid/plane.h"

#if defined(__aarch64__) && defined(__GNUC__)

#include <arm_neon.h>

enum { STEP = 2 /* words */ };

static inline uint64x2_t red_of(const struct pst_grid_plane *plane, uint32_t at,
                                uint64x2_t keep, uint64x2_t base)
{
    uint64x2_t objections = vld1q_u64(plane->objections + at);
    uint64x2_t others = vandq_u64(base, vld1q_u64(plane->live + at));

    return vbslq_u64(objections, keep, others);
}

static inline uint64_t count(uint64x2_t value)
{
    return vaddvq_u8(vcntq_u8(vreinterpretq_u8_u64(value)));
}

static void compare(const struct pst_grid_plane *plane,
                    struct pst_grid_tally *tally)
{
    uint64x2_t keep = vdupq_n_u64(plane->keep);
    uint64x2_t base = vdupq_n_u64(plane->base);

    for (uint32_t i = 0; i < plane->words; i += STEP) {
        uint64x2_t before = vld1q_u64(plane->red + i);
        uint64x2_t after = red_of(plane, i, keep, base);
        uint64x2_t changed = vld1q_u64(plane->changed + i);

        vst1q_u64(plane->red + i, after);
        vst1q_u64(plane->changed + i,
                  vorrq_u64(changed, veorq_u64(before, after)));
        tally->red += count(after);
        tally->reddened += count(vbicq_u64(after, before));
        tally->cleared += count(vbicq_u64(before, after));
    }
}

static void store(const struct pst_grid_plane *plane,
                  struct pst_grid_tally *tally)
{
    uint64x2_t keep = vdupq_n_u64(plane->keep);
    uint64x2_t base = vdupq_n_u64(plane->base);

    for (uint32_t i = 0; i < plane->words; i += STEP) {
        uint64x2_t after = red_of(plane, i, keep, base);

        vst1q_u64(plane->red + i, after);
        tally->red += count(after);
    }
}

static const struct pst_grid_way neon = {compare, store};

const struct pst_grid_way *pst_grid_way_neon(void)
{
    return &neon;
}

#else

const struct pst_grid_way *pst_grid_way_neon(void)
{
    return NULL;
}

#endif
