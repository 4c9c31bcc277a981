/*
 * A resource of a document: the attributes that decisions need; all others are
 * kept as they are.
 */
#ifndef PST_RESOURCE_READER_H
#define PST_RESOURCE_READER_H

#include "policy-lang/reader.h"

/*
 * Reads an entry of `resources`: wrapped, {"m2m:cnt": {...}}, or bare with its
 * type. An <accessControlPolicy> may be in long names or words for people, any
 * other resource has short names.
 *
 * POSTERN_OK; POSTERN_ERR_POLICY with the defect noted; POSTERN_ERR_MEMORY,
 * POSTERN_ERR_LIMIT.
 */
POSTERN_NODISCARD postern_status
pst_read_resource(struct pst_reader *in, const struct pst_node *entry,
                  struct pst_resource *resource);

/* Reads an entry of `policies`: the same, and an <accessControlPolicy> even if
 * it does not say so. */
POSTERN_NODISCARD postern_status pst_read_policy(struct pst_reader *in,
                                                 const struct pst_node *entry,
                                                 struct pst_resource *resource);

/* privileges and selfPrivileges, for the above (acp_reader.c). */
POSTERN_NODISCARD postern_status pst_read_acp(struct pst_reader *in,
                                              const struct pst_node *node,
                                              const struct pst_members *members,
                                              struct pst_resource *resource);

#endif
