#include "bench/diff_features.h"

#include <math.h>
#include <string.h>

const char *const diff_feature_names[DIFF_FEATURES] = {
    [DIFF_ALL] = "all",
    [DIFF_DOMAIN] = "domain",
    [DIFF_WILDCARD] = "wildcard",
    [DIFF_GROUP] = "group",
    [DIFF_ROLE] = "role",
    [DIFF_ENTITY] = "identifier",
    [DIFF_AUTHN] = "authentication flag",
    [DIFF_OPERATIONS] = "operations",
    [DIFF_SECOND] = "window: second",
    [DIFF_MINUTE] = "window: minute",
    [DIFF_HOUR] = "window: hour",
    [DIFF_DAY] = "window: day of month",
    [DIFF_MONTH] = "window: month",
    [DIFF_WEEKDAY] = "window: day of week",
    [DIFF_YEAR] = "window: year",
    [DIFF_IPV4] = "IPv4 prefix",
    [DIFF_IPV6] = "IPv6 prefix",
    [DIFF_MAPPED] = "prefix of mapped addresses",
    [DIFF_CIRCLE] = "circle",
    [DIFF_EDGE] = "circle, within 5 m of its edge",
    [DIFF_POLE] = "circle over a pole",
    [DIFF_ANTIMERIDIAN] = "circle over the antimeridian",
    [DIFF_COUNTRY] = "country",
    [DIFF_DETAILS] = "object details",
    [DIFF_SPECIALIZATION] = "specialization",
    [DIFF_ATTRIBUTES] = "attributes",
    [DIFF_WIDE_ATTRIBUTES] = "attributes, more than 64 asked for",
    [DIFF_NEVER] = "a rule that is never true",
    [DIFF_EXPIRY] = "expirationTime",
    [DIFF_SELF] = "self-privileges linked",
    [DIFF_NO_ORIGINATOR] = "no originator",
    [DIFF_NO_TIME] = "no time",
    [DIFF_NO_ADDRESS] = "no address",
    [DIFF_NO_PLACE] = "no point, no country",
    [DIFF_MAPPED_REQUEST] = "mapped address of the request",
    [DIFF_SEVERAL_ACPS] = "several ACPs linked",
    [DIFF_MISSING_ACP] = "an ACP that is not there linked",
    [DIFF_TOGETHER] = "attributes covered together",
    [DIFF_MANY_RULES_OF_ACP] = "an ACP of more than 16 rules",
    [DIFF_MANY_ENTRIES_OF_ACP] = "an ACP of more than 64 originators",
    [DIFF_MANY_ACPS_OF_SET] = "one of more than 64 ACPs",
    [DIFF_MANY_NAMES_OF_ONE] = "one who has more than 32 names",
};

static uint64_t bit(enum diff_feature feature)
{
    return (uint64_t)1 << feature;
}

/* ---- what a policy has ------------------------------------------------- */

/* Fields of windows that are not "*". */
static uint64_t of_windows(const struct ref_list *windows)
{
    uint64_t features = 0;

    for (size_t i = 0; i < windows->count; i++) {
        const char *at = windows->items[i];

        for (size_t field = 0; field < 7 && *at != '\0'; field++) {
            size_t length = strcspn(at, " ");

            if (length != 1 || *at != '*') {
                features |= bit((enum diff_feature)(DIFF_SECOND + field));
            }
            at += length;
            at += strspn(at, " ");
        }
    }
    return features;
}

static uint64_t of_addresses(const struct ref_list *addresses)
{
    uint64_t features = 0;

    for (size_t i = 0; i < addresses->count; i++) {
        const char *text = addresses->items[i];

        features |= bit(strchr(text, ':') ? DIFF_IPV6 : DIFF_IPV4);
        if (strncmp(text, "::ffff:", 7) == 0) {
            features |= bit(DIFF_MAPPED);
        }
    }
    return features;
}

