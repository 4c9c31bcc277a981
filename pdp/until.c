/*
 * Until when a decision holds: the next instant at which its effect changes
 * while all facts but the time stay as they are. [CTX-18]
 *
 * The rules that matter are those that are true when time is left out. Each is
 * a number of spans: its windows, or any time, up to the expiry of its ACP. As
 * long as they are few, they are looked at together (timetable.h), and whatever
 * they are the answer is exact. Otherwise time goes on in leaps: no permit ends
 * before the longest of the spans that are open, none begins before one opens.
 *
 * Not on the path of a decision, and as sparing: bounded stack (12 KiB), no
 * allocation, no lock, no clock.
 */
#include "pdp/rule_terms.h"
#include "pdp/timetable.h"
#include "pdp/truth.h"

#define NEVER INT64_MAX

/* Of leaps, and of rules looked at once in several leaps. */
enum { LEAPS = 256, RULES_IN_LEAPS = 1000000 };

/* All spans of the rules that matter. */
struct tour {
    const postern_acp_link *links; /* NULL: refs of one set */
    const postern_acp_set *set;
    const postern_acp_ref *refs;
    size_t count;
    struct pst_facts facts;
    size_t first_attribute; /* of the up to 64 looked at */
    uint64_t wanted;        /* one bit for each of them */
    size_t rules;           /* that were looked at */
    bool hopes; /* whatever may yet be found out about groups, roles and places
                   is as the rules want it */
    /* False: no more of them. */
    bool (*take)(void *user, const struct pst_span *span);
    void *user;
};

/* ---- the spans of a rule ------------------------------------------------- */

static bool take_windows(const struct tour *tour, const postern_acp_set *set,
                         const struct pst_condition *condition,
                         struct pst_list list, struct pst_span span)
{
    const struct pst_time_window *windows = pst_list_at(condition, list);
    const struct pst_year_set *years =
        PST_TABLE(set, YEARS, struct pst_year_set);

    for (uint32_t i = 0; i < list.count; i++) {
        span.window = &windows[i];
        span.years = windows[i].any_year ? NULL : &years[windows[i].years];
        if (!tour->take(tour->user, &span)) {
            return false;
        }
    }
    return list.count != 0 || tour->take(tour->user, &span);
}

/* Address and place hold. */
static bool is_here(struct tour *tour, const struct pst_context_of *of)
{
    struct pst_truth here = pst_truth_and(pst_truth_ip(of, &tour->facts),
                                          pst_truth_loc(of, &tour->facts));

    return tour->hopes ? !pst_is_false(here)
                       : pst_truth_value(here) == POSTERN_TRUE;
}

static bool take_contexts(struct tour *tour, const postern_acp_set *set,
                          const struct pst_condition *condition,
                          const struct pst_span *span)
{
    struct pst_context_of of = {set, condition, NULL};

    if (!condition || !(condition->flags & PST_CONDITION_CONTEXTS)) {
        return tour->take(tour->user, span);
    }
    for (uint32_t m = 0; m < condition->contexts; m++) {
        of.context = &pst_contexts(condition)[m];
        if (is_here(tour, &of) &&
            !take_windows(tour, set, condition, of.context->windows, *span)) {
            return false;
        }
    }
    return true;
}

/* ---- the rules that matter ----------------------------------------------- */

/* A group that somebody may be in, or a role. [REQ-02] */
static bool may_match(const struct tour *tour, const postern_acp_set *set,
                      uint32_t atom)
{
    const struct pst_name *name;

    if (tour->facts.request->originator.kind != POSTERN_ID_ENTITY ||
        atom < PST_ATOM_NAMES || pst_atom_is_pattern(set, atom)) {
        return false;
    }
    name = pst_name_of(set, atom);
    return name->kind == PST_NAME_RESOURCE || name->kind == PST_NAME_ROLE;
}

static bool lists_originator(const struct tour *tour,
                             const postern_acp_set *set,
                             struct pst_lanes originators)
{
    for (uint32_t i = 0; i < originators.count; i++) {
        uint32_t atom = pst_lane_atom(originators.lanes[i]);

        if (pst_originator_matches(set, atom, tour->facts.request) ||
            (tour->hopes && may_match(tour, set, atom))) {
            return true;
        }
    }
    return false;
}

/* All terms but time and originators. */
static bool may_hold(const struct tour *tour, const postern_acp_set *set,
                     const struct pst_rule_view *rule)
{
    const struct pst_facts *facts = &tour->facts;
    uint32_t flags = pst_rule_flags(rule);

    return (rule->operations & facts->operation) &&
           (!rule->authn || facts->request->authenticated) &&
           !(flags & PST_CONDITION_NEVER) &&
           (!(flags & PST_CONDITION_DETAILS) ||
            pst_res_objd(set, rule->condition, facts));
}

/* What a rule permits. A request whose attributes are unknown satisfies none
 * that is limited to attributes. */
