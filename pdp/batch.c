/*
 * Many decisions at once, each its own request. They go step by step together,
 * and what the next step of one reads is fetched while the others take theirs:
 *
 *   receive --> meet --> resolve --> match --> judge
 *   slots,      names    pattern     condi-
 *   homes                lists       tions
 *
 * What does not fit this way is decided by itself in the end.
 */
#include "pdp/search.h"

enum { GROUP = 16, SLOTS_AHEAD = 4 };

/* A question under way. */
struct turn {
    struct pst_search search;
    struct pst_asking asking;
    struct pst_atoms atoms;
    const struct pst_slot *slots[SLOTS_AHEAD];
    uint32_t rules[SLOTS_AHEAD]; /* of a slot that is not hashed */
    bool alone;                  /* to be decided by itself */
};

/* ---- the steps ---------------------------------------------------------- */

static bool take_facts(struct pst_facts *facts,
                       const postern_question *question)
{
    return question->principal
               ? pst_facts_init_as(facts, question->request, NULL)
               : pst_facts_init(facts, question->request, NULL);
}

/* The request of a caller of another release would have to be copied. */
static bool fits(struct turn *turn, const postern_question *question)
{
    return question->refs && question->ref_count <= SLOTS_AHEAD &&
           question->request &&
           question->request->struct_size == sizeof *question->request &&
           question->request->attribute_count <= PST_ATTRIBUTES_AT_ONCE &&
           take_facts(&turn->search.facts, question);
}

static void fetch_slots(const postern_acp_set *set,
                        const postern_question *question)
{
    for (size_t i = 0; i < question->ref_count; i++) {
        pst_search_fetch(set, question->refs[i]);
    }
}

static void receive(struct turn *turn, const postern_acp_set *set,
                    const postern_question *question)
{
    turn->alone = !fits(turn, question);
    if (turn->alone) {
        return;
    }
    fetch_slots(set, question);
    pst_search_init(&turn->search, set);
    if (question->principal) {
        pst_asking_begin_as(&turn->asking, set, question->principal);
    } else {
        pst_asking_begin(&turn->asking, set, turn->search.facts.request);
    }
    if (turn->asking.request) {
        pst_asking_fetch_homes(set, turn->asking.request);
    }
}

/* A principal that is resolved needs no names. */
static void meet(const struct turn *turn)
{
    if (!turn->alone && turn->asking.request) {
        pst_asking_fetch(turn->asking.set, turn->asking.request);
    }
}

static void resolve(struct turn *turn)
{
    if (!turn->alone) {
        pst_asking_look(&turn->asking);
    }
}

static void match(struct turn *turn, const postern_question *question)
{
    turn->alone = turn->alone || !pst_asking_next(&turn->asking, &turn->atoms);
    if (turn->alone) {
        return;
    }
    for (size_t i = 0; i < question->ref_count; i++) {
        const struct pst_slot *slot =
            pst_search_enter(&turn->search, question->refs[i]);

        turn->slots[i] = slot;
        turn->rules[i] =
            slot && slot->form != PST_SLOT_HASHED
                ? pst_search_rules(&turn->search, slot, &turn->atoms)
                : 0;
    }
}

static bool try_slot(struct turn *turn, size_t i)
{
    const struct pst_slot *slot = turn->slots[i];

    return slot && slot->form == PST_SLOT_HASHED
               ? pst_search_slot(&turn->search, slot, &turn->atoms)
               : turn->rules[i] &&
                     pst_search_among(&turn->search, slot, turn->rules[i]);
}

static bool try_slots(struct turn *turn, const postern_question *question)
{
    postern_decision *decision = &turn->search.decision;

    for (size_t i = 0; i < question->ref_count; i++) {
        if (try_slot(turn, i)) {
            decision->acp = question->refs[i].acp;
            decision->which = question->refs[i].which;
            return true;
        }
    }
    return false;
}

static postern_decision judge(struct turn *turn, const postern_acp_set *set,
                              const postern_question *question)
{
    if (!turn->alone && try_slots(turn, question)) {
        return turn->search.decision;
    }
    if (!turn->alone && pst_asking_is_done(&turn->asking)) {
        return pst_denied(POSTERN_REASON_NO_RULE);
    }
    return postern_decide_as(set, question->principal, question->refs,
                             question->ref_count, question->request);
}

/* ---- batches ------------------------------------------------------------ */

static void decide_some(const postern_acp_set *set,
                        const postern_question *questions, size_t count,
                        postern_decision *decisions)
{
    struct turn turns[GROUP];

    for (size_t i = 0; i < count; i++) {
        receive(&turns[i], set, &questions[i]);
    }
    for (size_t i = 0; i < count; i++) {
        meet(&turns[i]);
    }
    for (size_t i = 0; i < count; i++) {
        resolve(&turns[i]);
    }
    for (size_t i = 0; i < count; i++) {
        match(&turns[i], &questions[i]);
    }
    for (size_t i = 0; i < count; i++) {
        decisions[i] = judge(&turns[i], set, &questions[i]);
    }
}

void postern_decide_batch(const postern_acp_set *set,
                          const postern_question *questions, size_t count,
                          postern_decision *decisions)
{
    if (!set) {
        for (size_t i = 0; i < count; i++) {
            decisions[i] = pst_denied(POSTERN_REASON_NO_RULE);
        }
        return;
    }
    for (size_t first = 0; first < count; first += GROUP) {
        decide_some(set, questions + first,
                    count - first < GROUP ? count - first : GROUP,
                    decisions + first);
    }
}
