/*
 * The conditions of one rule as the compiled form keeps them: one piece of
 * memory that is read from front to back.
 *
 *   struct pst_condition
 *   struct pst_context         contexts of them
 *   struct pst_object_details  details of them
 *   struct pst_text_ref        attributes of them
 *   then the lists of contexts and details, each aligned as its elements need
 *
 * Places are counted in bytes from the start of the condition, which is aligned
 * to 8 bytes and whose size is a multiple of 8; bytes that nothing uses are 0.
 * Conditions with the same bytes are kept once for the whole set.
 */
#ifndef PST_CONDITION_H
#define PST_CONDITION_H

#include "pdp/ip_prefix.h"
#include "pdp/location.h"
#include "pdp/time_window.h"

/* Part of the text pool. */
struct pst_text_ref {
    uint32_t offset;
    uint32_t len;
};

/* Elements that stand in a row within a condition. count 0: `at` is 0 too. */
struct pst_list {
    uint32_t at;
    uint32_t count;
};

enum {
    PST_CONDITION_NEVER = 1, /* false; attributes[0] is the reason, nothing else
                                is there */
    PST_CONDITION_CONTEXTS = 2,
    PST_CONDITION_DETAILS = 4,
    PST_CONDITION_ATTRIBUTES = 8
};

struct pst_condition {
    uint32_t size;  /* in bytes */
    uint32_t flags; /* PST_CONDITION_*: which of the counts below is not 0 */
    uint32_t contexts;
    uint32_t details;
    uint32_t attributes;
    uint32_t reserved;
};

/* Time AND address AND location. Without windows: any time; without ranges of
 * either family: any address; without circles and countries: any place. */
struct pst_context {
    struct pst_list windows;   /* struct pst_time_window */
    struct pst_list ranges4;   /* struct pst_ip4_range, joined */
    struct pst_list ranges6;   /* struct pst_ip6_range, joined */
    struct pst_list circles;   /* struct pst_circle */
    struct pst_list countries; /* uint16_t */
};

struct pst_object_details {
    uint32_t resource_type; /* 0: any */
    uint32_t specialization_kind;
    struct pst_text_ref specialization; /* containerDefinition */
    uint32_t mgmt_definition;           /* 0: matches none */
    uint32_t reserved;
    struct pst_list child_types; /* uint32_t */
};

static inline const struct pst_context *
pst_contexts(const struct pst_condition *condition)
{
    return (const struct pst_context *)(condition + 1);
}

static inline const struct pst_object_details *
pst_details(const struct pst_condition *condition)
{
    return (const struct pst_object_details *)(pst_contexts(condition) +
                                               condition->contexts);
}

static inline const struct pst_text_ref *
pst_attributes(const struct pst_condition *condition)
{
    return (const struct pst_text_ref *)(pst_details(condition) +
                                         condition->details);
}

/* First element of a list of the condition; the caller knows its type. */
static inline const void *pst_list_at(const struct pst_condition *condition,
                                      struct pst_list list)
{
    return (const char *)condition + list.at;
}

static inline bool pst_limits_address(const struct pst_context *context)
{
    return context->ranges4.count || context->ranges6.count;
}

static inline bool pst_limits_location(const struct pst_context *context)
{
    return context->circles.count || context->countries.count;
}

#endif
