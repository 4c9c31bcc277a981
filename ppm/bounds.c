#include "ppm/bounds.h"

#include "ppm/scale.h"

static int64_t higher(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t lower(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

struct pst_ppm_bounds pst_ppm_no_bounds(void)
{
    return (struct pst_ppm_bounds){
        .absent = true, .low = PST_PPM_LOWEST, .high = PST_PPM_HIGHEST};
}

/* What is gathered from row to row. */
struct gathered {
    int64_t allowed; /* the highest rank that is; LOWEST: none is named */
    int64_t refused; /* the lowest rank that is; HIGHEST: none is */
};

static void allow(struct gathered *all, int64_t rank)
{
    all->allowed = higher(all->allowed, rank);
}

static void demand(struct pst_ppm_bounds *out, int64_t rank)
{
    out->absent = false;
    out->low = higher(out->low, rank);
}

static void gather(struct pst_ppm_bounds *out, struct gathered *all,
                   const struct pst_ppm_statement *statement,
                   const postern_ppm_tag *tag)
{
    uint32_t row = statement->row;

    out->states = true;
    switch (statement->say) {
    case PST_PPM_ALLOWS:
        allow(all, pst_ppm_most_rank(row));
        break;
    case PST_PPM_REQUIRES:
        allow(all, pst_ppm_most_rank(row));
        demand(out, pst_ppm_least_rank(row));
        break;
    case PST_PPM_LIMITS:
        if (statement->has_cap) {
            allow(all, pst_ppm_rank(row, statement->cap));
        }
        if (statement->has_floor) {
            demand(out, pst_ppm_rank(row, statement->floor));
        }
        break;
    case PST_PPM_FORBIDS:
    default:
        all->refused = lower(all->refused, pst_ppm_least_rank(row));
        out->refused |= 1U << (row - tag->first_row);
        break;
    }
}

/* Whether the frame wants the claim that nothing is done. [ANJ-04] */
static bool wants_nothing(const struct pst_ppm_statement *const *rows,
                          const postern_ppm_tag *tag)
{
    const struct pst_ppm_statement *claim = rows[tag->first_row];

    return claim && claim->say == PST_PPM_REQUIRES &&
           pst_ppm_rows[tag->first_row].polarity ==
               POSTERN_PPM_POLARITY_ABSENCE;
}

struct pst_ppm_bounds
pst_ppm_bounds_of(const struct pst_ppm_statement *const *rows,
                  const postern_ppm_tag *tag)
{
    struct pst_ppm_bounds out = pst_ppm_no_bounds();
    struct gathered all = {PST_PPM_LOWEST, PST_PPM_HIGHEST};

    if (wants_nothing(rows, tag)) {
        out.states = true;
        out.nothing = true;
        out.high = PST_PPM_LOWEST;
        return out;
    }
    for (uint32_t i = 0; i < tag->row_count; i++) {
        uint32_t row = tag->first_row + i;

        if (rows[row] && pst_ppm_is_ranked(row)) {
            gather(&out, &all, rows[row], tag);
        }
    }
    if (all.allowed != PST_PPM_LOWEST) {
        out.high = all.allowed;
    } else if (all.refused != PST_PPM_HIGHEST) {
        /* A floor of the same rank in another row is allowed. */
        out.high =
            higher(all.refused - 1, out.absent ? PST_PPM_LOWEST : out.low);
    }
    return out;
}

struct pst_ppm_bounds pst_ppm_bounds_common(const struct pst_ppm_bounds *a,
                                            const struct pst_ppm_bounds *b)
{
    return (struct pst_ppm_bounds){
        .states = a->states || b->states,
        .absent = a->absent && b->absent,
        .nothing = a->nothing || b->nothing,
        .refused = a->refused | b->refused,
        .low = higher(a->low, b->low),
        .high = lower(a->high, b->high),
    };
}

bool pst_ppm_bounds_hold(const struct pst_ppm_bounds *bounds,
                         const postern_ppm_tag *tag, uint32_t row, int64_t rank)
{
    return !(bounds->refused >> (row - tag->first_row) & 1) &&
           rank >= bounds->low && rank <= bounds->high;
}

/* The ends of what is left: the lowest and the highest rank of a value. */
struct ends {
    bool any;
    int64_t lowest;
    int64_t highest;
};

static struct ends ends_of(const struct pst_ppm_bounds *bounds,
                           const postern_ppm_tag *tag)
{
    struct ends ends = {false, PST_PPM_HIGHEST, PST_PPM_LOWEST};

    for (uint32_t i = 0; i < tag->row_count; i++) {
        uint32_t row = tag->first_row + i;
        int64_t rank;

        if (!pst_ppm_is_ranked(row) || bounds->refused >> i & 1 ||
            !pst_ppm_highest(row, bounds->low, bounds->high, &rank)) {
            continue;
        }
        ends.any = true;
        ends.highest = higher(ends.highest, rank);
        (void)pst_ppm_lowest(row, bounds->low, bounds->high, &rank);
        ends.lowest = lower(ends.lowest, rank);
    }
    return ends;
}

bool pst_ppm_bounds_hold_any(const struct pst_ppm_bounds *bounds,
                             const postern_ppm_tag *tag)
{
    return bounds->absent || ends_of(bounds, tag).any;
}

struct pst_ppm_bounds pst_ppm_bounds_nearest(const struct pst_ppm_bounds *room,
                                             const struct pst_ppm_bounds *wish,
                                             const postern_ppm_tag *tag)
{
    struct pst_ppm_bounds near = *room;
    struct ends ends = ends_of(room, tag);

    if (!ends.any) {
        return near; /* there is nothing to choose from */
    }
    near.absent = room->absent && wish->absent;
    if (wish->high < ends.lowest) {
        near.high = ends.lowest;
    } else if (wish->low > ends.highest) {
        near.low = ends.highest;
    }
    return near;
}

bool pst_ppm_bounds_restrict(const struct pst_ppm_bounds *bounds,
                             const postern_ppm_tag *tag)
{
    if (!bounds->absent || bounds->nothing || bounds->refused) {
        return true;
    }
    for (uint32_t i = 0; i < tag->row_count; i++) {
        uint32_t row = tag->first_row + i;

        if (pst_ppm_is_ranked(row) && pst_ppm_most_rank(row) > bounds->high) {
            return true;
        }
    }
    return false;
}
