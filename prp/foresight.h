/*
 * What a reader will probably be asked for next. Memory takes longer to come
 * than a decision takes, so what may be needed is fetched before it is: slots
 * and records beside the last one, and the resources of addresses that were
 * announced, many at a time.
 *
 * A guess is never believed: a resource is the one wanted when its ID is the
 * address, and where it is not the address is looked up.
 */
#ifndef PST_FORESIGHT_H
#define PST_FORESIGHT_H

#include "prp/version.h"

/* Announced addresses that are remembered. */
enum { PST_FORESEEN = PST_TRIE_AT_ONCE };

struct pst_foresight {
    struct pst_slots_near ahead; /* pages of what is fetched */
    struct pst_slots_near far;
    uint32_t last;      /* number that an address led to, or PST_NO_NUMBER */
    uint32_t last_next; /* its sibling */
    uint32_t expected;  /* where the next one leads if there is an order */
    uint32_t count;     /* announced */
    uint32_t at;        /* ... and the first not asked for yet */
    postern_str addresses[PST_FORESEEN];
    uint32_t numbers[PST_FORESEEN];
};

/* What it remembers is of one version. */
void pst_foresight_forget(struct pst_foresight *foresight);

/* `number` is looked at, and those `step` apart may follow. */
void pst_foresee_row(struct pst_foresight *foresight,
                     const struct pst_version *version, uint32_t number,
                     uint32_t step);

/* These will be asked for, in this order; texts stay where they are until then.
 * No promise: others may be asked for between and instead of them. */
void pst_foresee_addresses(struct pst_foresight *foresight,
                           const struct pst_version *version,
                           const postern_str *addresses, size_t count);

/* pst_address_find(), with what was foreseen; `near` is any page. */
uint32_t pst_foresight_find(struct pst_foresight *foresight,
                            const struct pst_version *version,
                            struct pst_slots_near *near, postern_str address);

#endif
