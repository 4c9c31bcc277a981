/*
 * One look at what is missing finds the facts that would permit at once; only
 * where these fail come those that take another one besides. A place is looked
 * for only by rules that are about the originator. [LOC-06]
 */
#include "engine/run.h"

/* ---- groups and roles by now ------------------------------------------- */

static bool is_known(const struct pst_memberships *known, const postern_id *id)
{
    for (uint32_t i = 0; i < known->count; i++) {
        if (postern_id_equal(&known->ids[i], id)) {
            return true;
        }
    }
    return false;
}

static void forget(struct pst_memberships *known)
{
    known->held = 0;
    known->count = 0;
    known->overflowed = false;
}

/* One more that the originator has. It takes the place of one that it has not,
 * which moves to the end, or is forgotten when the table is full. */
static bool hold(struct pst_memberships *known, const postern_id *id)
{
    if (known->held == PST_MEMBERSHIPS) {
        known->overflowed = true;
        return false;
    }
    if (known->count < PST_MEMBERSHIPS) {
        known->ids[known->count++] = known->ids[known->held];
    }
    known->ids[known->held++] = *id;
    return true;
}

static bool learn(struct pst_memberships *known, const postern_id *id,
                  postern_reply reply)
{
    if (reply == POSTERN_REPLY_YES) {
        return hold(known, id);
    }
    if (known->count < PST_MEMBERSHIPS) {
        known->ids[known->count++] = *id;
    }
    return false;
}

static void tell_request(struct pst_run *run)
{
    const struct pst_inquiry *inquiry = &run->inquiry;

    run->request.groups = inquiry->groups.ids;
    run->request.group_count = inquiry->groups.held;
    run->request.roles = inquiry->roles.ids;
    run->request.role_count = inquiry->roles.held;
}

void pst_inquiry_begin(struct pst_run *run)
{
    struct pst_inquiry *inquiry = &run->inquiry;

    forget(&inquiry->groups);
    forget(&inquiry->roles);
    inquiry->location_asked = false;
    inquiry->country_asked = false;
    memset(inquiry->country, 0, sizeof inquiry->country);
    inquiry->roles_noted = false;
    inquiry->need_count = 0;
    tell_request(run);
}

void pst_inquiry_forget_roles(struct pst_run *run)
{
    forget(&run->inquiry.roles);
    tell_request(run);
}

void pst_inquiry_tidy(struct pst_run *run)
{
    struct pst_inquiry *inquiry = &run->inquiry;

    if (inquiry->groups.held > PST_MEMBERSHIPS / 2) {
        forget(&inquiry->groups);
    }
    if (inquiry->roles.held > PST_MEMBERSHIPS / 2) {
        forget(&inquiry->roles);
    }
    tell_request(run);
}

/* ---- what is missing ---------------------------------------------------- */

/* In the order in which they are gone for. */
enum pass {
    PASS_NAMES,       /* groups and roles that would permit at once */
    PASS_PLACES,      /* location and country, where the originator is right */
    PASS_OTHER_NAMES, /* groups and roles that also take a place, or cover only
                         some of the attributes */
    PASSES
};

struct search {
    struct pst_run *run;
    enum pass pass;
    bool learnt;
    bool is_worth[PASSES]; /* there is something left to ask in that pass */
    /* The rule being reported, whose reports stand together. */
    uint32_t link;
    uint32_t rule;
    bool lists_names;   /* it does not name the originator but by these */
    unsigned lacks;     /* PLACE_...: places that can be asked for */
    unsigned helped_by; /* of these, those that may be all it lacks */
};

enum { PLACE_POINT = 1, PLACE_COUNTRY = 2 };

static bool is_name(const postern_missing *missing)
{
    return missing->kind == POSTERN_MISSING_GROUP ||
           missing->kind == POSTERN_MISSING_ROLE;
}

/* A fact that does not suffice may yet help with others, where rules cover the
 * attributes of the request together. */
static bool has_several_attributes(const struct pst_run *run)
{
    return run->request.attribute_count > 1;
}

/* Nobody is in no group and holds no role. [REQ-02] */
static bool is_somebody(const struct pst_run *run)
{
    return run->request.originator.kind == POSTERN_ID_ENTITY;
}

