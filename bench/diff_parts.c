#include "bench/diff_parts.h"

#include <math.h>
#include <string.h>

enum {
    WORLD = 8,
    MANY_NAMES = 44,
    WIDE_ATTRIBUTES = 2 /* so many parts may ask for very many */
};

static bool one_in(struct rng *rng, uint32_t count)
{
    return rng_below(rng, count) == 0;
}

/* Some rule; NULL of a policy that has none. */
static const struct ref_rule *draw_rule(const struct diff_policy *policy,
                                        struct rng *rng)
{
    const struct ref_policy *of = &policy->policy;
    const struct ref_acp *acp =
        &of->acps[rng_below(rng, (uint32_t)of->acp_count)];
    const struct ref_rules *acrs =
        one_in(rng, 4) ? &acp->self_privileges : &acp->privileges;

    return acrs->count == 0
               ? NULL
               : &acrs->rules[rng_below(rng, (uint32_t)acrs->count)];
}

/* Parts of one number are about one rule, so that all of them together often
 * fit it. */
struct aim {
    size_t number;
    struct diff_policy *policy;
    const struct ref_rule *rule; /* or NULL */
};

static const struct ref_context *draw_context(const struct ref_rule *rule,
                                              struct rng *rng)
{
    return rule && rule->context_count
               ? &rule->contexts[rng_below(rng, (uint32_t)rule->context_count)]
               : NULL;
}

/* ---- who --------------------------------------------------------------- */

/* An identifier with something in the place of each star. */
static const char *fill_stars(struct diff_store *store, const char *pattern,
                              struct rng *rng)
{
    static const char *const fills[] = {"", "7", "ump", "p-7", "C", "pump7"};
    char out[GENERATED_TEXT * 2];
    size_t len = 0;

    for (; *pattern != '\0'; pattern++) {
        const char *fill = fills[rng_below(rng, GENERATE_COUNT(fills))];
        size_t more = *pattern == '*' ? strlen(fill) : 1;

        if (len + more >= sizeof out) {
            break;
        }
        memcpy(out + len, *pattern == '*' ? fill : pattern, more);
        len += more;
    }
    return diff_store_text(store, out, len);
}

/* One character more, less, or another one, at some place behind the first. */
static const char *misspell(struct diff_store *store, const char *text,
                            struct rng *rng)
{
    static const char others[] = "7pC/-.";
    size_t len = strlen(text);
    char *out = diff_store_text(store, text, len);
    size_t at;

    if (!out || len < 2) {
        return text;
    }
    at = 1 + rng_below(rng, (uint32_t)len - 1);
    if (one_in(rng, 3)) {
        out[len - 1] = '\0';
    } else {
        out[at] = others[rng_below(rng, sizeof others - 1)];
    }
    return out;
}

/* An AE of the domain, or a CSE of it. */
static const char *inhabitant(struct diff_store *store, const char *domain,
                              struct rng *rng)
{
    static const char *const inside[] = {"/Spump7", "/plant", "/gate/Cpump7"};
    const char *more = inside[rng_below(rng, GENERATE_COUNT(inside))];
    char out[GENERATED_TEXT * 2];
    size_t len = strlen(domain);

    if (len + strlen(more) >= sizeof out) {
        return NULL;
    }
    memcpy(out, domain, len);
    memcpy(out + len, more, strlen(more));
    return diff_store_text(store, out, len + strlen(more));
}

/* The resource under which a request carries the group of an entry. */
static const char *resource_of(const struct ref_policy *policy,
                               const char *entry)
{
    for (size_t i = 0; i < policy->group_name_count; i++) {
        if (strcmp(policy->group_names[i].entry, entry) == 0) {
            return policy->group_names[i].resource;
        }
    }
    return entry;
}

/* Names to be filled in: a list of `count` of them, or what there is. */
static void draw_names(struct diff_store *store, struct ref_list *list,
                       const char *first, size_t count, bool roles,
                       struct rng *rng)
{
    const char **names = diff_store_list(store, count);

    *list = (struct ref_list){NULL, 0};
    for (size_t i = 0; names && i < count; i++) {
        const char *name = roles ? diff_role_draw(store, WORLD * 4, rng)
                                 : diff_group_draw(store, WORLD * 4, rng);

        names[i] = name ? name : "";
    }
    if (names) {
        if (first && count > 0) {
            names[rng_below(rng, (uint32_t)count)] = first;
        }
        *list = (struct ref_list){names, count};
    }
}

/* One who fits the entry, or nearly. */
static void fit_entry(struct diff_store *store, struct ref_request *who,
                      const struct ref_policy *policy, const char *entry,
                      struct rng *rng)
{
    char canonical[REF_TEXT_SIZE];
    /* Very many: the one that fits is then found late. */
    size_t count = one_in(rng, 8) ? MANY_NAMES : 1 + rng_below(rng, 3);

