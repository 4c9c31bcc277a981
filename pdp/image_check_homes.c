/*
 * The homes of an image that its names are found by: each name stands at its
 * home, or at the next that is free; nobody else stands anywhere, and the last
 * home is free.
 */
#include "pdp/image_check_names.h"

/* The next home that a name stands at, from the homes alone. */
struct walk {
    const struct pst_homes *homes;
    uint32_t groups;
    uint32_t group;
    uint32_t left; /* homes in use of the group that were not walked over */
};

static uint32_t next_home(struct walk *walk)
{
    uint32_t bit;

    while (!walk->left && ++walk->group < walk->groups) {
        walk->left = walk->homes[walk->group].used;
    }
    if (!walk->left) {
        return UINT32_MAX;
    }
    bit = (uint32_t)__builtin_ctz(walk->left);
    walk->left &= walk->left - 1;
    return walk->group * PST_HOMES_AT_ONCE + bit;
}

/* One home and one name after the other. */
static bool check_walk(const struct pst_check *check)
{
    const postern_acp_set *set = check->set;
    const struct pst_name *names = PST_TABLE(set, NAMES, struct pst_name);
    uint32_t count = pst_table_count(set, PST_TABLE_NAMES);
    struct walk walk = {PST_TABLE(set, HOMES, struct pst_homes),
                        pst_table_count(set, PST_TABLE_HOMES), 0, 0};
    uint32_t next = 0;

    walk.left = walk.homes[0].used;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t home = pst_name_home_of(set, names[i].hash);
        uint32_t stands = next_home(&walk);

        next = home < next ? next : home;
        if (stands != next) {
            return pst_check_refuse(check, PST_TABLE_NAMES, i,
                                    "it stands at home #, not #",
                                    (uint64_t[]){stands, next});
        }
        next++;
    }
    if (next_home(&walk) != UINT32_MAX ||
        next >= walk.groups * PST_HOMES_AT_ONCE) {
        return pst_check_refuse(check, PST_TABLE_HOMES, PST_WHOLE_TABLE,
                                "somebody stands behind the last name", NULL);
    }
    return true;
}

/* How many names stand before the homes of each group. */
static bool check_counts(const struct pst_check *check,
                         const struct pst_homes *homes, uint32_t groups)
{
    uint32_t before = 0;

    for (uint32_t g = 0; g < groups; g++) {
        if (homes[g].before != before) {
            return pst_check_refuse(check, PST_TABLE_HOMES, g,
                                    "# names are before it, not #",
                                    (uint64_t[]){before, homes[g].before});
        }
        before += pst_count_bits(homes[g].used);
    }
    return true;
}

/* All names stand where they have to, at a place of their own, as those ascend;
 * and as many homes are in use as there are names. */
static bool stand_alone(const struct pst_check *check,
                        const struct pst_names_seen *seen)
{
    const struct pst_homes *homes =
        PST_TABLE(check->set, HOMES, struct pst_homes);
    uint32_t groups = pst_table_count(check->set, PST_TABLE_HOMES);
    uint64_t standing = 0;

    for (uint32_t g = 0; g < groups; g++) {
        standing += pst_count_bits(homes[g].used);
    }
    return seen->all_stand &&
           standing == pst_table_count(check->set, PST_TABLE_NAMES) &&
           seen->next < seen->places;
}

bool pst_homes_are_sound(const struct pst_check *check,
                         const struct pst_names_seen *seen)
{
    return (stand_alone(check, seen) || check_walk(check)) &&
           check_counts(check, PST_TABLE(check->set, HOMES, struct pst_homes),
                        pst_table_count(check->set, PST_TABLE_HOMES));
}
