/* accessControlContexts: time windows, addresses, location regions. */
#include "policy-lang/rule_reader.h"

static postern_status read_windows(struct pst_reader *in,
                                   const struct pst_node *node,
                                   postern_context *context)
{
    struct pst_strings texts = {NULL, 0};

    PST_TRY(
        pst_read_strings(in, node, PST_TERM_ACTW, PST_GRAMMAR_WINDOW, &texts));
    /* No element is no constraint: the element may occur 0 times. */
    context->windows = texts.count ? texts.texts : NULL;
    context->window_count = texts.count;
    return POSTERN_OK;
}

static bool is_ipv6(postern_str text)
{
    return pst_str_find(text, 0, ':') < text.len;
}

/* Appends the addresses of one list, of one kind unless `kind` is 0. */
static postern_status add_addresses(struct pst_reader *in,
                                    const struct pst_node *node,
                                    enum pst_term kind, postern_str *texts,
                                    size_t *count)
{
    bool one = node->type == PST_NODE_STRING && pst_for_people(node, kind);

    if (node->type != PST_NODE_LIST && !one) {
        return pst_defect_expected(in, node, "a list of addresses");
    }
    for (const struct pst_node *entry = pst_first_entry(node); entry;
         entry = pst_next_entry(node, entry)) {
        postern_str text;

        PST_TRY(pst_read_string(in, entry, PST_GRAMMAR_ADDRESS, &text));
        if (kind == PST_TERM_IPV4 && is_ipv6(text)) {
            return pst_defect_expected(in, entry, "an IPv4 address or prefix");
        }
        if (kind == PST_TERM_IPV6 && !is_ipv6(text)) {
            return pst_defect_expected(in, entry, "an IPv6 address or prefix");
        }
        texts[(*count)++] = text;
    }
    return POSTERN_OK;
}

/* Not empty yet (NULL is absent): an empty list is refused by the builder.
 * [CTX-24] */
static postern_status keep_addresses(struct pst_reader *in, size_t room,
                                     postern_context *context,
                                     postern_str **texts)
{
    *texts = pst_keep(in, room, sizeof **texts);
    context->addresses = *texts;
    return *texts ? POSTERN_OK : POSTERN_ERR_MEMORY;
}

static postern_status read_address_object(struct pst_reader *in,
                                          const struct pst_node *node,
                                          postern_context *context)
{
    static const enum pst_term kinds[] = {PST_TERM_IPV4, PST_TERM_IPV6};
    struct pst_members members;
    postern_str *texts = NULL;
    size_t room = 0;

    PST_TRY(pst_read_members(in, node, PST_SCOPE_ADDRESSES,
                             "an object with lists ipv4 and ipv6", &members));
    for (size_t i = 0; i < 2; i++) {
        const struct pst_node *list = members.of[kinds[i]];

        room += list ? pst_entry_count(list) : 0;
    }
    PST_TRY(keep_addresses(in, room, context, &texts));
    for (size_t i = 0; i < 2; i++) {
        const struct pst_node *list = members.of[kinds[i]];

        if (list) {
            PST_TRY(add_addresses(in, list, kinds[i], texts,
                                  &context->address_count));
        }
    }
    return POSTERN_OK;
}

/* For people both kinds are in one list; kept is IPv4 before IPv6, as in the
 * object of two lists. */
static postern_status read_address_list(struct pst_reader *in,
                                        const struct pst_node *node,
                                        postern_context *context)
{
    size_t room = pst_entry_count(node);
    postern_str *mixed = pst_keep(in, room, sizeof *mixed);
    postern_str *texts = NULL;
    size_t count = 0;

    PST_TRY(keep_addresses(in, room, context, &texts));
    if (!mixed) {
        return POSTERN_ERR_MEMORY;
    }
    PST_TRY(add_addresses(in, node, PST_TERM_ACIP, mixed, &count));
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < count; i++) {
            if (is_ipv6(mixed[i]) == (pass == 1)) {
                texts[context->address_count++] = mixed[i];
            }
        }
    }
    return POSTERN_OK;
}