/* Degrees that the radius is at least as long as, roughly. */
static uint64_t of_circle(const struct ref_circle *circle,
                          const struct generated_place *place)
{
    double radius_deg = circle->radius_m / 111000.0;
    double distance_m =
        ref_distance_m(circle->latitude_deg, circle->longitude_deg,
                       place->latitude_deg, place->longitude_deg);
    uint64_t features = bit(DIFF_CIRCLE);

    if (fabs(distance_m - circle->radius_m) < 5.0) {
        features |= bit(DIFF_EDGE);
    }
    if (fabs(circle->latitude_deg) + radius_deg > 90.0) {
        features |= bit(DIFF_POLE);
    }
    if (fabs(circle->longitude_deg) + radius_deg > 180.0) {
        features |= bit(DIFF_ANTIMERIDIAN);
    }
    return features;
}

static uint64_t of_context(const struct ref_context *context,
                           const struct generated_place *place)
{
    uint64_t features =
        of_windows(&context->windows) | of_addresses(&context->addresses);

    for (size_t i = 0; i < context->circle_count; i++) {
        features |= of_circle(&context->circles[i], place);
    }
    return context->countries.items ? features | bit(DIFF_COUNTRY) : features;
}

static uint64_t of_kinds(unsigned kinds)
{
    static const struct {
        enum ref_kind kind;
        enum diff_feature feature;
    } all[] = {
        {REF_KIND_ALL, DIFF_ALL},       {REF_KIND_ROLE, DIFF_ROLE},
        {REF_KIND_DOMAIN, DIFF_DOMAIN}, {REF_KIND_PATTERN, DIFF_WILDCARD},
        {REF_KIND_GROUP, DIFF_GROUP},   {REF_KIND_ENTITY, DIFF_ENTITY},
    };
    uint64_t features = 0;

    for (size_t i = 0; i < GENERATE_COUNT(all); i++) {
        if (kinds >> all[i].kind & 1U) {
            features |= bit(all[i].feature);
        }
    }
    return features;
}

static void of_rule(struct diff_rule_features *out, const struct ref_rule *rule,
                    const struct ref_policy *policy)
{
    char canonical[REF_TEXT_SIZE];
    unsigned kinds = 0;

    for (size_t i = 0; i < rule->originators.count; i++) {
        kinds |=
            1U << ref_originator(policy, rule->originators.items[i], canonical);
    }
    *out = (struct diff_rule_features){
        .originators = of_kinds(kinds),
        .authn = rule->authentication_flag ? bit(DIFF_AUTHN) : 0,
        .operations = rule->operations != 63 ? bit(DIFF_OPERATIONS) : 0,
        .details = rule->details_count ? bit(DIFF_DETAILS) : 0,
        .attributes = rule->attributes.items ? bit(DIFF_ATTRIBUTES) : 0,
        .rule = bit(DIFF_NEVER),
    };
    for (size_t m = 0; m < rule->details_count; m++) {
        if (rule->details[m].specialization_kind != REF_SPECIALIZATION_NONE) {
            out->details |= bit(DIFF_SPECIALIZATION);
        }
    }
}

static size_t entries_of(const struct ref_rules *acrs)
{
    size_t count = 0;

    for (size_t k = 0; k < acrs->count; k++) {
        count += acrs->rules[k].originators.count;
    }
    return count;
}

static uint64_t of_acp(const struct ref_acp *acp)
{
    uint64_t features = 0;

    if (acp->expires_s != REF_NEVER_EXPIRES) {
        features |= bit(DIFF_EXPIRY);
    }
    if (acp->privileges.count > DIFF_MANY_RULES) {
        features |= bit(DIFF_MANY_RULES_OF_ACP);
    }
    if (entries_of(&acp->privileges) > DIFF_MANY_ENTRIES) {
        features |= bit(DIFF_MANY_ENTRIES_OF_ACP);
    }
    return features;
}

void diff_features_of(struct diff_features *out, const struct ref_sheet *sheet,
                      const struct diff_policy *policy)
{
    for (size_t k = 0; k < sheet->rule_count; k++) {
        const struct ref_noted_rule *rule = &sheet->rules[k];

        of_rule(&out->rules[k], rule->rule, &policy->policy);
        for (size_t m = 0; m < rule->rule->context_count; m++) {
            out->contexts[rule->first_context + m] =
                of_context(&rule->rule->contexts[m], policy->base.place);
        }
    }
    for (size_t i = 0; i < policy->policy.acp_count; i++) {
        out->acps[i] = of_acp(&policy->policy.acps[i]);
    }
}