static uint64_t covered_by(const struct tour *tour, const postern_acp_set *set,
                           const struct pst_rule_view *rule)
{
    const postern_request *request = tour->facts.request;

    if (tour->hopes || !(pst_rule_flags(rule) & PST_CONDITION_ATTRIBUTES)) {
        return tour->wanted;
    }
    return request->attribute_count == 0
               ? 0
               : pst_attributes_covered(set, rule->condition, request,
                                        tour->first_attribute);
}

static bool tour_slot(struct tour *tour, const postern_acp_link *link,
                      const struct pst_slot *slot)
{
    const postern_acp_set *set = link->set;
    struct pst_span span = {.expires_s = pst_expires_s(set, link->ref.acp)};
    uint32_t count = pst_slot_rule_count(slot);

    if (span.expires_s <= tour->facts.request->time_s) {
        return true; /* and stays expired */
    }
    tour->rules += count;
    for (uint32_t k = 0; k < count; k++) {
        struct pst_rule_view rule = pst_slot_rule(set, slot, k);

        if (!may_hold(tour, set, &rule)) {
            continue;
        }
        span.covers = covered_by(tour, set, &rule);
        if (span.covers &&
            lists_originator(tour, set, pst_slot_originators(set, slot, k)) &&
            !take_contexts(tour, set, rule.condition, &span)) {
            return false;
        }
    }
    return true;
}

static postern_acp_link link_at(const struct tour *tour, size_t number)
{
    return tour->links ? tour->links[number]
                       : (postern_acp_link){tour->set, tour->refs[number]};
}

static const struct pst_slot *slot_of(const postern_acp_link *link)
{
    return link->set ? pst_slot_at(link->set, link->ref) : NULL;
}

/* False when it was ended. */
static bool tour_all(struct tour *tour)
{
    for (size_t i = 0; i < tour->count; i++) {
        postern_acp_link link = link_at(tour, i);
        const struct pst_slot *slot = slot_of(&link);

        if (slot && !tour_slot(tour, &link, slot)) {
            return false;
        }
    }
    return true;
}

static void look_at_attributes(struct tour *tour, size_t first)
{
    const postern_request *request = tour->facts.request;

    tour->first_attribute = first;
    tour->wanted = request->attribute_count == 0
                       ? 1 /* stands for the request as a whole */
                       : pst_attributes_asked(request, first);
}

/* ---- all spans together ---------------------------------------------------*/

static bool add_span(void *user, const struct pst_span *span)
{
    return pst_timetable_add(user, span);
}

/* False when they are too many. */
static bool search(struct tour *tour, postern_effect effect,
                   postern_lease *lease)
{
    const postern_request *request = tour->facts.request;
    struct pst_timetable table;
    bool all;

    if (request->attribute_count > PST_ATTRIBUTES_AT_ONCE) {
        return false;
    }
    look_at_attributes(tour, 0);
    pst_timetable_init(&table, tour->wanted);
    tour->take = add_span;
    tour->user = &table;
    all = tour_all(tour);
    tour->user = NULL;
    if (!all) {
        return false;
    }
    lease->until_s = pst_timetable_next_change(&table, request->time_s,
                                               effect == POSTERN_PERMIT);
    lease->exact = !table.given_up;
    return true;
}

/* ---- in leaps ------------------------------------------------------------ */

/* One leap. For each attribute: from a permit, until when one of the spans that
 * are open covers it; from a denial, from when on one could. */
struct leap {
    bool permits;
    int64_t from_s;
    int64_t until_s[PST_ATTRIBUTES_AT_ONCE];
};

static bool is_open(const struct pst_span *span, int64_t time_s)
{
    struct pst_civil_time civil = pst_civil_time_of(time_s);

    return time_s < span->expires_s &&
           (!span->window ||
            pst_time_window_contains(span->window, span->years, &civil));
}

static int64_t change_of(const struct pst_span *span, int64_t time_s)
{
    return span->window
               ? pst_time_window_next_change(span->window, span->years, time_s)
               : NEVER;
}

static int64_t closing_of(const struct pst_span *span, int64_t from_s)
{
    int64_t change_s = change_of(span, from_s);

    return change_s < span->expires_s ? change_s : span->expires_s;
}

static int64_t opening_of(const struct pst_span *span, int64_t from_s)
{
    int64_t change_s =
        from_s < span->expires_s ? change_of(span, from_s) : NEVER;

    return change_s < span->expires_s ? change_s : NEVER;
}

static bool leap_span(void *user, const struct pst_span *span)
{
    struct leap *leap = user;
    bool open = is_open(span, leap->from_s);
    int64_t at_s = leap->from_s;

    if (leap->permits && !open) {
        return true;
    }
    if (leap->permits) {
        at_s = closing_of(span, at_s);
    } else if (!open) {
        at_s = opening_of(span, at_s);
    }
    for (uint32_t a = 0; a < PST_ATTRIBUTES_AT_ONCE; a++) {
        bool better =
            leap->permits ? at_s > leap->until_s[a] : at_s < leap->until_s[a];

        if (better && (span->covers >> a & 1)) {
            leap->until_s[a] = at_s;
        }
    }
    return true;
}

