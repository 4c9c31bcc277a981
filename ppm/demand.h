/*
 * What a frame says of a row that stands for itself, and the room it leaves.
 *
 * Besides what is written there: a frame that wants a tag to claim nothing
 * refuses its rows; one that allows local places and names no nation allows
 * none.
 */
#ifndef PST_PPM_DEMAND_H
#define PST_PPM_DEMAND_H

#include "ppm/nations.h"
#include "ppm/stack.h"

struct pst_ppm_demand {
    bool states;
    bool closed; /* no nation: local is what was allowed */
    bool local;  /* local: nations are allowed, which is more */
    enum pst_ppm_say say;
    const struct pst_ppm_statement *statement; /* NULL: not written there */
};

struct pst_ppm_demand pst_ppm_demand_of(const struct pst_ppm_view *view,
                                        uint32_t place, uint32_t row);

/* Invariant: there is room for nothing being done (absent) or for something
 * (present), or for both. */
struct pst_ppm_room {
    bool absent;
    bool present;
    struct pst_ppm_nations nations; /* of which there is one if present */
    int64_t low;                    /* of numbers, if present */
    int64_t high;
    uint32_t applied; /* 1 << place: whose demands are in it */
};

struct pst_ppm_room pst_ppm_whole_room(void);

/* What a demand leaves of a room. False, and *room as it was but for numbers
 * (as near to the demand as can be), when that is nothing. */
bool pst_ppm_room_take(struct pst_ppm_room *room,
                       const struct pst_ppm_view *view, uint32_t place,
                       uint32_t row);

enum pst_ppm_answer { PST_PPM_IN, PST_PPM_OUT, PST_PPM_UNKNOWN };

/* Whether a value is in what a demand leaves; of numbers, in the room. */
enum pst_ppm_answer pst_ppm_demand_takes(const struct pst_ppm_demand *demand,
                                         const struct pst_ppm_value *value,
                                         int64_t day);

/* Whether a demand is met when nothing is done. */
bool pst_ppm_demand_is_idle(const struct pst_ppm_demand *demand);

/* Whether it refuses anything. */
bool pst_ppm_demand_restricts(const struct pst_ppm_demand *demand);

#endif
