#include "engine/memo.h"

#include "base/str.h"
#include "engine/consult.h"

void pst_memo_clear(struct pst_memo *memo)
{
    pst_heirs_clear(&memo->heirs);
    memo->turn = 0;
    for (size_t i = 0; i < PST_MEMO_SIZE; i++) {
        memo->entries[i].outcome = PST_OUTCOME_UNKNOWN;
    }
}

/* ---- finding an entry ---------------------------------------------------- */

enum { USE_SELF = 1, USE_SELF_PRIVILEGES = 2, USE_OTHER_OPERATION = 4 };

struct key {
    postern_str link;
    uint32_t hash;
    uint32_t type;
    uint8_t use;
};

/* FNV-1a. */
static uint32_t hash_of(postern_str text, uint32_t seed)
{
    uint32_t hash = 2166136261u ^ seed;

    for (size_t i = 0; i < text.len; i++) {
        hash = (hash ^ (unsigned char)text.data[i]) * 16777619u;
    }
    return hash ^ hash >> 15;
}

static struct key key_of(const struct pst_run *run, postern_str link)
{
    const struct pst_selection *selection = &run->selection;
    const postern_request *request = &run->request;
    bool self = selection->which == POSTERN_SELF_PRIVILEGES;
    struct key key = {.link = link};

    key.type =
        request->operation == POSTERN_OP_CREATE ? request->target_type : 0;
    key.use =
        (uint8_t)((selection->self ? USE_SELF : 0) |
                  (self ? USE_SELF_PRIVILEGES : 0) |
                  (request->operation != run->operation ? USE_OTHER_OPERATION
                                                        : 0));
    key.hash = hash_of(link, key.type << 3 | key.use);
    return key;
}

static bool is_of(const struct pst_memo_entry *entry, const struct key *key)
{
    return entry->outcome != PST_OUTCOME_UNKNOWN && entry->hash == key->hash &&
           entry->type == key->type && entry->use == key->use &&
           pst_str_equal((postern_str){entry->link, entry->link_len},
                         key->link);
}

/* The entry of the key, or one to be filled in. */
static struct pst_memo_entry *recall(struct pst_memo *memo,
                                     const struct key *key)
{
    struct pst_memo_entry *entry;

    for (uint32_t i = 0; i < PST_MEMO_REACH; i++) {
        entry = &memo->entries[(key->hash + i) % PST_MEMO_SIZE];
        if (entry->outcome == PST_OUTCOME_UNKNOWN || is_of(entry, key)) {
            return entry;
        }
    }
    entry = &memo->entries[(key->hash + memo->turn++ % PST_MEMO_REACH) %
                           PST_MEMO_SIZE];
    entry->outcome = PST_OUTCOME_UNKNOWN;
    return entry;
}

/* ---- filling it in ------------------------------------------------------- */

static bool load_link(struct pst_run *run, postern_str link)
{
    struct pst_link_context context = {.view = &run->view, .now = run->now};
    struct pst_links *links = &run->links;

    if (run->selection.self) {
        links->next = 0;
        return pst_links_next(links, &run->selection, &context);
    }
    links->count = 1;
    return pst_link_find(&context, link, run->selection.which, &links->links[0],
                         &links->ids[0]);
}

/* Stops at the first rule with attributes. */
static bool is_unlimited(void *user, const postern_originator *originator)
{
    bool *limited = user;

    *limited = *limited || originator->has_attributes;
    return !*limited;
}

static bool has_limited_rules(const struct pst_run *run)
{
    const postern_acp_link *link = &run->links.links[0];
    bool limited = false;

    if (link->set) {
        (void)postern_acp_set_originators(link->set, link->ref,
                                          run->request.operation, is_unlimited,
                                          &limited);
    }
    return limited;
}

/* Decides as for a target of whose attributes nothing is known: only rules
 * without any can be true. */
static bool settle_unlimited(struct pst_run *run, struct pst_grounds *grounds)
{
    size_t count = run->request.attribute_count;
    bool permitted;

    run->request.attribute_count = 0;
    permitted = pst_settle_links(run, grounds);
    run->request.attribute_count = count;
    return permitted;
}

/* Looking for rules with attributes takes a while, and does not matter to a
 * request of which none are known. */
static enum pst_outcome denied(const struct pst_run *run)
{
    if (run->request.attribute_count == 0) {
        return PST_OUTCOME_DENY_SO_FAR;
    }
    return has_limited_rules(run) ? PST_OUTCOME_DENY_BUT_LIMITED
                                  : PST_OUTCOME_DENY;
}

static void decide_entry(struct pst_run *run, const struct key *key,
                         struct pst_memo_entry *entry)
{
    struct pst_grounds grounds;

    *entry = (struct pst_memo_entry){.link = key->link.data,
                                     .link_len = (uint32_t)key->link.len,
                                     .hash = key->hash,
                                     .type = key->type,
                                     .use = key->use,
                                     .outcome = PST_OUTCOME_DENY};
    pst_inquiry_tidy(run);
    if (!load_link(run, key->link)) {
        return;
    }
    if (settle_unlimited(run, &grounds)) {
        entry->outcome = PST_OUTCOME_PERMIT;
        entry->rule = grounds.decision.rule;
        entry->acp = grounds.acp.data;
        entry->acp_len = (uint32_t)grounds.acp.len;
    } else {
        entry->outcome = (uint8_t)denied(run);
    }
}

/* ---- deciding by it ------------------------------------------------------ */

static enum pst_outcome outcome_of(struct pst_run *run, postern_str link,
                                   struct pst_grounds *grounds)
{
    struct key key = key_of(run, link);
    struct pst_memo_entry *entry = recall(run->memo, &key);

    if (entry->outcome == PST_OUTCOME_UNKNOWN ||
        (entry->outcome == PST_OUTCOME_DENY_SO_FAR &&
         run->request.attribute_count > 0)) {
        decide_entry(run, &key, entry);
    }
    grounds->origin = PST_ORIGIN_ACP;
    grounds->acp = (postern_str){entry->acp, entry->acp_len};
    grounds->decision = (postern_decision){.effect = POSTERN_PERMIT,
                                           .reason = POSTERN_REASON_RULE,
                                           .which = run->selection.which,
                                           .rule = entry->rule};
    return entry->outcome;
}

/* The definition of the target would be part of the key. [OBJ-06] */
static bool depends_on_definition(const struct pst_run *run)
{
    return run->request.operation == POSTERN_OP_CREATE &&
           run->engine->options.specialization_of_target;
}

bool pst_settle_by_memo(struct pst_run *run, struct pst_grounds *grounds)
{
    const struct pst_selection *selection = &run->selection;
    size_t count = selection->self ? 1 : selection->links.count;
    bool limited = false;

    if (depends_on_definition(run)) {
        return pst_settle(run, grounds);
    }
    for (size_t i = 0; i < count; i++) {
        postern_str link =
            selection->self ? selection->decider.id : selection->links.items[i];
        enum pst_outcome outcome =
            link.data ? outcome_of(run, link, grounds) : PST_OUTCOME_DENY;

        if (outcome == PST_OUTCOME_PERMIT) {
            return true;
        }
        limited |= outcome == PST_OUTCOME_DENY_BUT_LIMITED;
    }
    pst_inquiry_tidy(run);
    return limited && run->request.attribute_count > 0 &&
           pst_settle(run, grounds);
}
