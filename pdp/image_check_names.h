/*
 * What the checks of names share: whatever is known of the names up to one of
 * them.
 */
#ifndef PST_IMAGE_CHECK_NAMES_H
#define PST_IMAGE_CHECK_NAMES_H

#include "pdp/image_check.h"
#include "pdp/name.h"

struct pst_names_seen {
    uint64_t hashes;    /* pst_hash_bit() of each */
    uint32_t kinds;     /* bit: kind, of those that there are */
    uint32_t next;      /* home behind that of the last name */
    uint32_t by_hash;   /* homes that hashes lead to */
    uint32_t places;    /* homes in all, more than those */
    uint32_t all_stand; /* 1: each where it has to */
    const struct pst_homes *homes;
};

static inline struct pst_names_seen pst_names_none(const postern_acp_set *set)
{
    return (struct pst_names_seen){
        .by_hash = pst_block_of(set)->homes,
        .places = pst_table_count(set, PST_TABLE_HOMES) * PST_HOMES_AT_ONCE,
        .all_stand = 1,
        .homes = PST_TABLE(set, HOMES, struct pst_homes)};
}

/* Once for each name, in order. */
static inline void pst_names_add(struct pst_names_seen *seen,
                                 const struct pst_name *name)
{
    uint32_t home = pst_name_home(name->hash, seen->by_hash);
    uint32_t is_one;

    home = home < seen->next ? seen->next : home;
    is_one = home < seen->places;
    home = is_one ? home : 0;
    seen->all_stand &= is_one & seen->homes[home / PST_HOMES_AT_ONCE].used >>
                                    home % PST_HOMES_AT_ONCE;
    seen->next = home + 1;
    seen->hashes |= pst_hash_bit(name->hash);
    seen->kinds |= (uint32_t)1 << name->kind % 32;
}

/* The first row from `from` on that is not as most are, or is wrong, or the
 * count. (image_check_plain.c) */
uint32_t pst_names_plain(const struct pst_check *check,
                         struct pst_names_seen *seen, uint32_t from);

/* After all names. (image_check_homes.c) */
bool pst_homes_are_sound(const struct pst_check *check,
                         const struct pst_names_seen *seen);

#endif
