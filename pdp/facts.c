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

/* NULL when it has facts that we would ignore and that might forbid. */
const postern_request *pst_facts_copy(const postern_request *given,
                                      postern_request *copy)
{
    return given && pst_sized_copy(copy, sizeof *copy, given) ? copy : NULL;
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
