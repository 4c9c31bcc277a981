/*
 * The facts of one request, and what is derived from them at most once per
 * decision: the address, the fields of the time, the point on the sphere, the
 * country.
 * Lives on the stack of the decision.
 */
#ifndef PST_FACTS_H
#define PST_FACTS_H

#include "pdp/acp_set.h"

struct pst_facts {
    const postern_request *request; /* the caller's, or its copy */
    uint32_t operation;             /* POSTERN_ACOP_* bit; 0: none */
    bool ip_ready;
    postern_ip ip; /* of an IPv6 request; IPv4 if mapped */
    bool civil_ready;
    struct pst_civil_time civil; /* of request.time_s */
    bool point_ready;
    bool point_known;
    struct pst_point point;
};

/* The POSTERN_ACOP_* bit, 0 for what is no operation. */
static inline uint32_t pst_operation_bit(postern_operation operation)
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

/* The request of a caller of another release, as one of this: in `copy`, or
 * NULL. */
const postern_request *pst_facts_copy(const postern_request *given,
                                      postern_request *copy);

/* False when the request cannot be judged at all: NULL, no operation, members
 * in use that this release does not know. Every such request is denied.
 * [DEC-02] `copy` is where the request of a caller with a shorter struct goes;
 * it must live as long as the facts. For a request whose originator is known
 * otherwise. */
static inline bool pst_facts_init_as(struct pst_facts *facts,
                                     const postern_request *request,
                                     postern_request *copy)
{
    if (!request || request->struct_size != sizeof *request) {
        request = pst_facts_copy(request, copy);
    }
    if (!request) {
        return false;
    }
    facts->ip_ready = false;
    facts->civil_ready = false;
    facts->point_ready = false;
    facts->request = request;
    facts->operation = pst_operation_bit(request->operation);
    return facts->operation != 0;
}

/* Nor can it when its originator was never set. */
static inline bool pst_facts_init(struct pst_facts *facts,
                                  const postern_request *request,
                                  postern_request *copy)
{
    return pst_facts_init_as(facts, request, copy) &&
           (facts->request->originator.kind == POSTERN_ID_ENTITY ||
            facts->request->originator.kind == POSTERN_ID_ABSENT);
}

/* Of a request whose address is not one of IPv4. */
const postern_ip *pst_facts_ip6(struct pst_facts *facts);

/* NULL when the address is unknown; else one of IPv4 or IPv6. */
static inline const postern_ip *pst_facts_ip(struct pst_facts *facts)
{
    const postern_ip *given = &facts->request->ip;

    return given->family == 4 ? given : pst_facts_ip6(facts);
}

/* NULL when the time is unknown, or before year 0 or after 9999. */
const struct pst_civil_time *pst_facts_civil(struct pst_facts *facts);

/* NULL when the location has no usable point. */
const struct pst_point *pst_facts_point(struct pst_facts *facts);

/* 0 when the country is unknown. */
uint16_t pst_facts_country(const struct pst_facts *facts);

#endif
