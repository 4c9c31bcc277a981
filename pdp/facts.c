#include "pdp/facts.h"

#include <string.h>

void postern_request_init_sized(postern_request *request, size_t struct_size)
{
    memset(request, 0, struct_size);
    request->struct_size = struct_size;
}

postern_operation postern_operation_of_primitive(int op, int filter_usage)
{
    switch (op) {
    case 1:
        return POSTERN_OP_CREATE;
    case 2: /* [REQ-03] */
        return filter_usage == 1 ? POSTERN_OP_DISCOVERY : POSTERN_OP_RETRIEVE;
    case 3:
        return POSTERN_OP_UPDATE;
    case 4:
        return POSTERN_OP_DELETE;
    case 5:
        return POSTERN_OP_NOTIFY;
    default:
        return POSTERN_OP_NONE;
    }
}

static uint32_t operation_bit(postern_operation operation)
{
    switch (operation) {
    case POSTERN_OP_CREATE:
        return POSTERN_ACOP_CREATE;
    case POSTERN_OP_RETRIEVE:
        return POSTERN_ACOP_RETRIEVE;
    case POSTERN_OP_UPDATE:
        return POSTERN_ACOP_UPDATE;
    case POSTERN_OP_DELETE:
        return POSTERN_ACOP_DELETE;
    case POSTERN_OP_NOTIFY:
        return POSTERN_ACOP_NOTIFY;
    case POSTERN_OP_DISCOVERY:
        return POSTERN_ACOP_DISCOVERY;
    case POSTERN_OP_NONE:
    default:
        return 0;
    }
}

static bool copy_request(postern_request *out, const postern_request *given)
{
    size_t size = given->struct_size;

    if (size == sizeof *out) {
        *out = *given;
        return true;
    }
    if (size < sizeof size) {
        return false; /* not from postern_request_init() */
    }
    for (size_t i = sizeof *out; i < size; i++) {
        if (((const unsigned char *)given)[i]) {
            return false; /* a fact we would ignore might forbid */
        }
    }
    memset(out, 0, sizeof *out);
    memcpy(out, given, size < sizeof *out ? size : sizeof *out);
    return true;
}

bool pst_facts_init(struct pst_facts *facts, const postern_request *request)
{
    facts->civil_ready = false;
    facts->point_ready = false;
    if (!request || !copy_request(&facts->request, request)) {
        return false;
    }
    facts->operation = operation_bit(facts->request.operation);
    return facts->operation != 0 &&
           (facts->request.originator.kind == POSTERN_ID_ENTITY ||
            facts->request.originator.kind == POSTERN_ID_ABSENT);
}

const struct pst_civil_time *pst_facts_civil(struct pst_facts *facts)
{
    if (!facts->request.time_known) {
        return NULL;
    }
    if (!facts->civil_ready) {
        facts->civil = pst_civil_time_of(facts->request.time_s);
        facts->civil_ready = true;
    }
    return &facts->civil;
}

const struct pst_point *pst_facts_point(struct pst_facts *facts)
{
    const postern_location *location = &facts->request.location;

    if (!facts->point_ready) {
        facts->point_known = location->has_point &&
                             pst_point_of(&facts->point, location->latitude_deg,
                                          location->longitude_deg);
        facts->point_ready = true;
    }
    return facts->point_known ? &facts->point : NULL;
}

uint16_t pst_facts_country(const struct pst_facts *facts)
{
    const char *country = facts->request.location.country;

    if (country[0] == '\0' || country[1] == '\0') {
        return 0;
    }
    return pst_country_of((postern_str){country, 2});
}
