#include "reference/sheet.h"

#include <string.h>

/* ---- requests ---------------------------------------------------------- */

void ref_sheet_request(const struct ref_parts *parts,
                       const struct ref_choice *choice, struct ref_request *out)
{
    const struct ref_request *who = &parts->of[REF_WHO][choice->of[REF_WHO]];
    const struct ref_request *when = &parts->of[REF_WHEN][choice->of[REF_WHEN]];
    const struct ref_request *place =
        &parts->of[REF_PLACE][choice->of[REF_PLACE]];
    const struct ref_request *what = &parts->of[REF_WHAT][choice->of[REF_WHAT]];

    *out = (struct ref_request){
        .from = who->from,
        .from_unknown = who->from_unknown,
        .operation = what->operation,
        .filter_usage = what->filter_usage,
        .authenticated = who->authenticated,
        .time_known = when->time_known,
        .time_s = when->time_s,
        .ip = parts->of[REF_ADDRESS][choice->of[REF_ADDRESS]].ip,
        .has_point = place->has_point,
        .latitude_deg = place->latitude_deg,
        .longitude_deg = place->longitude_deg,
        .country = place->country,
        .target_type = what->target_type,
        .child_type = what->child_type,
        .container_definition = what->container_definition,
        .mgmt_definition = what->mgmt_definition,
        .roles = who->roles,
        .groups = who->groups,
        .attributes =
            parts->of[REF_ATTRIBUTES][choice->of[REF_ATTRIBUTES]].attributes,
    };
}

/* ---- notes ------------------------------------------------------------- */

static ref_noted bit(size_t number)
{
    return (ref_noted)1 << number;
}

static bool is_noted(ref_noted noted, const struct ref_choice *choice,
                     enum ref_part part)
{
    return noted & bit(choice->of[part]);
}

/* Keeps a canonical text; NULL when there is no more room. */
static const char *keep(struct ref_sheet *sheet, const char *text)
{
    size_t size = strlen(text) + 1;
    char *kept = sheet->texts + sheet->text_bytes;

    if (size > sizeof sheet->texts - sheet->text_bytes) {
        return NULL;
    }
    memcpy(kept, text, size);
    sheet->text_bytes += size;
    return kept;
}

static bool note_roles(struct ref_sheet *sheet, struct ref_names *names,
                       const struct ref_list *given)
{
    char canonical[REF_TEXT_SIZE];

    names->role_count = 0;
    for (size_t i = 0; i < given->count; i++) {
        if (names->role_count == REF_SHEET_NAMES) {
            return false;
        }
        if (ref_role(given->items[i], canonical)) {
            names->roles[names->role_count++] = keep(sheet, canonical);
        }
    }
    return true;
}

static bool note_groups(struct ref_sheet *sheet, struct ref_names *names,
                        const struct ref_list *given)
{
    char canonical[REF_TEXT_SIZE];

    names->group_count = 0;
    for (size_t i = 0; i < given->count; i++) {
        if (names->group_count == REF_SHEET_NAMES) {
            return false;
        }
        if (ref_resource(&sheet->policy->cse, given->items[i], canonical)) {
            names->groups[names->group_count++] = keep(sheet, canonical);
        }
    }
    return true;
}

static bool note_names(struct ref_sheet *sheet, size_t n)
{
    const struct ref_request *who = &sheet->parts->of[REF_WHO][n];
    struct ref_names *names = &sheet->names[n];
    char canonical[REF_TEXT_SIZE];

    names->valid = ref_originator_of(sheet->policy, who, canonical);
    names->originator = keep(sheet, names->valid ? canonical : "");
    return note_roles(sheet, names, &who->roles) &&
           note_groups(sheet, names, &who->groups);
}

static bool is_among(const char *const *texts, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(texts[i], text) == 0) {
            return true;
        }
    }
    return false;
}

/* As the plain evaluator: an entry and one who asks. */
static bool fits(enum ref_kind kind, const char *canonical,
                 const struct ref_names *names)
{
    if (!names->valid) {
        return false;
    }
    if (ref_fits_by_name(kind, canonical, names->originator)) {
        return true;
    }
    if (names->originator[0] == '\0') {
        return false; /* [REQ-02] */
    }
    return (kind == REF_KIND_ROLE &&
            is_among(names->roles, names->role_count, canonical)) ||
           (kind == REF_KIND_GROUP &&
            is_among(names->groups, names->group_count, canonical));
}

