/*
 * Who asks, as atoms of one set: "all", its own name, its domain, the patterns
 * it matches, its groups, its roles. Handed out a few at a time, so that no
 * number of them needs memory and none is left out. [ORI-01]
 */
#ifndef PST_PRINCIPAL_H
#define PST_PRINCIPAL_H

#include "pdp/acp_set.h"
#include "pdp/pattern_index.h"

enum {
    PST_ATOMS_AT_ONCE = 32,
    PST_ATOMS_STEP = 4 /* PST_ATOM_NONE follows up to a multiple of it */
};

/* Some of them, where the asking or the principal has them. */
struct pst_atoms {
    uint32_t count;
    const uint32_t *atoms;
};

/* So many, with PST_ATOM_NONE behind them. */
static inline size_t pst_atoms_padded(size_t count)
{
    return (count + PST_ATOMS_STEP - 1) / PST_ATOMS_STEP * PST_ATOMS_STEP;
}

/* Who asks, resolved for one set: what a handle is, and a caller that is
 * remembered. */
struct postern_principal {
    const postern_acp_set *set;
    uint64_t stamp;            /* of the set */
    const uint32_t *atoms;     /* padded */
    size_t count;              /* of them */
    const postern_request *by; /* originator, groups and roles, for other sets;
                                  NULL where it is asked for no other */
};

/* What tells a set from a later one at the same place. */
static inline uint64_t pst_stamp_of(const postern_acp_set *set)
{
    return pst_block_of(set)->checksum;
}

static inline bool pst_principal_is_for(const postern_principal *principal,
                                        const postern_acp_set *set)
{
    return principal->set == set && principal->stamp == pst_stamp_of(set);
}

/* What remains to be asked. Lives on the stack of whoever asks. */
enum pst_asking_stage {
    PST_ASK_ORIGINATOR,
    PST_ASK_LIST,     /* patterns of the originator */
    PST_ASK_PATTERNS, /* the index */
    PST_ASK_GROUPS,
    PST_ASK_ROLES,
    PST_ASK_RESOLVED, /* all of them are in the list */
    PST_ASK_NOTHING
};

struct pst_asking {
    const postern_acp_set *set;
    const postern_request *request; /* of a principal that is resolved: NULL */
    enum pst_asking_stage stage;
    size_t next;          /* of the list, the groups or the roles */
    const uint32_t *list; /* how many, then these; of a principal only these */
    size_t end;           /* of the list of a principal */
    struct pst_patterns patterns;
    struct pst_pattern_search search;
    uint32_t count; /* of those found and not handed out yet */
    uint32_t found[PST_ATOMS_AT_ONCE + PST_ATOMS_STEP];
};

/* For originator, groups and roles of the request, which must stay. */
void pst_asking_begin(struct pst_asking *asking, const postern_acp_set *set,
                      const postern_request *request);

/* For a principal: what was resolved, or, if that was for another set, resolved
 * anew. */
void pst_asking_begin_as(struct pst_asking *asking, const postern_acp_set *set,
                         const postern_principal *principal);

/* Nobody needs to, but whoever asks for many: looks for the originator, and
 * begins to fetch what leads on from there. */
void pst_asking_look(struct pst_asking *asking);

/* The next that were not resolved before. */
bool pst_asking_find(struct pst_asking *asking, struct pst_atoms *atoms);

/* The next atoms, some perhaps a second time; false when there are none left.
 */
static inline bool pst_asking_next(struct pst_asking *asking,
                                   struct pst_atoms *atoms)
{
    size_t left;

    if (asking->stage != PST_ASK_RESOLVED) {
        return pst_asking_find(asking, atoms);
    }
    left = asking->end - asking->next;
    atoms->atoms = asking->list + asking->next;
    atoms->count =
        left < PST_ATOMS_AT_ONCE ? (uint32_t)left : PST_ATOMS_AT_ONCE;
    asking->next += atoms->count;
    return atoms->count > 0;
}

/* No atoms are left but those handed out. */
static inline bool pst_asking_is_done(const struct pst_asking *asking)
{
    return asking->stage == PST_ASK_NOTHING ||
           (asking->stage == PST_ASK_RESOLVED && asking->next == asking->end);
}

/* Begins to fetch what leads to the names of the identities of the request. */
void pst_asking_fetch_homes(const postern_acp_set *set,
                            const postern_request *request);

/* Begins to fetch these names. */
void pst_asking_fetch(const postern_acp_set *set,
                      const postern_request *request);

#endif
