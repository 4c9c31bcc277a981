/* What comes not from the originator but from the CSE: when and whence the
 * request came, and how it was protected. [REQ-05] [REQ-06] [REQ-09] */
#include "engine/primitive_reader.h"

static bool is_time(const struct pst_node *node, int64_t *time_s)
{
    return node->type == PST_NODE_STRING &&
           postern_time_parse(time_s, node->text) == POSTERN_OK;
}

static postern_status refuse_time(struct pst_primitive_reader *in,
                                  const struct pst_node *node)
{
    return pst_primitive_refuse(
        in, node, "a time such as 20260317T102030 (UTC) is expected");
}

postern_status pst_primitive_time(struct pst_primitive_reader *in,
                                  const struct pst_node *node)
{
    in->out->time_known = is_time(node, &in->out->time_s);
    return in->out->time_known ? POSTERN_OK : refuse_time(in, node);
}

postern_status pst_primitive_ip(struct pst_primitive_reader *in,
                                const struct pst_node *node)
{
    if (node->type != PST_NODE_STRING ||
        postern_ip_parse(&in->out->ip, node->text) != POSTERN_OK) {
        return pst_primitive_refuse(in, node,
                                    "an IPv4 or IPv6 address is expected");
    }
    return POSTERN_OK;
}

/* ---- words ------------------------------------------------------------- */

struct word {
    const char *text;
    int value;
};

/* The value of a word; false when it is none of the table. */
static bool read_word(const struct pst_node *node, const struct word *words,
                      int *value)
{
    if (!node || node->type != PST_NODE_STRING) {
        return false;
    }
    for (; words->text; words++) {
        if (pst_str_is(node->text, words->text)) {
            *value = words->value;
            return true;
        }
    }
    return false;
}

/* ---- where the originator is ------------------------------------------- */

static bool is_number(const struct pst_node *node)
{
    return node->type == PST_NODE_INTEGER || node->type == PST_NODE_REAL;
}

static bool is_letter(char c)
{
    return pst_fold(c) >= 'a' && pst_fold(c) <= 'z';
}

static postern_status read_country(struct pst_primitive_reader *in,
                                   const struct pst_node *node)
{
    if (node->type != PST_NODE_STRING || node->text.len != 2 ||
        !is_letter(node->text.data[0]) || !is_letter(node->text.data[1])) {
        return pst_primitive_refuse(
            in, node, "a country code of two letters is expected");
    }
    memcpy(in->out->whereabouts.location.country, node->text.data, 2);
    return POSTERN_OK;
}

static postern_status read_point(struct pst_primitive_reader *in,
                                 const struct pst_node *lat,
                                 const struct pst_node *lon)
{
    postern_location *location = &in->out->whereabouts.location;

    if (!is_number(lat) || !(lat->real >= -90.0 && lat->real <= 90.0)) {
        return pst_primitive_refuse(in, lat,
                                    "a latitude from -90 to 90 is expected");
    }
    if (!is_number(lon) || !(lon->real >= -180.0 && lon->real <= 180.0)) {
        return pst_primitive_refuse(in, lon,
                                    "a longitude from -180 to 180 is expected");
    }
    location->has_point = true;
    location->latitude_deg = lat->real;
    location->longitude_deg = lon->real;
    return POSTERN_OK;
}

/* [LOC-02] */
static postern_status read_source(struct pst_primitive_reader *in,
                                  const struct pst_node *node)
{
    static const struct word sources[] = {{"network", POSTERN_SOURCE_NETWORK},
                                          {"device", POSTERN_SOURCE_DEVICE},
                                          {NULL, 0}};
    int source;

    if (!read_word(node, sources, &source)) {
        return pst_primitive_refuse(in, node,
                                    "\"network\" or \"device\" is expected");
    }
    in->out->whereabouts.source = (postern_location_source)source;
    return POSTERN_OK;
}

