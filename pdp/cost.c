/*
 * The worst case of a set: a bound for one decision, whatever the request.
 *
 * A decision finds out who asks, once for every 64 attributes of the request.
 * What the requester answers to is handed out in batches, and each batch is
 * looked for in each ACP. So its parts add up:
 *
 *   names      of originator, domain, groups, roles     cost_names.c
 *   patterns   that the originator matches              pattern_cost.c
 *   ACPs       every batch in each                      cost_slot.c,
 * cost_hashed.c conditions of their rules                cost_condition.c
 *
 * Each part is taken at its worst, though no request may be the worst for all
 * of them: the sum is an upper bound, and need not be reached.
 */
#include "pdp/cost.h"

#include "base/memory.h"
#include "base/sized.h"
#include "base/text.h"
#include "pdp/atom_text.h"
#include "pdp/largest.h"
#include "pdp/pattern_index.h"
#include "pdp/principal.h"
#include "pdp/rule_terms.h"

enum {
    GROUPS = 16,
    ROLES = 16,
    LINKS = 8,
    ATTRIBUTES = 64,
    TEXT = 256,
    LINE_STEPS = 16,
    /* What a decision does for itself: it takes facts from a request; the
     * fields of the time, the address, and a point on the sphere, for which
     * the C library computes four sines. */
    FACTS = 400,
    /* For each pass over all attributes. */
    PASS = 60,
    /* To look at a link before its rule set is entered. */
    LINK = 12
};

void postern_cost_options_init_sized(postern_cost_options *options,
                                     size_t struct_size)
{
    pst_sized_init(options, struct_size);
}

static uint32_t or_default(uint32_t value, uint32_t otherwise)
{
    return value ? value : otherwise;
}

/* ---- who asks -------------------------------------------------------------
 */

static bool lists_kind(const postern_acp_set *set, uint32_t kind)
{
    return pst_block_of(set)->kinds >> kind & 1;
}

/* Groups and roles are not looked up when no rule lists any. */
static struct pst_costing costing_of(const postern_acp_set *set,
                                     const postern_cost_options *options)
{
    struct pst_costing costing = {
        .set = set,
        .links = or_default(options->links, LINKS),
        .attributes = or_default(options->attributes, ATTRIBUTES),
        .text = or_default(options->text, TEXT),
        .line_steps = or_default(options->line_steps, LINE_STEPS)};

    if (lists_kind(set, PST_NAME_RESOURCE)) {
        costing.groups = or_default(options->groups, GROUPS);
    }
    if (lists_kind(set, PST_NAME_ROLE)) {
        costing.roles = or_default(options->roles, ROLES);
    }
    return costing;
}

/* "all", a name, a domain; the patterns; groups and roles. All batches but the
 * last are full. */
static void count_atoms(struct pst_costing *costing, uint64_t patterns)
{
    uint64_t members = costing->groups + costing->roles;

    costing->patterns = pst_bound_least(
        patterns, pst_table_count(costing->set, PST_TABLE_PATTERNS));
    costing->atoms = 3 + costing->patterns + members;
    costing->batches = (costing->atoms - 1) / PST_ATOMS_AT_ONCE + 1;
    costing->member_batches = members ? members / PST_ATOMS_AT_ONCE + 2 : 0;
}

/* An originator is known, with a list of its patterns, or they are searched: a
 * search is not saved by a list that others have. */
static postern_status cost_who_asks(struct pst_costing *costing,
                                    const postern_allocator *allocator,
                                    postern_cost *cost)
{
    struct pst_patterns patterns = pst_patterns_of(costing->set);
    uint64_t longest = pst_cost_longest_list(costing->set);
    struct pst_pattern_cost worst = {0, 0, 0, {0, 0}};

    if (patterns.count) {
        postern_status status = pst_pattern_index_worst(
            &patterns, costing->text, allocator, &worst);

        if (status != POSTERN_OK) {
            return status;
        }
    }
    count_atoms(costing, pst_bound_most(longest, worst.found));
    cost->names = pst_cost_of_names(costing, longest);
    cost->patterns = worst.work;
    cost->pattern_lookups = worst.lookups;
    cost->pattern_trials = worst.trials;
    cost->pattern_matches = costing->patterns;
    cost->answers = costing->atoms;
    return POSTERN_OK;
}

/* ---- ACPs -----------------------------------------------------------------
 */

/* By operation: a decision is about one. */
struct acps {
    const struct pst_costing *costing;
    struct pst_largest lines[PST_OPERATIONS]; /* of the dearest few */
    uint64_t steps[PST_OPERATIONS];           /* of the dearest */
    uint64_t dearest;                         /* weight of it */
    const struct pst_slot *slot;              /* that has it, or NULL */
};

/* Links may name one ACP again and again: it lies in the same lines then, but
 * is gone through each time. */
static void take_slot(struct acps *acps, const struct pst_slot *slot,
                      postern_acp_ref ref, postern_cost *cost)
{
    static const postern_operation operations[PST_OPERATIONS] = {
        POSTERN_OP_CREATE, POSTERN_OP_RETRIEVE, POSTERN_OP_UPDATE,
        POSTERN_OP_DELETE, POSTERN_OP_NOTIFY,   POSTERN_OP_DISCOVERY};
    struct pst_cost_of_operations work;

    pst_cost_of_slot(acps->costing, slot, &work, NULL);
    for (uint32_t op = 0; op < PST_OPERATIONS; op++) {
        uint64_t weight = pst_cost_weight(acps->costing, work.of[op]);

        pst_largest_add(&acps->lines[op], work.of[op].lines);
        acps->steps[op] = pst_bound_most(acps->steps[op], work.of[op].steps);
        if (!acps->slot || weight > acps->dearest) {
            acps->dearest = weight;
            acps->slot = slot;
            cost->acp = ref.acp;
            cost->which = ref.which;
            cost->operation = operations[op];
            cost->acp_work = work.of[op];
        }
    }
}