static void note_originators(const struct ref_sheet *sheet,
                             struct ref_noted_rule *out)
{
    const struct ref_list *entries = &out->rule->originators;
    char canonical[REF_TEXT_SIZE];

    memset(out->fits, 0, sizeof out->fits);
    for (size_t i = 0; i < entries->count; i++) {
        enum ref_kind kind =
            ref_originator(sheet->policy, entries->items[i], canonical);

        for (size_t n = 0; n < sheet->parts->counts[REF_WHO]; n++) {
            if (fits(kind, canonical, &sheet->names[n])) {
                out->fits[n] |= (uint8_t)(1U << kind);
            }
        }
    }
}

static void note_attributes(const struct ref_sheet *sheet,
                            struct ref_noted_rule *out)
{
    const struct ref_list *own = &out->rule->attributes;

    for (size_t n = 0; own->items && n < sheet->parts->counts[REF_ATTRIBUTES];
         n++) {
        const struct ref_list *asked =
            &sheet->parts->of[REF_ATTRIBUTES][n].attributes;

        memset(out->listed[n], 0, sizeof out->listed[n]);
        for (size_t i = 0; i < asked->count; i++) {
            if (is_among(own->items, own->count, asked->items[i])) {
                out->listed[n][i / 64] |= (uint64_t)1 << i % 64;
            }
        }
    }
}

static void note_context(const struct ref_sheet *sheet,
                         const struct ref_context *context,
                         struct ref_noted_context *out)
{
    const struct ref_parts *parts = sheet->parts;

    *out = (struct ref_noted_context){0, 0, 0};
    for (size_t n = 0; n < parts->counts[REF_WHEN]; n++) {
        if (ref_res_time(context, &parts->of[REF_WHEN][n])) {
            out->time |= bit(n);
        }
    }
    for (size_t n = 0; n < parts->counts[REF_ADDRESS]; n++) {
        if (ref_res_ip(context, &parts->of[REF_ADDRESS][n])) {
            out->ip |= bit(n);
        }
    }
    for (size_t n = 0; n < parts->counts[REF_PLACE]; n++) {
        if (ref_res_loc(context, &parts->of[REF_PLACE][n])) {
            out->loc |= bit(n);
        }
    }
}

static bool note_contexts(struct ref_sheet *sheet, struct ref_noted_rule *out)
{
    size_t count = out->rule->context_count;

    out->first_context = sheet->context_count;
    if (count > REF_SHEET_CONTEXTS - sheet->context_count) {
        return false;
    }
    for (size_t m = 0; m < count; m++) {
        note_context(sheet, &out->rule->contexts[m],
                     &sheet->contexts[sheet->context_count++]);
    }
    return true;
}

static bool note_rule(struct ref_sheet *sheet, const struct ref_rule *rule)
{
    const struct ref_parts *parts = sheet->parts;
    struct ref_noted_rule *out;

    if (sheet->rule_count == REF_SHEET_RULES) {
        return false;
    }
    out = &sheet->rules[sheet->rule_count++];
    out->rule = rule;
    out->valid = ref_rule_is_valid(sheet->policy, rule);
    out->authn = out->ops = out->objd = 0;
    for (size_t n = 0; n < parts->counts[REF_WHO]; n++) {
        if (ref_res_authn(rule, &parts->of[REF_WHO][n])) {
            out->authn |= bit(n);
        }
    }
    for (size_t n = 0; n < parts->counts[REF_WHAT]; n++) {
        if (ref_res_ops(rule, &parts->of[REF_WHAT][n])) {
            out->ops |= bit(n);
        }
        if (ref_res_objd(rule, &parts->of[REF_WHAT][n])) {
            out->objd |= bit(n);
        }
    }
    note_originators(sheet, out);
    note_attributes(sheet, out);
    return note_contexts(sheet, out);
}

static bool note_rules(struct ref_sheet *sheet, const struct ref_rules *acrs)
{
    for (size_t k = 0; k < acrs->count; k++) {
        if (!note_rule(sheet, &acrs->rules[k])) {
            return false;
        }
    }
    return true;
}