/* [LOC-10] */
static postern_status read_observed(struct pst_primitive_reader *in,
                                    const struct pst_node *node)
{
    postern_whereabouts *whereabouts = &in->out->whereabouts;

    whereabouts->dated = is_time(node, &whereabouts->observed_s);
    return whereabouts->dated ? POSTERN_OK : refuse_time(in, node);
}

struct place {
    const struct pst_node *country;
    const struct pst_node *lat;
    const struct pst_node *lon;
    const struct pst_node *source;
    const struct pst_node *observed;
};

static struct place place_of(const struct pst_node *node)
{
    return (struct place){
        pst_node_member(node, "cc"), pst_node_member(node, "lat"),
        pst_node_member(node, "lon"), pst_node_member(node, "source"),
        pst_node_member(node, "observed")};
}

static bool is_place(const struct pst_node *node, const struct place *place)
{
    uint32_t known = (place->country ? 1u : 0u) + (place->lat ? 1u : 0u) +
                     (place->lon ? 1u : 0u) + (place->source ? 1u : 0u) +
                     (place->observed ? 1u : 0u);

    return node->count == known && (place->country || place->lat) &&
           !place->lat == !place->lon;
}

postern_status pst_primitive_location(struct pst_primitive_reader *in,
                                      const struct pst_node *node)
{
    struct place place = place_of(node);

    if (node->type != PST_NODE_OBJECT || !is_place(node, &place)) {
        return pst_primitive_refuse(in, node,
                                    "a location such as {\"cc\":\"NL\"} or "
                                    "{\"lat\":52.09,\"lon\":5.12} is expected");
    }
    if (place.lat) {
        PST_TRY(read_point(in, place.lat, place.lon));
    }
    if (place.country) {
        PST_TRY(read_country(in, place.country));
    }
    if (place.source) {
        PST_TRY(read_source(in, place.source));
    }
    return place.observed ? read_observed(in, place.observed) : POSTERN_OK;
}

/* ---- how it was protected ---------------------------------------------- */

postern_status pst_primitive_authn(struct pst_primitive_reader *in,
                                   const struct pst_node *node)
{
    if (node->type != PST_NODE_BOOLEAN) {
        return pst_primitive_refuse(in, node, "true or false is expected");
    }
    in->out->authn = node->boolean ? POSTERN_AUTHN_TRUE : POSTERN_AUTHN_FALSE;
    return POSTERN_OK;
}

/* The identities of an association: one, or for AEs a list. [IMP-03] */
static postern_status read_identities(struct pst_primitive_reader *in,
                                      const struct pst_node *node)
{
    postern_texts *identities = &in->out->association.identities;
    postern_str *one;

    if (node->type == PST_NODE_LIST) {
        return pst_primitive_texts(in, node, identities);
    }
    one = pst_arena_alloc(in->arena, 1, sizeof *one);
    if (!one) {
        return POSTERN_ERR_MEMORY;
    }
    if (!pst_node_is_text(node)) {
        return pst_primitive_refuse(in, node, "an AE-ID or CSE-ID is expected");
    }
    *one = node->text;
    *identities = (postern_texts){one, 1};
    return POSTERN_OK;
}

/* [SAEF-04] */
static postern_status read_credential(struct pst_primitive_reader *in,
                                      const struct pst_node *node)
{
    if (!pst_node_is_text(node)) {
        return pst_primitive_refuse(
            in, node, "a Credential-ID such as 12-0123456789 is expected");
    }
    in->out->association.credential = node->text;
    return POSTERN_OK;
}

/* [SAEF-13] */
static postern_status read_expiry(struct pst_primitive_reader *in,
                                  const struct pst_node *node)
{
    postern_association *association = &in->out->association;

    association->expires = is_time(node, &association->expires_s);
    return association->expires ? POSTERN_OK : refuse_time(in, node);
}

