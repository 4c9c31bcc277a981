/*
 * The resources of a policy as a plain array that is searched from end to end:
 * a postern_prp that is slow and obvious. For tests of the engine without a
 * store, and for comparing a store with.
 *
 *   struct fake_prp fake;
 *
 *   fake_prp_open(&fake, policy);
 *   options.prp = &fake.prp;
 *   ...
 *   fake_prp_close(&fake);
 */
#ifndef TESTS_SUPPORT_FAKE_PRP_H
#define TESTS_SUPPORT_FAKE_PRP_H

#include "base/arena.h"

#include <postern/prp.h>

struct fake_prp {
    postern_prp prp; /* functions may be taken out before an engine is made */
    const postern_policy *policy;
    struct pst_arena arena;
    postern_resource *resources; /* may be changed between decisions */
    size_t count;
    uint64_t revision;
    const char *unreadable; /* resource ID; looking it up fails */
    bool registry_fails;
    int inside; /* entered and not left */
    struct {
        unsigned find, parent, registree, role, has_member, next;
    } calls;
};

/* The policy outlives it. False: no memory. */
bool fake_prp_open(struct fake_prp *fake, const postern_policy *policy);
void fake_prp_close(struct fake_prp *fake);

/* The resource of that ID, or NULL. */
postern_resource *fake_prp_at(struct fake_prp *fake, const char *id);

#endif