static bool note_acp(struct ref_sheet *sheet, size_t i)
{
    const struct ref_acp *acp = &sheet->policy->acps[i];

    sheet->in_force[i] = 0;
    for (size_t n = 0; n < sheet->parts->counts[REF_WHEN]; n++) {
        if (ref_is_in_force(acp, &sheet->parts->of[REF_WHEN][n])) {
            sheet->in_force[i] |= bit(n);
        }
    }
    sheet->first_rule[i][0] = sheet->rule_count;
    if (!note_rules(sheet, &acp->privileges)) {
        return false;
    }
    sheet->first_rule[i][1] = sheet->rule_count;
    return note_rules(sheet, &acp->self_privileges);
}

/* Whether a request says who asks depends on REF_WHO, whether it says for what
 * on REF_WHAT: each is asked with the other one beyond doubt. */
static void note_requests(struct ref_sheet *sheet)
{
    struct ref_request rq;

    sheet->who_is_valid = sheet->what_is_valid = 0;
    for (size_t n = 0; n < sheet->parts->counts[REF_WHO]; n++) {
        rq = sheet->parts->of[REF_WHO][n];
        rq.operation = 1;
        if (ref_request_is_valid(sheet->policy, &rq)) {
            sheet->who_is_valid |= bit(n);
        }
    }
    for (size_t n = 0; n < sheet->parts->counts[REF_WHAT]; n++) {
        rq = sheet->parts->of[REF_WHAT][n];
        rq.from = NULL;
        rq.from_unknown = false;
        if (ref_request_is_valid(sheet->policy, &rq)) {
            sheet->what_is_valid |= bit(n);
        }
    }
}

static bool parts_fit(const struct ref_parts *parts)
{
    for (size_t part = 0; part < REF_PARTS; part++) {
        if (parts->counts[part] > REF_PARTS_MAX) {
            return false;
        }
    }
    for (size_t n = 0; n < parts->counts[REF_ATTRIBUTES]; n++) {
        if (parts->of[REF_ATTRIBUTES][n].attributes.count >
            REF_SHEET_ATTRIBUTES) {
            return false;
        }
    }
    return true;
}

bool ref_sheet_fill(struct ref_sheet *sheet, const struct ref_policy *policy,
                    const struct ref_parts *parts)
{
    sheet->policy = policy;
    sheet->parts = parts;
    sheet->rule_count = sheet->context_count = sheet->text_bytes = 0;
    if (policy->acp_count > REF_ACPS_MAX || !parts_fit(parts)) {
        return false;
    }
    for (size_t n = 0; n < parts->counts[REF_WHO]; n++) {
        if (!note_names(sheet, n)) {
            return false;
        }
    }
    if (sheet->text_bytes > sizeof sheet->texts - REF_TEXT_SIZE) {
        return false; /* then no text was left out, either */
    }
    note_requests(sheet);
    for (size_t i = 0; i < policy->acp_count; i++) {
        if (!note_acp(sheet, i)) {
            return false;
        }
    }
    return true;
}

/* ---- the clause over the notes ----------------------------------------- */

bool ref_sheet_is_valid(const struct ref_sheet *sheet,
                        const struct ref_choice *choice)
{
    return is_noted(sheet->who_is_valid, choice, REF_WHO) &&
           is_noted(sheet->what_is_valid, choice, REF_WHAT);
}

bool ref_sheet_context_holds(const struct ref_sheet *sheet,
                             const struct ref_noted_rule *rule, size_t m,
                             const struct ref_choice *choice)
{
    const struct ref_noted_context *context =
        &sheet->contexts[rule->first_context + m];

    return is_noted(context->time, choice, REF_WHEN) &&
           is_noted(context->ip, choice, REF_ADDRESS) &&
           is_noted(context->loc, choice, REF_PLACE);
}

static bool res_ctxts(const struct ref_sheet *sheet,
                      const struct ref_noted_rule *acr,
                      const struct ref_choice *choice)
{
    if (acr->rule->context_count == 0) {
        return true; /* [CTX-01] */
    }
    for (size_t m = 0; m < acr->rule->context_count; m++) {
        if (ref_sheet_context_holds(sheet, acr, m, choice)) {
            return true;
        }
    }
    return false;
}