    switch (ref_originator(policy, entry, canonical)) {
    case REF_KIND_ROLE:
        draw_names(store, &who->roles, entry, count, true, rng);
        return;
    case REF_KIND_GROUP:
        draw_names(store, &who->groups, resource_of(policy, entry), count,
                   false, rng);
        return;
    case REF_KIND_DOMAIN:
        who->from = inhabitant(store, canonical, rng);
        break;
    case REF_KIND_PATTERN:
        who->from = fill_stars(store, one_in(rng, 2) ? entry : canonical, rng);
        break;
    case REF_KIND_ENTITY:
        who->from = one_in(rng, 2)
                        ? entry
                        : diff_store_text(store, canonical, strlen(canonical));
        break;
    default:
        break;
    }
    if (who->from && one_in(rng, 8)) {
        who->from = misspell(store, who->from, rng);
    }
}

static void draw_who(struct diff_parts *out, const struct aim *aim,
                     struct rng *rng)
{
    const struct ref_rule *rule = aim->rule;
    size_t n = aim->number;
    struct ref_request *who = &out->parts.of[REF_WHO][n];

    *who = out->requests[n].rq;
    if (one_in(rng, 3)) {
        return;
    }
    who->from_unknown = false;
    who->authenticated = !one_in(rng, 4);
    if (one_in(rng, 3)) {
        who->from = diff_entity_draw(&out->store, WORLD, rng);
    }
    if (rule && rule->originators.count > 0) {
        uint32_t entry = rng_below(rng, (uint32_t)rule->originators.count);

        fit_entry(&out->store, who, &aim->policy->policy,
                  rule->originators.items[entry], rng);
    }
    if (n == 0 && one_in(rng, 4)) {
        draw_names(&out->store, &who->roles, NULL, MANY_NAMES, true, rng);
        draw_names(&out->store, &who->groups, NULL, rng_below(rng, MANY_NAMES),
                   false, rng);
    }
}

/* ---- when, from what address, where ------------------------------------ */

static void draw_address(struct diff_parts *out, const struct aim *aim,
                         struct rng *rng)
{
    size_t n = aim->number;
    struct ref_request *part = &out->parts.of[REF_ADDRESS][n];
    const struct ref_context *context = draw_context(aim->rule, rng);
    char base[GENERATED_TEXT];
    const char *prefix;
    size_t len;

    part->ip = out->requests[n].rq.ip;
    if (one_in(rng, 2) || !context || context->addresses.count == 0) {
        return;
    }
    prefix = context->addresses
                 .items[rng_below(rng, (uint32_t)context->addresses.count)];
    len = strcspn(prefix, "/");
    if (len >= sizeof base) {
        return;
    }
    memcpy(base, prefix, len);
    base[len] = '\0';
    generate_near_address(out->addresses[n], base, false,
                          diff_bytes(aim->policy, rng));
    part->ip = out->addresses[n];
}

/* So near to the edge that two correct formulas may differ: at distances like
 * those of the other side of the earth the haversine is a coarse one. */
static bool is_too_near(const struct ref_circle *circle,
                        const struct ref_request *place)
{
    double distance_m =
        ref_distance_m(circle->latitude_deg, circle->longitude_deg,
                       place->latitude_deg, place->longitude_deg);

    return distance_m > 0.0 && fabs(distance_m - circle->radius_m) <
                                   (distance_m < 1.5e7 ? 0.005 : 1.0);
}

static bool is_on_an_edge(const struct ref_rules *acrs,
                          const struct ref_request *place)
{
    for (size_t k = 0; k < acrs->count; k++) {
        for (size_t m = 0; m < acrs->rules[k].context_count; m++) {
            const struct ref_context *context = &acrs->rules[k].contexts[m];

            for (size_t i = 0; i < context->circle_count; i++) {
                if (is_too_near(&context->circles[i], place)) {
                    return true;
                }
            }
        }
    }
    return false;
}

static void draw_place(struct diff_parts *out, const struct aim *aim,
                       struct rng *rng)
{
    const struct diff_policy *policy = aim->policy;
    struct ref_request *part = &out->parts.of[REF_PLACE][aim->number];
    const struct ref_context *context = draw_context(aim->rule, rng);

