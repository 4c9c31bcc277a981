/*
 * Whether one rule permits all that another one permits: every term of it must
 * be at least as wide. Lists are compared as sets of what is written, so that
 * two ways to write one thing may count as different: then nothing is reported.
 */
#include "policy-lang/check_table.h"

#include "base/str.h"

#include <postern/pdp.h>

/* ---- lists of texts ---------------------------------------------------- */

struct texts {
    const postern_str *items;
    size_t count;
};

static bool holds_text(struct pst_check *check, const struct texts *list,
                       postern_str text)
{
    for (size_t i = 0; i < list->count; i++) {
        if (!pst_check_spend(check, 1)) {
            return false;
        }
        if (pst_str_equal(list->items[i], text)) {
            return true;
        }
    }
    return false;
}

/* Whether the wide list, where none is no limit, has all texts of the other. */
static bool texts_cover(struct pst_check *check, const struct texts *wide,
                        const struct texts *narrow)
{
    if (wide->count == 0) {
        return true;
    }
    for (size_t i = 0; i < narrow->count; i++) {
        if (!holds_text(check, wide, narrow->items[i])) {
            return false;
        }
    }
    return narrow->count > 0;
}

/* ---- contexts ---------------------------------------------------------- */

/* Neither is a NaN: a circle is in range. */
static bool same_number(double a, double b)
{
    return !(a < b) && !(a > b);
}

static bool same_circle(const postern_circle *a, const postern_circle *b)
{
    return same_number(a->latitude_deg, b->latitude_deg) &&
           same_number(a->longitude_deg, b->longitude_deg) &&
           same_number(a->radius_m, b->radius_m);
}

static bool holds_circle(struct pst_check *check, const postern_context *wide,
                         const postern_circle *circle)
{
    for (size_t i = 0; i < wide->circle_count; i++) {
        if (!pst_check_spend(check, 1)) {
            return false;
        }
        if (same_circle(&wide->circles[i], circle)) {
            return true;
        }
    }
    return false;
}