static void take_all(struct acps *acps, postern_cost *cost)
{
    const postern_acp_set *set = acps->costing->set;
    uint32_t count = pst_table_count(set, PST_TABLE_ACPS);

    for (uint32_t i = 0; i < count; i++) {
        postern_acp_ref ref = {i, POSTERN_PRIVILEGES};
        const struct pst_slot *self;

        take_slot(acps, pst_slot_at(set, ref), ref, cost);
        ref.which = POSTERN_SELF_PRIVILEGES;
        self = pst_slot_at(set, ref);
        if (self) {
            take_slot(acps, self, ref, cost);
        }
    }
}

static postern_work sum_of(const struct acps *acps)
{
    const struct pst_costing *costing = acps->costing;
    postern_work work = {0, 0};

    for (uint32_t op = 0; op < PST_OPERATIONS; op++) {
        postern_work of = {pst_largest_sum(&acps->lines[op]),
                           pst_bound_times(acps->steps[op], costing->links)};

        work = pst_work_most(work, of);
    }
    return work;
}

static void name_reason(const struct acps *acps, postern_cost *cost)
{
    struct pst_cost_of_operations work;
    struct pst_cost_reason reason = {.rule = POSTERN_NO_RULE,
                                     .atom = PST_ATOM_NONE};
    uint32_t bit = pst_operation_bit(cost->operation);

    cost->rule = POSTERN_NO_RULE;
    if (!acps->slot) {
        cost->acp = POSTERN_NO_ACP;
        return;
    }
    reason.operation = (uint32_t)__builtin_ctz(bit);
    pst_cost_of_slot(acps->costing, acps->slot, &work, &reason);
    cost->rule = reason.rule;
    cost->rule_work = reason.rule_work;
    if (reason.atom != PST_ATOM_NONE) {
        pst_atom_text(acps->costing->set, reason.atom, cost->originator,
                      sizeof cost->originator);
        cost->originator_rules = reason.atom_rules;
        cost->originator_work = reason.atom_work;
    }
}

static postern_status cost_acps(const struct pst_costing *costing,
                                const postern_allocator *allocator,
                                postern_cost *cost)
{
    struct acps acps = {.costing = costing};
    uint64_t slots = pst_table_count(costing->set, PST_TABLE_SLOTS);
    uint64_t room = pst_bound_least(costing->links, slots);
    size_t bytes = PST_OPERATIONS * (size_t)room * sizeof(uint64_t);
    uint64_t *numbers = bytes ? pst_alloc(allocator, bytes) : NULL;

    if (bytes && !numbers) {
        return POSTERN_ERR_MEMORY;
    }
    for (uint32_t op = 0; op < PST_OPERATIONS; op++) {
        pst_largest_init(&acps.lines[op], numbers ? numbers + op * room : NULL,
                         room);
    }
    take_all(&acps, cost);
    cost->acps = sum_of(&acps);
    name_reason(&acps, cost);
    pst_release(allocator, numbers, bytes);
    return POSTERN_OK;
}

/* ---- all of it ------------------------------------------------------------
 */

/* A request with more attributes than a pass looks at takes passes of all over
 * again, through the same lines. */
static void add_up(const struct pst_costing *costing, postern_cost *cost)
{
    uint64_t passes = (costing->attributes - 1) / PST_ATTRIBUTES_AT_ONCE + 1;
    uint64_t links = pst_bound_times(pst_bound_times(LINK, costing->links),
                                     costing->batches);

    cost->acps.steps = pst_bound_add(cost->acps.steps, links);
    cost->names.steps = pst_bound_add(cost->names.steps, PASS);
    cost->names.steps = pst_bound_times(cost->names.steps, passes);
    cost->patterns.steps = pst_bound_times(cost->patterns.steps, passes);
    cost->acps.steps = pst_bound_times(cost->acps.steps, passes);
    cost->names.steps = pst_bound_add(cost->names.steps, FACTS);
    cost->decision = cost->names;
    pst_work_add(&cost->decision, cost->patterns);
    pst_work_add(&cost->decision, cost->acps);
}

/* No part reads more lines than there are. */
static void cap_lines(const postern_acp_set *set, postern_cost *cost)
{
    postern_work *const parts[] = {
        &cost->decision, &cost->names,     &cost->patterns,       &cost->acps,
        &cost->acp_work, &cost->rule_work, &cost->originator_work};
    uint64_t lines = pst_lines_of(pst_block_of(set)->size);

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        parts[i]->lines = pst_bound_least(parts[i]->lines, lines);
    }
}

postern_status postern_acp_set_cost(const postern_acp_set *set,
                                    const postern_cost_options *options,
                                    postern_cost *cost)
{
    postern_cost_options copy;
    postern_allocator allocator;
    struct pst_costing costing;
    postern_cost worst = {.acp = 0};
    postern_status status;

    *cost = worst;
    if (!set || !pst_sized_copy(&copy, sizeof copy, options)) {
        return POSTERN_ERR_ARGUMENT;
    }
    allocator = pst_allocator_of(copy.allocator);
    costing = costing_of(set, &copy);
    status = cost_who_asks(&costing, &allocator, &worst);
    if (status == POSTERN_OK) {
        status = cost_acps(&costing, &allocator, &worst);
    }
    if (status == POSTERN_OK) {
        add_up(&costing, &worst);
        cap_lines(set, &worst);
        *cost = worst;
    }
    return status;
}