static postern_status read_addresses(struct pst_reader *in,
                                     const struct pst_node *node,
                                     postern_context *context)
{
    if (node->type == PST_NODE_OBJECT ||
        pst_is_short_name(PST_TERM_ACIP, node->name)) {
        return read_address_object(in, node, context);
    }
    return read_address_list(in, node, context);
}

/* The regions of one context while they are read; both arrays have room for
 * all that the node can hold. */
struct regions {
    postern_circle *circles;
    postern_str *countries;
    size_t circle_count;
    size_t country_count;
};

static postern_status add_country(struct pst_reader *in,
                                  const struct pst_node *node,
                                  struct regions *out)
{
    PST_TRY(pst_read_string(in, node, PST_GRAMMAR_COUNTRY,
                            &out->countries[out->country_count]));
    out->country_count++;
    return POSTERN_OK;
}

static postern_status add_countries(struct pst_reader *in,
                                    const struct pst_node *node,
                                    enum pst_term term, struct regions *out)
{
    bool one = node->type == PST_NODE_STRING && pst_for_people(node, term);

    if ((node->type != PST_NODE_LIST && !one) || pst_entry_count(node) == 0) {
        return pst_defect_expected(in, node, "a list of country codes");
    }
    for (const struct pst_node *entry = pst_first_entry(node); entry;
         entry = pst_next_entry(node, entry)) {
        PST_TRY(add_country(in, entry, out));
    }
    return POSTERN_OK;
}

static postern_status add_circle(struct pst_reader *in,
                                 const struct pst_node *const numbers[3],
                                 struct regions *out)
{
    postern_circle circle = {0};

    PST_TRY(pst_read_real(in, numbers[0], &circle.latitude_deg));
    PST_TRY(pst_read_real(in, numbers[1], &circle.longitude_deg));
    PST_TRY(pst_read_real(in, numbers[2], &circle.radius_m));
    out->circles[out->circle_count++] = circle;
    return POSTERN_OK;
}

static const char expected_circle[] =
    "three numbers: latitude, longitude, radius in metres";

/* TS-0004 6.3.5.28: latitude first. */
static postern_status add_circle_list(struct pst_reader *in,
                                      const struct pst_node *node,
                                      struct regions *out)
{
    const struct pst_node *numbers[3];
    const struct pst_node *entry = node->children;

    if (node->type != PST_NODE_LIST || node->count != 3) {
        return pst_defect_expected(in, node, expected_circle);
    }
    for (size_t i = 0; i < 3; i++, entry = entry->next) {
        numbers[i] = entry;
    }
    return add_circle(in, numbers, out);
}

static postern_status add_circle_words(struct pst_reader *in,
                                       const struct pst_node *node,
                                       const struct pst_members *members,
                                       struct regions *out)
{
    const struct pst_node *numbers[3] = {members->of[PST_TERM_LATITUDE],
                                         members->of[PST_TERM_LONGITUDE],
                                         members->of[PST_TERM_RADIUS]};

    if (!numbers[0] || !numbers[1] || !numbers[2]) {
        return pst_defect(in, node, NULL,
                          "a circle needs latitude, longitude and radius");
    }
    return add_circle(in, numbers, out);
}

/* Either countries or a circle: TS-0004 6.3.5.28 has a choice. [CTX-30] */
static postern_status add_region_object(struct pst_reader *in,
                                        const struct pst_node *node,
                                        struct regions *out)
{
    struct pst_members members;
    const struct pst_node *countries;
    const struct pst_node *country;
    const struct pst_node *circle;
    bool words;

    PST_TRY(pst_read_members(in, node, PST_SCOPE_REGION, "a location region",
                             &members));
    countries = members.of[PST_TERM_ACCC];
    country = members.of[PST_TERM_COUNTRY];
    circle = members.of[PST_TERM_ACCR];
    words = members.of[PST_TERM_LATITUDE] || members.of[PST_TERM_LONGITUDE] ||
            members.of[PST_TERM_RADIUS];
    if (in->foreign.node && !countries && !country && !circle && !words) {
        return POSTERN_OK; /* a kind of region of a later release */
    }
    if (!!countries + !!country + !!circle + words != 1) {
        return pst_defect(in, node, "TS-0004 6.3.5.28",
                          "a location region is either countries or one "
                          "circle");
    }
    if (countries) {
        return add_countries(in, countries, PST_TERM_ACCC, out);
    }
    if (country) {
        return add_country(in, country, out);
    }
    return circle ? add_circle_list(in, circle, out)
                  : add_circle_words(in, node, &members, out);
}