/* Whether it can be asked for, and was not. */
static bool is_open(const struct pst_run *run, const postern_missing *missing)
{
    const struct pst_inquiry *inquiry = &run->inquiry;

    switch (missing->kind) {
    case POSTERN_MISSING_GROUP:
        return is_somebody(run) && !is_known(&inquiry->groups, missing->id);
    case POSTERN_MISSING_ROLE:
        return is_somebody(run) && !is_known(&inquiry->roles, missing->id) &&
               pst_is_presented(run, missing->id);
    case POSTERN_MISSING_POINT:
        return !inquiry->location_asked;
    case POSTERN_MISSING_COUNTRY:
        return !inquiry->country_asked;
    case POSTERN_MISSING_TIME:
    case POSTERN_MISSING_ADDRESS:
    case POSTERN_MISSING_TYPES:
    case POSTERN_MISSING_ATTRIBUTES:
    default:
        return false; /* the caller knows these or nobody does */
    }
}

static void ask_name(struct search *search, const postern_missing *missing)
{
    struct pst_run *run = search->run;
    bool is_group = missing->kind == POSTERN_MISSING_GROUP;
    struct pst_memberships *known =
        is_group ? &run->inquiry.groups : &run->inquiry.roles;
    postern_reply reply =
        is_group ? pst_find_group(run, missing->id, PST_FROM_ANYBODY)
                 : pst_find_role(run, missing->id, PST_FROM_ANYBODY);

    search->learnt = learn(known, missing->id, reply);
    tell_request(run);
}

/* What was gathered about a rule is complete. */
static void end_rule(struct search *search)
{
    if (search->lists_names) {
        search->is_worth[PASS_OTHER_NAMES] |= search->lacks != 0;
        return;
    }
    search->is_worth[PASS_PLACES] |= search->helped_by != 0;
    if (search->pass != PASS_PLACES) {
        return;
    }
    if (search->helped_by & PLACE_POINT) {
        search->learnt = pst_find_point(search->run);
    }
    if ((search->helped_by & PLACE_COUNTRY) && !search->learnt) {
        search->learnt = pst_find_country(search->run);
    }
}

static void begin_rule(struct search *search, const postern_missing *missing)
{
    search->link = missing->link;
    search->rule = missing->rule;
    search->lists_names = false;
    search->lacks = 0;
    search->helped_by = 0;
}

static void gather(struct search *search, const postern_missing *missing)
{
    const struct pst_run *run = search->run;
    bool helps = missing->suffices || has_several_attributes(run);
    unsigned place =
        missing->kind == POSTERN_MISSING_POINT ? PLACE_POINT : PLACE_COUNTRY;

    if (is_name(missing)) {
        search->lists_names = true;
        search->is_worth[PASS_OTHER_NAMES] |=
            helps && !missing->suffices && is_open(run, missing);
    } else if (is_open(run, missing)) {
        search->lacks |= place;
        search->helped_by |= helps ? place : 0;
    }
}

/* False as soon as something was learnt: that may be enough. */
static bool hear(void *user, const postern_missing *missing)
{
    struct search *search = user;
    bool is_turn = missing->suffices ? search->pass == PASS_NAMES
                                     : search->pass == PASS_OTHER_NAMES;

    if (missing->link != search->link || missing->rule != search->rule) {
        end_rule(search);
        begin_rule(search, missing);
    }
    gather(search, missing);
    if (!search->learnt && is_name(missing) && is_turn &&
        is_open(search->run, missing)) {
        ask_name(search, missing);
    }
    return !search->learnt;
}

static bool run_pass(struct search *search, enum pass pass)
{
    const struct pst_links *links = &search->run->links;

    search->pass = pass;
    search->learnt = false;
    begin_rule(search, &(postern_missing){.link = UINT32_MAX});
    (void)postern_missing_links(links->links, links->count,
                                &search->run->request, hear, search);
    if (!search->learnt) {
        end_rule(search);
    }
    return search->learnt;
}

