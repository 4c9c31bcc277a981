/* Each member is written and read by its short name; where TS-0003 and TS-0004
 * differ on what has to be there, all of it is written and the common part is
 * asked for (E-15). [DDA-07] */
#include "dynauth/das_request.h"

#include "base/str.h"

/* ---- writing ------------------------------------------------------------- */

static void write_address(struct pst_json_text *json, const postern_ip *ip)
{
    if (ip->family == 4 || ip->family == 6) {
        pst_json_open(json, "oip", '{');
        pst_json_ip(json, ip->family == 4 ? "ip4" : "ip6", ip);
        pst_json_close(json, '}');
    }
}

static bool is_point(const postern_location *location)
{
    return location->has_point && location->latitude_deg >= -90.0 &&
           location->latitude_deg <= 90.0 &&
           location->longitude_deg >= -180.0 &&
           location->longitude_deg <= 180.0;
}

/* A region is a circle or countries: a point is a circle without extent. */
static void write_location(struct pst_json_text *json,
                           const postern_location *location)
{
    bool in_country =
        location->country[0] && location->country[1] && !location->country[2];

    if (!is_point(location) && !in_country) {
        return;
    }
    pst_json_open(json, "olo", '{');
    if (is_point(location)) {
        pst_json_open(json, "accr", '[');
        pst_json_real(json, NULL, location->latitude_deg);
        pst_json_real(json, NULL, location->longitude_deg);
        pst_json_real(json, NULL, 0.0);
    } else {
        pst_json_open(json, "accc", '[');
        pst_json_word(json, NULL, location->country);
    }
    pst_json_close(json, ']');
    pst_json_close(json, '}');
}

void pst_das_request_write(struct pst_json_text *json, const char *name,
                           const struct pst_das_request *request)
{
    pst_json_open(json, name, '{');
    pst_json_str(json, "or", request->originator);
    if (request->target_type) {
        pst_json_uint(json, "trt", request->target_type);
    }
    pst_json_int(json, "op", request->operation);
    write_address(json, &request->ip);
    write_location(json, &request->location);
    pst_json_texts(json, "orid", &request->role_ids);
    if (request->dated) {
        pst_json_time(json, "rts", request->time_s);
    }
    pst_json_str(json, "trid", request->target);
    if (request->has_lifetime) {
        pst_json_time(json, "ppl", request->lifetime_s);
    }
    pst_json_texts(json, "rfa", &request->helping_ids);
    pst_json_texts(json, "tids", &request->token_ids);
    pst_json_close(json, '}');
}

/* ---- reading ------------------------------------------------------------- */

static postern_status read_originator(struct pst_message *message,
                                      const struct pst_node *node, void *out)
{
    struct pst_das_request *request = out;

    return pst_message_text(message, node, &request->originator);
}

static bool in_range(const struct pst_node *node, int64_t low, int64_t high)
{
    return node->type == PST_NODE_INTEGER && node->integer >= low &&
           node->integer <= high;
}

static postern_status read_type(struct pst_message *message,
                                const struct pst_node *node, void *out)
{
    struct pst_das_request *request = out;

    if (!in_range(node, 1, UINT32_MAX)) {
        return pst_message_refuse(message, node,
                                  "the number of a resource type");
    }
    request->target_type = (uint32_t)node->integer;
    return POSTERN_OK;
}

static postern_status read_operation(struct pst_message *message,
                                     const struct pst_node *node, void *out)
{
    struct pst_das_request *request = out;

    if (!in_range(node, 1, 5)) {
        return pst_message_refuse(message, node, "an operation, 1 to 5,");
    }
    request->operation = (int)node->integer;
    return POSTERN_OK;
}

/* {ip4} or {ip6} */
static postern_status read_address(struct pst_message *message,
                                   const struct pst_node *node, void *out)
{
    static const char expected[] = "one address, ip4 or ip6,";
    struct pst_das_request *request = out;
    const struct pst_node *four = pst_node_member(node, "ip4");
    const struct pst_node *one = four ? four : pst_node_member(node, "ip6");

    if (!one || node->count != 1 || one->type != PST_NODE_STRING) {
        return pst_message_refuse(message, node, expected);
    }
    if (postern_ip_parse(&request->ip, one->text) != POSTERN_OK ||
        (four && request->ip.family != 4)) {
        return pst_message_refuse(message, one, expected);
    }
    return POSTERN_OK;
}