/* No region holds more countries than its largest member has entries. */
static size_t country_room(const struct pst_node *region)
{
    size_t room = 1;

    for (const struct pst_node *member = region->children; member;
         member = member->next) {
        room += pst_entry_count(member);
    }
    return room;
}

static postern_status keep_regions(struct pst_reader *in,
                                   const struct pst_node *node,
                                   struct regions *out)
{
    size_t room = 0;

    for (const struct pst_node *entry = pst_first_entry(node); entry;
         entry = pst_next_entry(node, entry)) {
        room += country_room(entry);
    }
    out->circles = pst_keep(in, pst_entry_count(node), sizeof *out->circles);
    out->countries = pst_keep(in, room, sizeof *out->countries);
    return out->circles && out->countries ? POSTERN_OK : POSTERN_ERR_MEMORY;
}

static postern_status add_region(struct pst_reader *in,
                                 const struct pst_node *node, bool for_people,
                                 struct regions *out)
{
    if (for_people && node->type == PST_NODE_STRING) {
        return add_country(in, node, out);
    }
    return add_region_object(in, node, out);
}

/* A list of regions is Postern's addition: one of them is enough, as with
 * several contexts that differ in nothing else. */
static postern_status read_regions(struct pst_reader *in,
                                   const struct pst_node *node,
                                   postern_context *context)
{
    bool for_people = pst_for_people(node, PST_TERM_ACLR);
    struct regions regions = {NULL, NULL, 0, 0};

    PST_TRY(keep_regions(in, node, &regions));
    for (const struct pst_node *entry = pst_first_entry(node); entry;
         entry = pst_next_entry(node, entry)) {
        PST_TRY(add_region(in, entry, for_people, &regions));
    }
    if (regions.circle_count + regions.country_count == 0 &&
        !in->foreign.node) {
        return pst_defect_expected(in, node, "a location region");
    }
    context->circles = regions.circle_count ? regions.circles : NULL;
    context->circle_count = regions.circle_count;
    context->countries = regions.country_count ? regions.countries : NULL;
    context->country_count = regions.country_count;
    return POSTERN_OK;
}

static postern_status read_context(struct pst_reader *in,
                                   const struct pst_node *node,
                                   postern_context *context)
{
    struct pst_members members;
    const struct pst_node *member;

    PST_TRY(pst_read_members(in, node, PST_SCOPE_CONTEXT,
                             "a context: an object with time windows, ip or "
                             "region",
                             &members));
    member = members.of[PST_TERM_ACTW];
    if (member) {
        PST_TRY(read_windows(in, member, context));
    }
    member = members.of[PST_TERM_ACIP];
    if (member) {
        PST_TRY(read_addresses(in, member, context));
    }
    member = members.of[PST_TERM_ACLR];
    return member ? read_regions(in, member, context) : POSTERN_OK;
}

postern_status pst_read_contexts(struct pst_reader *in,
                                 const struct pst_node *node,
                                 postern_rule *rule)
{
    bool one =
        node->type == PST_NODE_OBJECT && pst_for_people(node, PST_TERM_ACCO);
    postern_context *contexts;

    if (node->type != PST_NODE_LIST && !one) {
        return pst_defect_expected(in, node, "a list of contexts");
    }
    contexts = pst_keep(in, pst_entry_count(node), sizeof *contexts);
    if (!contexts) {
        return POSTERN_ERR_MEMORY;
    }
    rule->contexts = contexts;
    for (const struct pst_node *entry = pst_first_entry(node); entry;
         entry = pst_next_entry(node, entry)) {
        PST_TRY(read_context(in, entry, &contexts[rule->context_count]));
        rule->context_count++;
    }
    return POSTERN_OK;
}
