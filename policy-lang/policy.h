/*
 * A policy document after reading: what the compiled set is made from, what the
 * writers write and the lints look at. Lives in one arena.
 */
#ifndef PST_POLICY_H
#define PST_POLICY_H

#include "policy-lang/node.h"

#include <postern/policy.h>

/* A privileges or selfPrivileges attribute. rules[i] was read from nodes[i]. A
 * rule that is disabled keeps its reason in rules[i].never and the rest as far
 * as it could be read. */
struct pst_rule_set {
    bool present;
    postern_rule *rules;
    const struct pst_node **nodes;
    uint32_t count;
    const struct pst_node *node; /* NULL when absent */
    bool as_read; /* holds what no rule can express: written as it was read */
};

/* Any resource of the document. */
struct pst_resource {
    postern_str ri; /* unstructured resource ID */
    postern_str rn; /* resource name; may be absent */
    postern_str pi; /* ri of the parent; may be absent or "" */
    uint32_t ty;
    int64_t expires_s; /* expirationTime; INT64_MAX when absent */
    const struct pst_document *document;
    const struct pst_node *node; /* the object with the attributes */
    /* Only for ty 1: */
    uint32_t acp; /* number in the compiled set */
    struct pst_rule_set privileges;
    struct pst_rule_set self_privileges;
};

/* cse{spid, csi, cb_ri, cb_rn} */
struct pst_hosting_cse {
    postern_cse cse;
    postern_str sp_id;  /* "//" and the domain, as it was read */
    postern_str cse_id; /* "/" and the name */
    postern_str cb_ri;  /* resource ID of the CSEBase; may be absent */
    postern_str cb_rn;  /* resource name of the CSEBase; may be absent */
};

/* What loading noticed and did not refuse. */
struct pst_finding {
    const struct pst_finding *next;
    const char *lint;    /* static */
    const char *clause;  /* static, or NULL */
    const char *message; /* in the arena */
    const struct pst_document *document;
    const struct pst_node *node;
};

struct postern_policy {
    postern_allocator allocator;
    postern_limits limits;
    struct pst_arena arena; /* owns everything below but the set */
    struct pst_hosting_cse host;
    const struct pst_document *documents;
    uint32_t document_count;
    /* Document by document, its policies before its other resources. */
    struct pst_resource *resources;
    uint32_t resource_count;
    const struct pst_node *trust;              /* NULL when absent */
    const struct pst_document *trust_document; /* that holds it */
    const uint32_t *by_ri; /* numbers of resources, ordered by their ri */
    const struct pst_finding *findings; /* in the order they were made */
    postern_acp_set *acps;
};

/* The resource of that unstructured ID, or NULL. Cost: logarithmic. */
const struct pst_resource *pst_policy_find(const postern_policy *policy,
                                           postern_str ri);

/* As postern_policy_load(), of a document that is read already. Its nodes must
 * outlive the policy; they may be put together from those of other documents,
 * in which diagnostics then point. */
POSTERN_NODISCARD postern_status pst_policy_load_document(
    postern_policy **policy, const struct pst_document *document,
    const postern_load_options *options, postern_diag *diag);

/* A finding as whoever called the load, or the check, sees it. */
void pst_finding_describe(const struct pst_finding *finding,
                          postern_diag *diag);

#endif