static void note_overflow(struct pst_run *run)
{
    static const char why[] =
        "are more than can be looked at in one decision: the rest does not "
        "count";

    if (run->inquiry.groups.overflowed) {
        pst_note(run, "groups of", run->primitive.from, why);
    }
    if (run->inquiry.roles.overflowed) {
        pst_note(run, "roles of", run->primitive.from, why);
    }
}

/* Names that take a place besides are of no use when no place is left to ask
 * for. */
static bool is_worth_other_names(const struct search *search)
{
    const struct pst_run *run = search->run;

    return search->is_worth[PASS_OTHER_NAMES] &&
           (!run->inquiry.location_asked || !run->inquiry.country_asked ||
            has_several_attributes(run));
}

bool pst_inquire(struct pst_run *run)
{
    struct search search = {.run = run};

    if (run_pass(&search, PASS_NAMES) ||
        (search.is_worth[PASS_PLACES] && run_pass(&search, PASS_PLACES)) ||
        (is_worth_other_names(&search) &&
         run_pass(&search, PASS_OTHER_NAMES))) {
        return true;
    }
    note_overflow(run);
    return false;
}

/* ---- for explanations --------------------------------------------------- */

/* Those that do not count are not kept: the host may know better, and the
 * second decision of a subscription may ask it. */
static void complete_role(struct pst_run *run, const postern_id *role)
{
    struct pst_memberships *known = &run->inquiry.roles;

    if (!is_known(known, role) &&
        pst_find_role(run, role, PST_FROM_RESOURCES) == POSTERN_REPLY_YES) {
        (void)hold(known, role);
    }
}

static void complete_roles_of_tokens(struct pst_run *run)
{
    const struct pst_tokens *tokens = &run->tokens;

    for (size_t i = 0; i < tokens->scoped_count; i++) {
        const postern_permission *permission = tokens->scoped[i].permission;

        for (size_t k = 0; permission->roles && k < permission->role_id_count;
             k++) {
            if (permission->roles[k].kind == POSTERN_ID_ROLE) {
                complete_role(run, &permission->roles[k]);
            }
        }
    }
}

static void complete_roles(struct pst_run *run)
{
    const postern_texts *claims = &run->primitive.role_ids;

    for (size_t i = 0; claims->items && i < claims->count; i++) {
        postern_id claim;

        if (!claims->items[i].data ||
            postern_id_parse_role(&claim, claims->items[i]) != POSTERN_OK) {
            pst_note_role(run, claims->items[i], "is no Role-ID");
        } else {
            complete_role(run, &claim);
        }
    }
    complete_roles_of_tokens(run);
    run->inquiry.roles_noted = true;
}

/* The text is gone after the call: one of a group it is in is kept. */
static bool complete_group(void *user, const postern_originator *originator)
{
    struct pst_run *run = user;
    struct pst_memberships *known = &run->inquiry.groups;
    const postern_cse *cse = run->view.prp->cse;
    postern_str text = postern_str_of(originator->text);
    postern_id group;

    if (strcmp(originator->kind, "group") != 0 ||
        postern_id_parse_resource(&group, cse, text) != POSTERN_OK ||
        is_known(known, &group) ||
        pst_find_group(run, &group, PST_FROM_RESOURCES) != POSTERN_REPLY_YES) {
        return true;
    }
    text = pst_shelve(&run->needed, text);
    return text.data &&
           postern_id_parse_resource(&group, cse, text) == POSTERN_OK &&
           hold(known, &group);
}

static void complete_groups(struct pst_run *run)
{
    static const postern_operation operations[] = {
        POSTERN_OP_CREATE, POSTERN_OP_RETRIEVE, POSTERN_OP_UPDATE,
        POSTERN_OP_DELETE, POSTERN_OP_NOTIFY,   POSTERN_OP_DISCOVERY};

    for (size_t i = 0; i < run->links.count; i++) {
        const postern_acp_link *link = &run->links.links[i];

        for (size_t k = 0; link->set && k < 6; k++) {
            (void)postern_acp_set_originators(
                link->set, link->ref, operations[k], complete_group, run);
        }
    }
}

void pst_inquire_for_links(struct pst_run *run)
{
    if (is_somebody(run)) {
        complete_roles(run);
        complete_groups(run);
        tell_request(run);
    }
}