static bool location_covers(struct pst_check *check,
                            const postern_context *wide,
                            const postern_context *narrow)
{
    struct texts countries = {wide->countries, wide->country_count};

    if (wide->circle_count + wide->country_count == 0) {
        return true;
    }
    for (size_t i = 0; i < narrow->circle_count; i++) {
        if (!holds_circle(check, wide, &narrow->circles[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < narrow->country_count; i++) {
        if (!holds_text(check, &countries, narrow->countries[i])) {
            return false;
        }
    }
    return narrow->circle_count + narrow->country_count > 0;
}

static bool context_covers(struct pst_check *check, const postern_context *wide,
                           const postern_context *narrow)
{
    struct texts windows = {wide->windows, wide->window_count};
    struct texts addresses = {wide->addresses, wide->address_count};
    struct texts narrow_windows = {narrow->windows, narrow->window_count};
    struct texts narrow_addresses = {narrow->addresses, narrow->address_count};

    return pst_check_spend(check, 1) &&
           texts_cover(check, &windows, &narrow_windows) &&
           texts_cover(check, &addresses, &narrow_addresses) &&
           location_covers(check, wide, narrow);
}

static bool some_context_covers(struct pst_check *check,
                                const postern_rule *wide,
                                const postern_context *narrow)
{
    for (size_t i = 0; i < wide->context_count; i++) {
        if (context_covers(check, &wide->contexts[i], narrow)) {
            return true;
        }
    }
    return false;
}

/* [CTX-01] [CTX-02] */
static bool contexts_cover(struct pst_check *check, const postern_rule *wide,
                           const postern_rule *narrow)
{
    if (wide->context_count == 0) {
        return true;
    }
    for (size_t i = 0; i < narrow->context_count; i++) {
        if (!some_context_covers(check, wide, &narrow->contexts[i])) {
            return false;
        }
    }
    return narrow->context_count > 0;
}

/* ---- object details ---------------------------------------------------- */

static bool holds_type(struct pst_check *check,
                       const postern_object_details *details, uint32_t type)
{
    for (size_t i = 0; i < details->child_type_count; i++) {
        if (!pst_check_spend(check, 1)) {
            return false;
        }
        if (details->child_types[i] == type) {
            return true;
        }
    }
    return false;
}

static bool detail_covers(struct pst_check *check,
                          const postern_object_details *wide,
                          const postern_object_details *narrow)
{
    bool same_parent = wide->resource_type == 0 ||
                       wide->resource_type == narrow->resource_type;
    bool same_specialization =
        wide->specialization_kind == POSTERN_SPECIALIZATION_NONE ||
        (wide->specialization_kind == narrow->specialization_kind &&
         pst_str_equal(wide->specialization, narrow->specialization));

    if (!same_parent || !same_specialization) {
        return false;
    }
    for (size_t i = 0; i < narrow->child_type_count; i++) {
        if (!holds_type(check, wide, narrow->child_types[i])) {
            return false;
        }
    }
    return true;
}

static bool some_detail_covers(struct pst_check *check,
                               const postern_rule *wide,
                               const postern_object_details *narrow)
{
    for (size_t i = 0; i < wide->object_details_count; i++) {
        if (!pst_check_spend(check, 1)) {
            return false;
        }
        if (detail_covers(check, &wide->object_details[i], narrow)) {
            return true;
        }
    }
    return false;
}

/* They limit Create alone. [OBJ-01] [OBJ-02] [OBJ-03] */
static bool details_cover(struct pst_check *check, const postern_rule *wide,
                          const postern_rule *narrow)
{
    if (wide->object_details_count == 0 ||
        !(narrow->operations & POSTERN_ACOP_CREATE)) {
        return true;
    }
    for (size_t i = 0; i < narrow->object_details_count; i++) {
        if (!some_detail_covers(check, wide, &narrow->object_details[i])) {
            return false;
        }
    }
    return narrow->object_details_count > 0;
}

/* ---- originators ------------------------------------------------------- */

static bool some_pattern_covers(struct pst_check *check,
                                const struct pst_named_table *table,
                                uint32_t rule, uint32_t atom)
{
    const uint32_t *named = table->named + table->first[rule];
    const struct pst_party *party = pst_atom_party(table, atom);

    /* Patterns are the last atoms. */
    for (uint32_t i = table->count[rule]; i > 0; i--) {
        const struct pst_party *pattern = pst_atom_party(table, named[i - 1]);

        if (pattern->kind != PST_PARTY_PATTERN) {
            return false;
        }
        if (named[i - 1] != atom && pst_pattern_covers(check, pattern, party)) {
            return true;
        }
    }
    return false;
}

/* A rule's atoms are ordered by kind: "all", then domains. */
static bool domain_covers(const struct pst_named_table *table, uint32_t rule,
                          const struct pst_party *party)
{
    uint32_t first = table->named[table->first[rule]];
    struct pst_party domain;

    if (pst_atom_party(table, first)->kind > PST_PARTY_DOMAIN) {
        return false;
    }
    domain = pst_party_of_domain(party->domain);
    return pst_rule_names(table, rule, pst_named_find(table, &domain));
}

bool pst_rule_covers_atom(struct pst_check *check,
                          const struct pst_named_table *table, uint32_t rule,
                          uint32_t atom)
{
    const struct pst_party *party = pst_atom_party(table, atom);

    if (table->count[rule] == 0 || !pst_check_spend(check, 1)) {
        return false;
    }
    if (pst_atom_party(table, table->named[table->first[rule]])->kind ==
            PST_PARTY_ALL ||
        pst_rule_names(table, rule, atom)) {
        return true;
    }
    if (party->kind != PST_PARTY_ENTITY && party->kind != PST_PARTY_PATTERN) {
        return false; /* members of a group may be anywhere */
    }
    return domain_covers(table, rule, party) ||
           some_pattern_covers(check, table, rule, atom);
}

static bool originators_cover(struct pst_check *check,
                              const struct pst_named_table *table,
                              uint32_t wide, uint32_t narrow)
{
    const uint32_t *named = table->named + table->first[narrow];

    for (uint32_t i = 0; i < table->count[narrow]; i++) {
        if (!pst_rule_covers_atom(check, table, wide, named[i])) {
            return false;
        }
    }
    return table->count[narrow] > 0;
}

bool pst_rule_covers(struct pst_check *check,
                     const struct pst_named_table *table, uint32_t wide,
                     uint32_t narrow)
{
    const postern_rule *one = &table->set->rules[wide];
    const postern_rule *other = &table->set->rules[narrow];
    struct texts attributes = {one->attributes, one->attribute_count};
    struct texts others = {other->attributes, other->attribute_count};

    return (other->operations & ~one->operations) == 0 &&
           (!one->authentication_flag || other->authentication_flag) &&
           originators_cover(check, table, wide, narrow) &&
           contexts_cover(check, one, other) &&
           details_cover(check, one, other) &&
           texts_cover(check, &attributes, &others);
}