/* [AUTHN-01] */
static postern_status read_trust(struct pst_primitive_reader *in,
                                 const struct pst_node *node)
{
    static const struct word words[] = {{"session", POSTERN_LOCAL_BY_SESSION},
                                        {"trusted", POSTERN_LOCAL_TRUSTED},
                                        {"never", POSTERN_LOCAL_NEVER},
                                        {NULL, 0}};
    int trust;

    if (!read_word(node, words, &trust)) {
        return pst_primitive_refuse(
            in, node, "\"session\", \"trusted\" or \"never\" is expected");
    }
    in->out->association.local_trust = (postern_local_trust)trust;
    return POSTERN_OK;
}

struct parts {
    const struct pst_node *id;
    const struct pst_node *credential;
    const struct pst_node *expires;
    const struct pst_node *trust;
};

static struct parts parts_of(const struct pst_node *node)
{
    return (struct parts){
        pst_node_member(node, "id"), pst_node_member(node, "credential"),
        pst_node_member(node, "expires"), pst_node_member(node, "trust")};
}

/* Whether the members go with the kind, and no other is there. */
static bool are_parts(const struct pst_node *node, const struct parts *parts,
                      postern_association_kind kind)
{
    uint32_t known = 1u + (parts->id ? 1u : 0u) +
                     (parts->credential ? 1u : 0u) +
                     (parts->expires ? 1u : 0u) + (parts->trust ? 1u : 0u);

    if (node->count != known) {
        return false;
    }
    if (kind == POSTERN_ASSOCIATION_NONE) {
        return !parts->id && !parts->credential && !parts->expires;
    }
    return parts->id &&
           (kind != POSTERN_ASSOCIATION_CREDENTIAL || !parts->credential);
}

static postern_status read_parts(struct pst_primitive_reader *in,
                                 const struct parts *parts)
{
    bool by_credential =
        in->out->association.kind == POSTERN_ASSOCIATION_CREDENTIAL;

    if (parts->id) {
        PST_TRY(by_credential ? read_credential(in, parts->id)
                              : read_identities(in, parts->id));
    }
    if (parts->credential) {
        PST_TRY(read_credential(in, parts->credential));
    }
    if (parts->expires) {
        PST_TRY(read_expiry(in, parts->expires));
    }
    return parts->trust ? read_trust(in, parts->trust) : POSTERN_OK;
}

postern_status pst_primitive_association(struct pst_primitive_reader *in,
                                         const struct pst_node *node)
{
    static const struct word kinds[] = {
        {"none", POSTERN_ASSOCIATION_NONE},
        {"ae", POSTERN_ASSOCIATION_AE},
        {"cse", POSTERN_ASSOCIATION_CSE},
        {"credential", POSTERN_ASSOCIATION_CREDENTIAL},
        {NULL, 0}};
    postern_association *association = &in->out->association;
    struct parts parts = parts_of(node);
    int kind;

    if (!read_word(pst_node_member(node, "kind"), kinds, &kind) ||
        !are_parts(node, &parts, (postern_association_kind)kind)) {
        return pst_primitive_refuse(in, node,
                                    "a security association such as "
                                    "{\"kind\":\"ae\",\"id\":\"Cpump7\"} or "
                                    "{\"kind\":\"none\"} is expected");
    }
    association->kind = (postern_association_kind)kind;
    PST_TRY(read_parts(in, &parts));
    if (association->kind == POSTERN_ASSOCIATION_CSE &&
        association->identities.count != 1) {
        return pst_primitive_refuse(in, node,
                                    "an association with a CSE has one CSE-ID");
    }
    return POSTERN_OK;
}

postern_status pst_primitive_esprim(struct pst_primitive_reader *in,
                                    const struct pst_node *node)
{
    if (!pst_node_is_text(node)) {
        return pst_primitive_refuse(in, node, "an AE-ID or CSE-ID is expected");
    }
    in->out->has_esprim = true;
    in->out->esprim_id = node->text;
    return POSTERN_OK;
}