static bool is_real(const struct pst_node *node)
{
    return node &&
           (node->type == PST_NODE_INTEGER || node->type == PST_NODE_REAL);
}

static postern_status read_circle(struct pst_message *message,
                                  const struct pst_node *node,
                                  postern_location *location)
{
    const struct pst_node *first = node->children;
    const struct pst_node *second = first ? first->next : NULL;
    const struct pst_node *third = second ? second->next : NULL;

    if (node->type != PST_NODE_LIST || node->count != 3 || !is_real(first) ||
        !is_real(second) || !is_real(third)) {
        return pst_message_refuse(message, node,
                                  "latitude, longitude and radius");
    }
    /* somewhere in a wider circle is not known to be at its centre */
    location->has_point = third->real >= 0.0 && third->real <= 0.0;
    location->latitude_deg = first->real;
    location->longitude_deg = second->real;
    return POSTERN_OK;
}

static postern_status read_countries(struct pst_message *message,
                                     const struct pst_node *node,
                                     postern_location *location)
{
    postern_texts countries;

    PST_TRY(pst_message_texts(message, node, &countries));
    for (size_t i = 0; i < countries.count; i++) {
        if (countries.items[i].len != 2) {
            return pst_message_refuse(message, node,
                                      "a list of codes of two letters");
        }
    }
    if (countries.count == 1) { /* in one of several is not known where */
        location->country[0] = countries.items[0].data[0];
        location->country[1] = countries.items[0].data[1];
    }
    return POSTERN_OK;
}

static postern_status read_location(struct pst_message *message,
                                    const struct pst_node *node, void *out)
{
    struct pst_das_request *request = out;
    const struct pst_node *circle = pst_node_member(node, "accr");
    const struct pst_node *countries = pst_node_member(node, "accc");

    if (node->count != 1 || (!circle && !countries)) {
        return pst_message_refuse(message, node, "one region, accr or accc,");
    }
    return circle ? read_circle(message, circle, &request->location)
                  : read_countries(message, countries, &request->location);
}

static postern_status read_roles(struct pst_message *message,
                                 const struct pst_node *node, void *out)
{
    struct pst_das_request *request = out;

    return pst_message_texts(message, node, &request->role_ids);
}

static postern_status read_time(struct pst_message *message,
                                const struct pst_node *node, void *out)
{
    struct pst_das_request *request = out;

    request->dated = true;
    return pst_message_time(message, node, &request->time_s);
}

static postern_status read_target(struct pst_message *message,
                                  const struct pst_node *node, void *out)
{
    struct pst_das_request *request = out;

    return pst_message_text(message, node, &request->target);
}

static postern_status read_lifetime(struct pst_message *message,
                                    const struct pst_node *node, void *out)
{
    struct pst_das_request *request = out;

    request->has_lifetime = true;
    return pst_message_time(message, node, &request->lifetime_s);
}

static postern_status read_helping(struct pst_message *message,
                                   const struct pst_node *node, void *out)
{
    struct pst_das_request *request = out;

    return pst_message_texts(message, node, &request->helping_ids);
}

static postern_status read_token_ids(struct pst_message *message,
                                     const struct pst_node *node, void *out)
{
    struct pst_das_request *request = out;

    return pst_message_texts(message, node, &request->token_ids);
}

/* Of a later release: whether the originator could sign. Not asked for. */
static postern_status read_sign(struct pst_message *message,
                                const struct pst_node *node, void *out)
{
    (void)out;
    return node->type == PST_NODE_BOOLEAN
               ? POSTERN_OK
               : pst_message_refuse(message, node, "true or false");
}

postern_status pst_das_request_read(struct pst_das_request *request,
                                    struct pst_message *message,
                                    const struct pst_node *body)
{
    static const struct pst_message_member members[] = {
        {"or", read_originator},
        {"trt", read_type},
        {"op", read_operation},
        {"oip", read_address},
        {"olo", read_location},
        {"orid", read_roles},
        {"rts", read_time},
        {"trid", read_target},
        {"ppl", read_lifetime},
        {"rfa", read_helping},
        {"tids", read_token_ids},
        {"asi", read_sign},
        {NULL, NULL},
    };

    *request = (struct pst_das_request){.operation = 0};
    PST_TRY(pst_message_members(message, body, members, request));
    if (!request->originator.data || !request->operation ||
        !request->target.data) {
        return pst_message_refuse(
            message, body,
            "a request with its originator (or), operation (op) and target "
            "(trid)");
    }
    return POSTERN_OK;
}
