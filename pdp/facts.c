#include "pdp/facts.h"

#include "base/sized.h"

void postern_request_init_sized(postern_request *request, size_t struct_size)
{
    pst_sized_init(request, struct_size);
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

uint32_t pst_operation_bit(postern_operation operation)
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

/* The request of a caller of another release, as one of this; NULL when it
 * has facts that we would ignore and that might forbid. */
static const postern_request *request_of(const postern_request *given,
                                         postern_request *copy)
{
    if (given->struct_size == sizeof *given) {
        return given;
    }
    return pst_sized_copy(copy, sizeof *copy, given) ? copy : NULL;
}

bool pst_facts_init_as(struct pst_facts *facts, const postern_request *request,
                       postern_request *copy)
{
    facts->ip_ready = false;
    facts->civil_ready = false;
    facts->point_ready = false;
    facts->request = request ? request_of(request, copy) : NULL;
    if (!facts->request) {
        return false;
    }
    facts->operation = pst_operation_bit(facts->request->operation);
    return facts->operation != 0;
}

bool pst_facts_init(struct pst_facts *facts, const postern_request *request,
                    postern_request *copy)
{
    return pst_facts_init_as(facts, request, copy) &&
           (facts->request->originator.kind == POSTERN_ID_ENTITY ||
            facts->request->originator.kind == POSTERN_ID_ABSENT);
}

/* A dual-stack socket gives IPv4 peers as mapped addresses. [CTX-23] */
const postern_ip *pst_facts_ip6(struct pst_facts *facts)
{
    if (facts->request->ip.family != 6) {
        return NULL;
    }
    if (!facts->ip_ready) {
        facts->ip = pst_ip_unmapped(&facts->request->ip);
        facts->ip_ready = true;
    }
    return &facts->ip;
}

const struct pst_civil_time *pst_facts_civil(struct pst_facts *facts)
{
    int64_t time_s = facts->request->time_s;

    if (!facts->request->time_known || time_s < PST_CIVIL_MIN_S ||
        time_s > PST_CIVIL_MAX_S) {
        return NULL; /* no window holds a time outside the calendar */
    }
    if (!facts->civil_ready) {
        facts->civil = pst_civil_time_of(time_s);
        facts->civil_ready = true;
    }
    return &facts->civil;
}

const struct pst_point *pst_facts_point(struct pst_facts *facts)
{
    const postern_location *location = &facts->request->location;

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
    const char *country = facts->request->location.country;

    if (country[0] == '\0' || country[1] == '\0' || country[2] != '\0') {
        return 0; /* no code, or the beginning of a longer word */
    }
    return pst_country_of((postern_str){country, 2});
}
