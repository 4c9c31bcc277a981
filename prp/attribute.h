/*
 * Attributes of resources other than <accessControlPolicy>, which a document
 * carries as they are: found by the short name or the long one, read as text
 * or as a list of texts; and what of them the store keeps.
 */
#ifndef PST_ATTRIBUTE_H
#define PST_ATTRIBUTE_H

#include "policy-lang/policy.h"

#include <postern/prp.h>

enum pst_attribute {
    PST_ATTRIBUTE_ACPI,             /* accessControlPolicyIDs */
    PST_ATTRIBUTE_MACP,             /* membersAccessControlPolicyIDs */
    PST_ATTRIBUTE_INTERNAL_CREATOR, /* kept by the CSE, not an attribute */
    PST_ATTRIBUTE_CREATOR,
    PST_ATTRIBUTE_CUSTODIAN,
    PST_ATTRIBUTE_MEMBERS,
    PST_ATTRIBUTE_LABELS,
    PST_ATTRIBUTE_AE_ID,
    PST_ATTRIBUTE_CSE_ID,
    PST_ATTRIBUTE_ROLE_ID,
    PST_ATTRIBUTE_ISSUER,
    PST_ATTRIBUTE_HOLDER,
    PST_ATTRIBUTE_NOT_BEFORE,
    PST_ATTRIBUTE_NOT_AFTER,
    PST_ATTRIBUTE_REPRESENTATION, /* names of all attributes it has */
    PST_ATTRIBUTE_CONTAINER_DEFINITION,
    PST_ATTRIBUTE_MGMT_DEFINITION,
    PST_ATTRIBUTE_CONSULTATION, /* dynamicAuthorizationConsultationIDs */
    PST_ATTRIBUTE_CONSULTATION_ENABLED,
    PST_ATTRIBUTE_CONSULTATION_POINTS,
    PST_ATTRIBUTE_CONSULTATION_LIFETIME,
    PST_ATTRIBUTE_COUNT
};

/* Types of resources that Postern knows by name (TS-0004 6.3.4.2.1). */
enum pst_resource_type {
    PST_TYPE_ACP = 1,
    PST_TYPE_AE = 2,
    PST_TYPE_CONTAINER = 3,
    PST_TYPE_CONTENT_INSTANCE = 4,
    PST_TYPE_CSE_BASE = 5,
    PST_TYPE_GROUP = 9,
    PST_TYPE_MGMT_OBJ = 13,
    PST_TYPE_POLLING_CHANNEL = 15,
    PST_TYPE_REMOTE_CSE = 16,
    PST_TYPE_SUBSCRIPTION = 23,
    PST_TYPE_FLEX_CONTAINER = 28,
    PST_TYPE_TIME_SERIES = 29,
    PST_TYPE_TIME_SERIES_INSTANCE = 30,
    PST_TYPE_ROLE = 31,
    PST_TYPE_CONSULTATION = 34, /* dynamicAuthorizationConsultation */
    PST_TYPE_FLEX_CONTAINER_INSTANCE = 58,
    PST_TYPE_ANNOUNCED = 10000 /* added to the type of the original */
};

/* The attribute in a representation, or NULL when it is absent or null. The
 * short name counts when both names are there. */
const struct pst_node *pst_attribute_in(const struct pst_node *representation,
                                        enum pst_attribute attribute);

/* Where a resource says what the store refuses, by the short name of the
 * attribute: there, or where the resource stands. Never NULL. */
const struct pst_node *pst_universal_in(const struct pst_resource *resource,
                                        const char *short_name);

/* Whether a name, short or long, is that of the attribute. */
bool pst_attribute_is(postern_str name, enum pst_attribute attribute);

/* The attribute as text; absent when there is none or it is not a string. */
postern_str pst_text_in(const struct pst_node *representation,
                        enum pst_attribute attribute);

/* The attribute as a number from 1 on; 0 when there is none or it is not that.
 */
uint32_t pst_number_in(const struct pst_node *representation,
                       enum pst_attribute attribute);

/* The entries of a list one after another: after NULL comes the first, after
 * the last comes NULL. What stands where a list is expected is its one entry.
 */
const struct pst_node *pst_entry_after(const struct pst_node *list,
                                       const struct pst_node *entry);

/*
 * What a resource of a document is to the store: everything but its compiled
 * set. Texts stay where they are, lists go to the arena.
 *
 * POSTERN_OK, POSTERN_ERR_MEMORY.
 */
POSTERN_NODISCARD postern_status
pst_resource_describe(postern_resource *out, const struct pst_resource *in,
                      struct pst_arena *arena);

#endif