/* ---- counting ---------------------------------------------------------- */

static void count(uint64_t counts[DIFF_FEATURES], uint64_t features)
{
    for (size_t i = 0; features != 0; i++, features >>= 1) {
        counts[i] += features & 1;
    }
}

static void count_acp(struct diff_counts *counts, const struct ref_rules *acrs)
{
    counts->rules += acrs->count;
    counts->originators += entries_of(acrs);
    for (size_t k = 0; k < acrs->count; k++) {
        counts->contexts += acrs->rules[k].context_count;
    }
}

void diff_count_policy(struct diff_counts *counts,
                       const struct ref_policy *policy)
{
    counts->policies++;
    counts->acps += policy->acp_count;
    for (size_t i = 0; i < policy->acp_count; i++) {
        count_acp(counts, &policy->acps[i].privileges);
        count_acp(counts, &policy->acps[i].self_privileges);
    }
}

/* Of the contexts, those that hold; or all of them. */
static uint64_t of_contexts(const struct diff_features *features,
                            const struct ref_sheet *sheet,
                            const struct ref_noted_rule *rule,
                            const struct ref_choice *choice)
{
    uint64_t found = 0;

    for (size_t m = 0; m < rule->rule->context_count; m++) {
        if (!choice || ref_sheet_context_holds(sheet, rule, m, choice)) {
            found |= features->contexts[rule->first_context + m];
        }
    }
    return found;
}

static const struct ref_request *part_of(const struct ref_sheet *sheet,
                                         const struct ref_choice *choice,
                                         enum ref_part part)
{
    return &sheet->parts->of[part][choice->of[part]];
}

static uint64_t of_attributes(const struct diff_rule_features *rule,
                              const struct ref_sheet *sheet,
                              const struct ref_choice *choice)
{
    bool wide = part_of(sheet, choice, REF_ATTRIBUTES)->attributes.count > 64;

    return rule->attributes && wide
               ? rule->attributes | bit(DIFF_WIDE_ATTRIBUTES)
               : rule->attributes;
}

static void count_permit(struct diff_counts *counts,
                         const struct diff_features *features,
                         const struct ref_sheet *sheet,
                         const struct diff_outcome *outcome)
{
    size_t k = sheet->first_rule[outcome->link.acp][outcome->link.self] +
               outcome->rule;
    const struct diff_rule_features *rule = &features->rules[k];
    const struct ref_choice *choice = outcome->choice;
    uint64_t found = of_kinds(sheet->rules[k].fits[choice->of[REF_WHO]]);

    found |= rule->authn | rule->operations;
    found |= features->acps[outcome->link.acp] & bit(DIFF_EXPIRY);
    found |= of_contexts(features, sheet, &sheet->rules[k], choice);
    found |= of_attributes(rule, sheet, choice);
    if (part_of(sheet, choice, REF_WHAT)->operation == 1) {
        found |= rule->details;
    }
    count(counts->permitted_by, found);
}

/* What was in the way of a rule, if it was one thing only. */
static uint64_t in_the_way(const struct diff_features *features,
                           const struct ref_sheet *sheet,
                           const struct diff_outcome *outcome,
                           const struct ref_link *link, size_t rule)
{
    struct ref_terms terms =
        ref_sheet_terms(sheet, link, rule, outcome->choice);
    size_t k = sheet->first_rule[link->acp][link->self] + rule;
    const struct diff_rule_features *own = &features->rules[k];
    int missing = !terms.valid + !terms.authn + !terms.origs + !terms.ops +
                  !terms.ctxts + !terms.objd + !terms.attrs;

    if (missing != 1) {
        return 0;
    }
    if (!terms.valid) {
        return sheet->rules[k].valid
                   ? features->acps[link->acp] & bit(DIFF_EXPIRY)
                   : own->rule;
    }
    if (!terms.authn || !terms.ops) {
        return terms.ops ? own->authn : own->operations;
    }
    if (!terms.origs) {
        return own->originators;
    }
    if (!terms.ctxts) {
        return of_contexts(features, sheet, &sheet->rules[k], NULL);
    }
    return terms.attrs ? own->details
                       : of_attributes(own, sheet, outcome->choice);
}