    *part = out->requests[aim->number].rq;
    if (one_in(rng, 2)) {
        part->has_point = true;
        part->latitude_deg = policy->base.place->latitude_deg;
        part->longitude_deg = policy->base.place->longitude_deg;
    } else if (context && context->circle_count > 0 && one_in(rng, 2)) {
        part->has_point = true;
        part->latitude_deg = context->circles[0].latitude_deg;
        part->longitude_deg = context->circles[0].longitude_deg;
    }
    if (context && context->countries.count > 0 && one_in(rng, 2)) {
        part->country = context->countries.items[0];
    }
    for (size_t i = 0; part->has_point && i < policy->policy.acp_count; i++) {
        const struct ref_acp *acp = &policy->policy.acps[i];

        if (is_on_an_edge(&acp->privileges, part) ||
            is_on_an_edge(&acp->self_privileges, part)) {
            part->has_point = false;
        }
    }
}

/* ---- for what ---------------------------------------------------------- */

/* What the object details of a rule say, mostly. */
static void fit_details(struct ref_request *what,
                        const struct ref_details *details, struct rng *rng)
{
    what->operation = 1;
    if (details->resource_type != 0 && !one_in(rng, 8)) {
        what->target_type = details->resource_type;
    }
    if (details->child_type_count > 0 && !one_in(rng, 8)) {
        what->child_type = details->child_types[rng_below(
            rng, (uint32_t)details->child_type_count)];
    }
    if (details->specialization && !one_in(rng, 8)) {
        what->container_definition = details->specialization;
        what->mgmt_definition = one_in(rng, 2) ? 1006 : what->mgmt_definition;
    }
}

/* One of those that the rule allows. */
static int allowed(const struct ref_rule *rule, int otherwise, struct rng *rng)
{
    int operation = 1 + (int)rng_below(rng, 5);

    for (int i = 0; i < 5; i++) {
        if (rule->operations >> (operation - 1) & 1U) {
            return operation;
        }
        operation = operation % 5 + 1;
    }
    return otherwise;
}

static void draw_what(struct diff_parts *out, const struct aim *aim,
                      struct rng *rng)
{
    struct ref_request *what = &out->parts.of[REF_WHAT][aim->number];
    const struct ref_rule *rule = aim->rule;

    *what = out->requests[aim->number].rq;
    if (rule && one_in(rng, 3)) {
        what->operation = allowed(rule, what->operation, rng);
    }
    if (!one_in(rng, 3) && rule && rule->details_count > 0) {
        fit_details(
            what, &rule->details[rng_below(rng, (uint32_t)rule->details_count)],
            rng);
    }
}

static void draw_attributes(struct diff_parts *out, const struct aim *aim,
                            struct rng *rng)
{
    size_t n = aim->number;
    struct ref_list *list = &out->parts.of[REF_ATTRIBUTES][n].attributes;
    const struct ref_rule *rule = aim->rule;

    *list = out->requests[n].rq.attributes;
    if (n >= WIDE_ATTRIBUTES && list->count > GENERATED_LIST) {
        list->count = GENERATED_LIST;
    }
    if (one_in(rng, 4) || !rule || rule->attributes.count == 0) {
        return;
    }
    if (n < WIDE_ATTRIBUTES && rule->attributes.count <= REF_SHEET_ATTRIBUTES) {
        *list = rule->attributes;
        return;
    }
    for (size_t i = 0; i < GENERATED_LIST; i++) {
        const struct ref_rule *other = draw_rule(aim->policy, rng);

        if (other && other->attributes.count > 0) {
            rule = other; /* from here on: covered together, perhaps */
        }
        out->attributes[n][i] =
            rule->attributes
                .items[rng_below(rng, (uint32_t)rule->attributes.count)];
    }
    *list = (struct ref_list){out->attributes[n],
                              1 + rng_below(rng, GENERATED_LIST)};
}

void diff_parts_draw(struct diff_parts *out, struct diff_policy *policy,
                     struct rng *rng)
{
    static const size_t counts[REF_PARTS] = {
        [REF_WHO] = 16,  [REF_WHEN] = 10, [REF_ADDRESS] = DIFF_PARTS_LEAST,
        [REF_PLACE] = 8, [REF_WHAT] = 12, [REF_ATTRIBUTES] = 8};

    memcpy(out->parts.counts, counts, sizeof counts);
    out->store.text_bytes = out->store.entry_count = 0;
    for (size_t n = 0; n < REF_PARTS_MAX; n++) {
        const struct aim aim = {n, policy, draw_rule(policy, rng)};

        generate_request(&out->requests[n], &policy->base,
                         diff_bytes(policy, rng));
        out->parts.of[REF_WHEN][n] = out->requests[n].rq;
        draw_who(out, &aim, rng);
        draw_address(out, &aim, rng);
        draw_place(out, &aim, rng);
        draw_what(out, &aim, rng);
        draw_attributes(out, &aim, rng);
    }
}