/* For 64 attributes. */
static int64_t leap_some(struct tour *tour, struct leap *leap)
{
    int64_t until_s = leap->permits ? NEVER : leap->from_s;

    for (uint32_t a = 0; a < PST_ATTRIBUTES_AT_ONCE; a++) {
        leap->until_s[a] = leap->permits ? leap->from_s : NEVER;
    }
    tour->user = leap;
    (void)tour_all(tour);
    for (uint32_t a = 0; a < PST_ATTRIBUTES_AT_ONCE; a++) {
        if ((tour->wanted >> a & 1) &&
            (leap->until_s[a] < until_s) == leap->permits) {
            until_s = leap->until_s[a];
        }
    }
    return until_s;
}

/* The effect at `from_s` is surely that up to the instant answered. */
static int64_t leap_from(struct tour *tour, int64_t from_s, bool permits)
{
    struct leap leap = {.permits = permits, .from_s = from_s};
    int64_t until_s = permits ? NEVER : from_s;
    size_t first = 0;

    tour->take = leap_span;
    do {
        int64_t some_s;

        look_at_attributes(tour, first);
        some_s = leap_some(tour, &leap);
        if ((some_s < until_s) == permits) {
            until_s = some_s;
        }
        first += PST_ATTRIBUTES_AT_ONCE;
    } while (first < tour->facts.request->attribute_count);
    return until_s;
}

static postern_decision decide_at(const struct tour *tour, int64_t time_s)
{
    postern_request request = *tour->facts.request;

    request.struct_size = sizeof request;
    request.time_s = time_s;
    return tour->links
               ? postern_decide_links(tour->links, tour->count, &request)
               : postern_decide_acps(tour->set, tour->refs, tour->count,
                                     &request);
}

static void go_on(struct tour *tour, postern_effect effect,
                  postern_lease *lease)
{
    int64_t at_s = tour->facts.request->time_s;

    tour->rules = 0;
    for (int i = 0; i < LEAPS && tour->rules < RULES_IN_LEAPS; i++) {
        at_s = leap_from(tour, at_s, effect == POSTERN_PERMIT);
        if (at_s == NEVER || decide_at(tour, at_s).effect != effect) {
            *lease = (postern_lease){at_s, true};
            return;
        }
    }
    *lease = (postern_lease){at_s, false};
}

/* ---- the lease ----------------------------------------------------------- */

/* The rule that permits is bound to no time. */
static bool is_lasting(const struct tour *tour,
                       const postern_decision *decision)
{
    postern_acp_link link;
    struct pst_rule_view rule;

    if (decision->effect != POSTERN_PERMIT ||
        decision->reason != POSTERN_REASON_RULE) {
        return false;
    }
    link = (postern_acp_link){tour->links ? tour->links[decision->link].set
                                          : tour->set,
                              {decision->acp, decision->which}};
    rule = pst_slot_rule(link.set, slot_of(&link), decision->rule);
    return !rule.condition && pst_expires_s(link.set, link.ref.acp) == NEVER;
}

static postern_decision start(struct tour *tour, const postern_request *request,
                              postern_lease *lease)
{
    postern_request copy;
    postern_decision decision =
        tour->links
            ? postern_decide_links(tour->links, tour->count, request)
            : postern_decide_acps(tour->set, tour->refs, tour->count, request);

    *lease = (postern_lease){NEVER, true};
    if (pst_facts_init(&tour->facts, request, &copy) &&
        tour->facts.request->time_known && !is_lasting(tour, &decision) &&
        !search(tour, decision.effect, lease)) {
        go_on(tour, decision.effect, lease);
    }
    return decision;
}

postern_decision postern_decide_until(const postern_acp_set *set,
                                      const postern_acp_ref *refs,
                                      size_t ref_count,
                                      const postern_request *request,
                                      postern_lease *lease)
{
    struct tour tour = {
        .set = set, .refs = refs, .count = set && refs ? ref_count : 0};

    return start(&tour, request, lease);
}

postern_decision postern_decide_links_until(const postern_acp_link *links,
                                            size_t link_count,
                                            const postern_request *request,
                                            postern_lease *lease)
{
    struct tour tour = {.links = links, .count = links ? link_count : 0};

    return start(&tour, request, lease);
}

/* ---- openings ------------------------------------------------------------ */

struct openings {
    int64_t from_s;
    int64_t first_s;
};

static bool note_opening(void *user, const struct pst_span *span)
{
    struct openings *openings = user;
    int64_t at_s = is_open(span, openings->from_s)
                       ? NEVER
                       : opening_of(span, openings->from_s);

    if (at_s < openings->first_s) {
        openings->first_s = at_s;
    }
    return true;
}

int64_t postern_next_opening_links(const postern_acp_link *links,
                                   size_t link_count,
                                   const postern_request *request)
{
    struct openings openings = {.first_s = NEVER};
    struct tour tour = {.links = links,
                        .count = links ? link_count : 0,
                        .hopes = true,
                        .take = note_opening,
                        .user = &openings};
    postern_request copy;

    if (pst_facts_init(&tour.facts, request, &copy) &&
        tour.facts.request->time_known) {
        openings.from_s = tour.facts.request->time_s;
        look_at_attributes(&tour, 0);
        (void)tour_all(&tour);
    }
    return openings.first_s;
}