static bool is_evaluated(const struct ref_sheet *sheet, size_t acp,
                         const struct ref_noted_rule *acr,
                         const struct ref_choice *choice)
{
    return acr->valid && ref_sheet_is_valid(sheet, choice) &&
           is_noted(sheet->in_force[acp], choice, REF_WHEN);
}

/* [DEC-04] */
static bool res_acr(const struct ref_sheet *sheet, size_t acp,
                    const struct ref_noted_rule *acr,
                    const struct ref_choice *choice)
{
    return is_noted(acr->authn, choice, REF_WHO) &&
           acr->fits[choice->of[REF_WHO]] != 0 &&
           is_noted(acr->ops, choice, REF_WHAT) &&
           res_ctxts(sheet, acr, choice) &&
           is_noted(acr->objd, choice, REF_WHAT) &&
           is_evaluated(sheet, acp, acr, choice);
}

/* Attributes asked for: the first `count` bits. */
static uint64_t asked_for(size_t count, size_t word)
{
    size_t before = word * 64;

    if (count <= before) {
        return 0;
    }
    return count - before >= 64 ? UINT64_MAX
                                : ((uint64_t)1 << (count - before)) - 1;
}

static bool are_all(const uint64_t listed[REF_SHEET_ATTRIBUTES / 64],
                    size_t count)
{
    for (size_t word = 0; word < REF_SHEET_ATTRIBUTES / 64; word++) {
        if ((asked_for(count, word) & ~listed[word]) != 0) {
            return false;
        }
    }
    return count > 0;
}

static size_t attributes_of(const struct ref_sheet *sheet,
                            const struct ref_choice *choice)
{
    return sheet->parts->of[REF_ATTRIBUTES][choice->of[REF_ATTRIBUTES]]
        .attributes.count;
}

static const struct ref_noted_rule *noted_rule(const struct ref_sheet *sheet,
                                               const struct ref_link *link,
                                               size_t rule)
{
    return &sheet->rules[sheet->first_rule[link->acp][link->self] + rule];
}

struct ref_terms ref_sheet_terms(const struct ref_sheet *sheet,
                                 const struct ref_link *link, size_t rule,
                                 const struct ref_choice *choice)
{
    const struct ref_noted_rule *acr = noted_rule(sheet, link, rule);

    return (struct ref_terms){
        .valid = is_evaluated(sheet, link->acp, acr, choice),
        .authn = is_noted(acr->authn, choice, REF_WHO),
        .origs = acr->fits[choice->of[REF_WHO]] != 0,
        .ops = is_noted(acr->ops, choice, REF_WHAT),
        .ctxts = res_ctxts(sheet, acr, choice),
        .objd = is_noted(acr->objd, choice, REF_WHAT),
        .attrs = !acr->rule->attributes.items ||
                 are_all(acr->listed[choice->of[REF_ATTRIBUTES]],
                         attributes_of(sheet, choice)),
        .res_acr = res_acr(sheet, link->acp, acr, choice),
    };
}

/* A true rule without accessControlAttributes permits. Otherwise what true
 * rules list counts together. */
bool ref_sheet_res_acrs(const struct ref_sheet *sheet,
                        const struct ref_link *links, size_t link_count,
                        const struct ref_choice *choice)
{
    uint64_t listed[REF_SHEET_ATTRIBUTES / 64] = {0};

    for (size_t i = 0; i < link_count; i++) {
        const struct ref_acp *acp = links[i].acp < sheet->policy->acp_count
                                        ? &sheet->policy->acps[links[i].acp]
                                        : NULL;
        size_t count = 0; /* [PRP-07] */

        if (acp) {
            count = links[i].self ? acp->self_privileges.count
                                  : acp->privileges.count;
        }
        for (size_t k = 0; k < count; k++) {
            const struct ref_noted_rule *acr = noted_rule(sheet, &links[i], k);

            if (!res_acr(sheet, links[i].acp, acr, choice)) {
                continue;
            }
            if (acr->rule->attributes.items == NULL) {
                return true;
            }
            for (size_t word = 0; word < REF_SHEET_ATTRIBUTES / 64; word++) {
                listed[word] |= acr->listed[choice->of[REF_ATTRIBUTES]][word];
            }
        }
    }
    return are_all(listed, attributes_of(sheet, choice));
}
