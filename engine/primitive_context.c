/* What comes not from the originator but from the CSE: when and whence the
 * request came, and how it was protected. [REQ-05] [REQ-06] [REQ-09] */
#include "engine/primitive_reader.h"

postern_status pst_primitive_time(struct pst_primitive_reader *in,
                                  const struct pst_node *node)
{
    if (node->type != PST_NODE_STRING ||
        postern_time_parse(&in->out->time_s, node->text) != POSTERN_OK) {
        return pst_primitive_refuse(in, node,
                                    "a time such as 20260317T102030 (UTC) is "
                                    "expected");
    }
    in->out->time_known = true;
    return POSTERN_OK;
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
    memcpy(in->out->location.country, node->text.data, 2);
    return POSTERN_OK;
}

static postern_status read_point(struct pst_primitive_reader *in,
                                 const struct pst_node *lat,
                                 const struct pst_node *lon)
{
    postern_location *location = &in->out->location;

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

postern_status pst_primitive_location(struct pst_primitive_reader *in,
                                      const struct pst_node *node)
{
    const struct pst_node *country = pst_node_member(node, "cc");
    const struct pst_node *lat = pst_node_member(node, "lat");
    const struct pst_node *lon = pst_node_member(node, "lon");
    uint32_t known = (country ? 1u : 0u) + (lat ? 1u : 0u) + (lon ? 1u : 0u);

    if (node->type != PST_NODE_OBJECT || !known || node->count != known ||
        !lat != !lon) {
        return pst_primitive_refuse(in, node,
                                    "a location such as {\"cc\":\"NL\"} or "
                                    "{\"lat\":52.09,\"lon\":5.12} is expected");
    }
    if (lat) {
        PST_TRY(read_point(in, lat, lon));
    }
    return country ? read_country(in, country) : POSTERN_OK;
}

postern_status pst_primitive_authn(struct pst_primitive_reader *in,
                                   const struct pst_node *node)
{
    if (node->type != PST_NODE_BOOLEAN) {
        return pst_primitive_refuse(in, node, "true or false is expected");
    }
    in->out->authn = node->boolean ? PST_AUTHN_TRUE : PST_AUTHN_FALSE;
    return POSTERN_OK;
}

static enum pst_association association_of(const struct pst_node *kind)
{
    if (!kind || kind->type != PST_NODE_STRING) {
        return PST_ASSOCIATION_UNSTATED;
    }
    if (pst_str_is(kind->text, "none")) {
        return PST_ASSOCIATION_NONE;
    }
    if (pst_str_is(kind->text, "ae")) {
        return PST_ASSOCIATION_AE;
    }
    return pst_str_is(kind->text, "cse") ? PST_ASSOCIATION_CSE
                                         : PST_ASSOCIATION_UNSTATED;
}

/* The identities of an association: one, or for AEs a list. [IMP-03] */
static postern_status read_associated(struct pst_primitive_reader *in,
                                      const struct pst_node *node)
{
    postern_str *one;

    if (node->type == PST_NODE_LIST) {
        return pst_primitive_texts(in, node, &in->out->associated);
    }
    one = pst_arena_alloc(in->arena, 1, sizeof *one);
    if (!one) {
        return POSTERN_ERR_MEMORY;
    }
    if (!pst_node_is_text(node)) {
        return pst_primitive_refuse(in, node, "an AE-ID or CSE-ID is expected");
    }
    *one = node->text;
    in->out->associated = (struct pst_texts){one, 1};
    return POSTERN_OK;
}

postern_status pst_primitive_association(struct pst_primitive_reader *in,
                                         const struct pst_node *node)
{
    const struct pst_node *kind = pst_node_member(node, "kind");
    const struct pst_node *id = pst_node_member(node, "id");
    bool none;

    in->out->association = association_of(kind);
    none = in->out->association == PST_ASSOCIATION_NONE;
    if (in->out->association == PST_ASSOCIATION_UNSTATED || none == !!id ||
        node->count != (none ? 1u : 2u)) {
        return pst_primitive_refuse(in, node,
                                    "a security association such as "
                                    "{\"kind\":\"ae\",\"id\":\"Cpump7\"} or "
                                    "{\"kind\":\"none\"} is expected");
    }
    if (id) {
        PST_TRY(read_associated(in, id));
    }
    if (in->out->association == PST_ASSOCIATION_CSE &&
        in->out->associated.count != 1) {
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