static void count_denial(struct diff_counts *counts,
                         const struct diff_features *features,
                         const struct ref_sheet *sheet,
                         const struct diff_outcome *outcome)
{
    uint64_t found = 0;

    for (size_t i = 0; i < outcome->link_count; i++) {
        const struct ref_link *link = &outcome->links[i];
        const struct ref_acp *acp;
        size_t rules;

        if (link->acp >= sheet->policy->acp_count) {
            continue;
        }
        acp = &sheet->policy->acps[link->acp];
        rules = link->self ? acp->self_privileges.count : acp->privileges.count;
        for (size_t k = 0; k < rules; k++) {
            found |= in_the_way(features, sheet, outcome, link, k);
        }
    }
    count(counts->denied_by, found);
}

static uint64_t of_request(const struct ref_sheet *sheet,
                           const struct ref_choice *choice)
{
    const struct ref_request *who = part_of(sheet, choice, REF_WHO);
    const struct ref_request *place = part_of(sheet, choice, REF_PLACE);
    const char *ip = part_of(sheet, choice, REF_ADDRESS)->ip;
    uint64_t found = 0;

    found |= !who->from && !who->from_unknown ? bit(DIFF_NO_ORIGINATOR) : 0;
    found |= who->roles.count + who->groups.count > DIFF_MANY_NAMES
                 ? bit(DIFF_MANY_NAMES_OF_ONE)
                 : 0;
    found |=
        part_of(sheet, choice, REF_WHEN)->time_known ? 0 : bit(DIFF_NO_TIME);
    found |= ip ? 0 : bit(DIFF_NO_ADDRESS);
    found |=
        ip && strncmp(ip, "::ffff:", 7) == 0 ? bit(DIFF_MAPPED_REQUEST) : 0;
    found |= place->has_point || place->country ? 0 : bit(DIFF_NO_PLACE);
    return found;
}

static uint64_t of_links(const struct diff_features *features,
                         const struct ref_sheet *sheet,
                         const struct diff_outcome *outcome)
{
    uint64_t found = outcome->link_count > 1 ? bit(DIFF_SEVERAL_ACPS) : 0;

    for (size_t i = 0; i < outcome->link_count; i++) {
        const struct ref_link *link = &outcome->links[i];

        if (link->acp >= sheet->policy->acp_count) {
            found |= bit(DIFF_MISSING_ACP);
            continue;
        }
        found |= link->self ? bit(DIFF_SELF)
                            : features->acps[link->acp] & ~bit(DIFF_EXPIRY);
    }
    return found;
}

void diff_count_case(struct diff_counts *counts,
                     const struct diff_features *features,
                     const struct ref_sheet *sheet,
                     const struct diff_outcome *outcome)
{
    uint64_t found =
        of_request(sheet, outcome->choice) | of_links(features, sheet, outcome);

    if (sheet->policy->acp_count > DIFF_FEW_ACPS) {
        found |= bit(DIFF_MANY_ACPS_OF_SET);
    }
    counts->counted++;
    if (outcome->permits) {
        count_permit(counts, features, sheet, outcome);
        count(counts->permitted_by,
              outcome->together ? found | bit(DIFF_TOGETHER) : found);
    } else {
        count_denial(counts, features, sheet, outcome);
        count(counts->denied_by, found);
    }
}

void diff_counts_add(struct diff_counts *sum, const struct diff_counts *more)
{
    sum->cases += more->cases;
    sum->counted += more->counted;
    sum->permits += more->permits;
    sum->policies += more->policies;
    sum->acps += more->acps;
    sum->rules += more->rules;
    sum->originators += more->originators;
    sum->contexts += more->contexts;
    for (size_t i = 0; i < DIFF_WAYS; i++) {
        sum->ways[i] += more->ways[i];
    }
    for (size_t i = 0; i < DIFF_FEATURES; i++) {
        sum->permitted_by[i] += more->permitted_by[i];
        sum->denied_by[i] += more->denied_by[i];
    }
}
