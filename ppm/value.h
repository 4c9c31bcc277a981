/*
 * What stands in a cell of a frame: a value, and, for those who prefer, what
 * they say with it.
 *
 * Nothing here is changed once its frame is loaded; texts point into the arena
 * of the frame.
 */
#ifndef PST_PPM_VALUE_H
#define PST_PPM_VALUE_H

#include "policy-lang/node.h"
#include "ppm/annex_j.h"

/* Several words, in the order in which they were written. */
struct pst_ppm_list {
    const postern_str *words;
    uint32_t count;
};

enum pst_ppm_part {
    PST_PPM_SCOPE,
    PST_PPM_REASON,
    PST_PPM_BODIES,
    PST_PPM_PARTS
};

/* With whom data is shared and why. A part is a list of words, or, of a
 * provider, a text that nothing can compare. [ANJ-03] */
struct pst_ppm_scope {
    struct {
        bool given;
        bool is_text; /* then it is words[0] */
        struct pst_ppm_list list;
    } part[PST_PPM_PARTS];
};

enum pst_ppm_form {
    PST_PPM_NO,
    PST_PPM_YES,
    PST_PPM_NUMBER, /* also a date, in days since 1970 */
    PST_PPM_RANGE,
    PST_PPM_NATIONS, /* codes of countries and blocks, in capitals */
    PST_PPM_TEXTS,
    PST_PPM_SHARING
};

struct pst_ppm_value {
    enum pst_ppm_form form;
    int64_t number; /* of a range the lower end */
    int64_t upper;
    struct pst_ppm_list list;          /* NATIONS, TEXTS */
    const struct pst_ppm_scope *scope; /* SHARING */
};

/* What a frame says with a value. A Yes or a bare value is turned into one of
 * these when a frame is loaded. */
enum pst_ppm_say {
    PST_PPM_STATES,         /* the provider, and a user who gives a date */
    PST_PPM_ALLOWS,         /* it may, with any value of the row */
    PST_PPM_FORBIDS,        /* it may not */
    PST_PPM_REQUIRES,       /* it must, with any value of the row */
    PST_PPM_LIKES,          /* one of the rows that are liked has to be */
    PST_PPM_LIMITS,         /* up to a cap, or from a floor on, or both */
    PST_PPM_WITHIN,         /* if it does, then within the value */
    PST_PPM_REQUIRE_WITHIN, /* it must, and within the value */
    PST_PPM_CONTAINS,       /* it must, with all that is in the value */
    PST_PPM_AVOIDS,         /* not one of the texts */
    PST_PPM_SUBSTITUTES     /* no other feed than those of the value */
};

struct pst_ppm_statement {
    uint32_t row;
    enum pst_ppm_say say;
    struct pst_ppm_value value; /* as it was written; Yes, No, or more */
    bool has_cap;               /* LIMITS */
    bool has_floor;
    int64_t cap; /* as numbers are written in the row */
    int64_t floor;
    const struct pst_node *node; /* where it stands */
};

/* A day as DD/MM/YYYY or YYYY-MM-DD. False when there is no such day. */
bool pst_ppm_day(postern_str text, int64_t *days);

/* Whether two values are one, without regard to the order of lists. */
bool pst_ppm_value_equal(const struct pst_ppm_value *a,
                         const struct pst_ppm_value *b);

bool pst_ppm_list_has(const struct pst_ppm_list *list, postern_str word);
/* Whether every word of `part` is in `whole`. */
bool pst_ppm_list_covers(const struct pst_ppm_list *whole,
                         const struct pst_ppm_list *part);

#endif
