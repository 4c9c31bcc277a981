/*
 * Checking an image before it is used: whatever its bytes are, a block that
 * passes is one that reading by pdp/ never leaves and always comes to an end
 * in.
 *
 * Each of the functions below checks one part and reads only what those before
 * it have checked; they are called in the order they stand here. Each reads its
 * tables from front to back, without recursion, in a time linear in their size.
 * False: a sentence is in the diagnostic. The checksum comes last, as it is
 * taken of a part while that is near; no check relies on it, and whatever they
 * said of a block whose checksum is wrong, it is called damaged.
 *
 * What is said twice (hashes of names, summaries, failure functions) must agree
 * where that costs no more than reading. Not checked: whether the tables say
 * what some policy says.
 */
#ifndef PST_IMAGE_CHECK_H
#define PST_IMAGE_CHECK_H

#include "base/str.h"
#include "pdp/acp_set.h"

/* One bit for each place of a table. */
struct pst_places {
    uint64_t *bits;
    uint32_t count;
};

struct pst_checksum;

struct pst_check {
    const postern_acp_set *set;    /* a handle of the block */
    uint32_t atoms;                /* names and patterns: atoms are below it */
    struct pst_places patterns;    /* bit: the index leads to it */
    struct pst_places conditions;  /* bit: a condition begins here */
    struct pst_places lists;       /* bit: a list begins here */
    struct pst_places crowds;      /* bit: a crowd begins here */
    struct pst_checksum *checksum; /* of what was read of the block so far */
    postern_diag *diag;
};

bool pst_check_header(const struct pst_check *check, size_t size);
bool pst_check_tables(const struct pst_check *check);
bool pst_check_patterns(const struct pst_check *check);
bool pst_check_lists(const struct pst_check *check);
bool pst_check_names(const struct pst_check *check);
bool pst_check_conditions(const struct pst_check *check);
bool pst_check_acps(const struct pst_check *check);
bool pst_check_slots(const struct pst_check *check);
bool pst_check_hashed(const struct pst_check *check);

/* Whatever the others said. */
bool pst_check_checksum(const struct pst_check *check);

/* What the checks share. */

#define PST_WHOLE_TABLE UINT32_MAX /* instead of an element */

/* Records the refusal and returns false: "slot 17: lane 3 names atom 99 of 12"
 * for slot 17, "lane # names atom # of #" and {3, 99, 12}. */
bool pst_check_refuse(const struct pst_check *check, enum pst_table_id table,
                      uint32_t element, const char *sentence,
                      const uint64_t *numbers);

/* Size of an element of a table. */
size_t pst_table_element_size(enum pst_table_id table);

/* Whether it is part of the pool. */
bool pst_text_ref_is_sound(const postern_acp_set *set, struct pst_text_ref ref);

/* Whether a domain is as the compiled form keeps it. */
static inline bool pst_is_lower(postern_str text)
{
    unsigned upper = 0;

    for (size_t i = 0; i < text.len; i++) {
        upper |= (unsigned)(unsigned char)text.data[i] - 'A' < 26;
    }
    return upper == 0;
}

static inline void pst_places_add(struct pst_places places, uint32_t place)
{
    places.bits[place / 64] |= (uint64_t)1 << place % 64;
}

static inline bool pst_places_has(struct pst_places places, uint32_t place)
{
    return place < places.count && (places.bits[place / 64] >> place % 64 & 1);
}

/* Whether [first, first + count) is within `all`. */
static inline bool pst_is_within(uint32_t first, uint32_t count, uint32_t all)
{
    return first <= all && count <= all - first;
}

/* Whether an atom is one that rules may list: not PST_ATOM_NONE. */
static inline bool pst_atom_is_sound(const struct pst_check *check,
                                     uint32_t atom)
{
    return atom != PST_ATOM_NONE && atom < check->atoms;
}

/* Whether a rule's condition is none or begins where one does. */
static inline bool pst_condition_is_sound(const struct pst_check *check,
                                          uint32_t place)
{
    return pst_places_has(check->conditions, place);
}

#endif
