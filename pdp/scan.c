/* The scan of every ACP for one request. */
#include "pdp/search.h"

#include <string.h>

struct scan {
    struct pst_search search;
    uint64_t *permitted;
    uint32_t acps;
    uint32_t count; /* of those permitted */
};

static bool is_marked(const struct scan *scan, uint32_t acp)
{
    return scan->permitted[acp / 64] >> (acp % 64) & 1;
}

static void mark(uint64_t *permitted, uint32_t acp)
{
    permitted[acp / 64] |= (uint64_t)1 << (acp % 64);
}

/* Every ACP that none of the atoms before has opened. */
static void scan_atoms(struct scan *scan, const struct pst_atoms *atoms)
{
    for (uint32_t acp = 0; acp < scan->acps; acp++) {
        postern_acp_ref ref = {acp, POSTERN_PRIVILEGES};

        if (!is_marked(scan, acp) &&
            pst_search_slot(&scan->search, pst_search_enter(&scan->search, ref),
                            atoms)) {
            mark(scan->permitted, acp);
            scan->count++;
        }
    }
}

/* Attributes may be covered by several rules of one ACP, found by different
 * atoms: each ACP is then decided by itself. */
static uint32_t scan_each(const postern_acp_set *set,
                          const postern_principal *principal,
                          const postern_request *request, uint64_t *permitted)
{
    uint32_t count = 0;

    for (uint32_t acp = 0; acp < postern_acp_set_count(set); acp++) {
        postern_acp_ref ref = {acp, POSTERN_PRIVILEGES};

        if (postern_decide_as(set, principal, &ref, 1, request).effect ==
            POSTERN_PERMIT) {
            mark(permitted, acp);
            count++;
        }
    }
    return count;
}

uint32_t postern_scan(const postern_acp_set *set,
                      const postern_principal *principal,
                      const postern_request *request, uint64_t *permitted)
{
    struct scan scan = {.permitted = permitted};
    struct pst_asking asking;
    struct pst_atoms atoms;
    postern_request copy;
    bool known;

    if (!set) {
        return 0;
    }
    scan.acps = postern_acp_set_count(set);
    memset(permitted, 0, (scan.acps + 63) / 64 * sizeof *permitted);
    known = principal ? pst_facts_init_as(&scan.search.facts, request, &copy)
                      : pst_facts_init(&scan.search.facts, request, &copy);
    if (!known) {
        return 0;
    }
    pst_search_init(&scan.search, set);
    if (scan.search.facts.request->attribute_count) {
        return scan_each(set, principal, request, permitted);
    }
    if (principal) {
        pst_asking_begin_as(&asking, set, principal);
    } else {
        pst_asking_begin(&asking, set, scan.search.facts.request);
    }
    while (pst_asking_next(&asking, &atoms)) {
        scan_atoms(&scan, &atoms);
    }
    return scan.count;
}
