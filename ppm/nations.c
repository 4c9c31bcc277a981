#include "ppm/nations.h"

#include "base/civil_time.h"
#include "base/str.h"
#include "policy-lang/country_codes.h"

enum { LETTERS = 26, WORD_BITS = 64 };

/* Days since 1970 on which somebody joined or left. */
#define EVER INT64_MIN
#define TODAY INT64_MAX
#define HR_JOINED_EU 15887  /* 2013-07-01 */
#define HR_JOINED_EEA 16172 /* 2014-04-12 */
#define GB_LEFT_EU 18293    /* 2020-02-01 */

/* Members of a block from a day on, until the day before another. */
struct block {
    const char *code;
    const char *members; /* two letters each */
    int64_t from;
    int64_t until;
};

#define EU_MEMBERS                                                             \
    "ATBEBGCYCZDEDKEEESFIFRGRHUIEITLTLULVMTNLPLPTROSESISK" /* since 2007 */

/* Kept by hand: no accession is in sight. Days before 2007-01-01 are read as
 * that day. */
static const struct block blocks[] = {
    {"EU", EU_MEMBERS, EVER, TODAY},
    {"EU", "HR", HR_JOINED_EU, TODAY},
    {"EU", "GB", EVER, GB_LEFT_EU},
    {"EEA", EU_MEMBERS "ISLINO", EVER, TODAY},
    {"EEA", "HR", HR_JOINED_EEA, TODAY},
    {"EEA", "GB", EVER, GB_LEFT_EU},
    {"EFTA", "CHISLINO", EVER, TODAY},
    {"APEC", "AUBNCACLCNHKIDJPKRMXMYNZPEPGPHRUSGTHTWUSVN", EVER, TODAY},
};

enum { BLOCKS = sizeof blocks / sizeof *blocks };

bool pst_ppm_is_block(postern_str code)
{
    for (size_t i = 0; i < BLOCKS; i++) {
        if (pst_str_is(code, blocks[i].code)) {
            return true;
        }
    }
    return false;
}

bool pst_ppm_is_nation(postern_str code)
{
    return pst_country_is_assigned(code) || pst_ppm_is_block(code);
}

static void add(struct pst_ppm_nations *set, const char *code)
{
    uint32_t bit =
        (uint32_t)(code[0] - 'A') * LETTERS + (uint32_t)(code[1] - 'A');

    set->bits[bit / WORD_BITS] |= UINT64_C(1) << bit % WORD_BITS;
}

static void add_block(struct pst_ppm_nations *set, const struct block *block,
                      int64_t day)
{
    bool newest = day == PST_PPM_NO_DAY;

    if (newest ? block->until != TODAY
               : day < block->from || day >= block->until) {
        return;
    }
    for (const char *member = block->members; *member; member += 2) {
        add(set, member);
    }
}

struct pst_ppm_nations pst_ppm_nations_of(const struct pst_ppm_list *list,
                                          int64_t day)
{
    struct pst_ppm_nations set = {{0}};

    for (uint32_t i = 0; i < list->count; i++) {
        postern_str code = list->words[i];

        if (!pst_ppm_is_block(code)) {
            add(&set, code.data);
            continue;
        }
        for (size_t b = 0; b < BLOCKS; b++) {
            if (pst_str_is(code, blocks[b].code)) {
                add_block(&set, &blocks[b], day);
            }
        }
    }
    return set;
}

struct pst_ppm_nations pst_ppm_nations_all(void)
{
    struct pst_ppm_nations set;

    memset(&set, 0xFF, sizeof set);
    return set;
}

bool pst_ppm_nations_empty(const struct pst_ppm_nations *set)
{
    uint64_t any = 0;

    for (int i = 0; i < PST_PPM_NATION_WORDS; i++) {
        any |= set->bits[i];
    }
    return any == 0;
}

bool pst_ppm_nations_cover(const struct pst_ppm_nations *whole,
                           const struct pst_ppm_nations *part)
{
    uint64_t outside = 0;

    for (int i = 0; i < PST_PPM_NATION_WORDS; i++) {
        outside |= part->bits[i] & ~whole->bits[i];
    }
    return outside == 0;
}

struct pst_ppm_nations pst_ppm_nations_common(const struct pst_ppm_nations *a,
                                              const struct pst_ppm_nations *b)
{
    struct pst_ppm_nations set;

    for (int i = 0; i < PST_PPM_NATION_WORDS; i++) {
        set.bits[i] = a->bits[i] & b->bits[i];
    }
    return set;
}
