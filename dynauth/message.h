/*
 * Contents of notifications between a hosting CSE and a DAS: securityInfo as
 * JSON with short names (TS-0004 m2m:securityInfo). Read strictly: a member
 * that is not known, or of another type, refuses the whole. [DDA-08]
 */
#ifndef PST_MESSAGE_H
#define PST_MESSAGE_H

#include "policy-lang/node.h"

#include <postern/prp.h>

enum pst_security_info {
    PST_DAS_REQUEST = 1, /* dreq */
    PST_DAS_RESPONSE = 2 /* dres */
};

enum { PST_MESSAGE_MAX = 512 << 10 }; /* bytes of one */

/* What is being read, and where what was read goes. */
struct pst_message {
    struct pst_document document;
    struct pst_arena *arena;
    postern_diag *diag;
};

/*
 * Opens securityInfo of a type, wrapped ({"m2m:seci":{...}}) or not; `body` is
 * its dreq or dres.
 *
 * POSTERN_OK, _SYNTAX, _POLICY, _LIMIT, _MEMORY.
 */
POSTERN_NODISCARD postern_status pst_message_open(struct pst_message *message,
                                                  postern_str text,
                                                  enum pst_security_info type,
                                                  const struct pst_node **body);

/* A member that an object may have, and what reads it into `out`. */
struct pst_message_member {
    const char *name;
    postern_status (*read)(struct pst_message *message,
                           const struct pst_node *node, void *out);
};

/* Reads an object. `members` ends with a row without a name. */
POSTERN_NODISCARD postern_status
pst_message_members(struct pst_message *message, const struct pst_node *object,
                    const struct pst_message_member *members, void *out);

/* POSTERN_ERR_POLICY, with the place and what was expected there. */
postern_status pst_message_refuse(struct pst_message *message,
                                  const struct pst_node *node,
                                  const char *expected);

/* A text that is not empty. */
POSTERN_NODISCARD postern_status pst_message_text(struct pst_message *message,
                                                  const struct pst_node *node,
                                                  postern_str *text);
/* A list of these. */
POSTERN_NODISCARD postern_status pst_message_texts(struct pst_message *message,
                                                   const struct pst_node *node,
                                                   postern_texts *texts);
/* YYYYMMDDThhmmss */
POSTERN_NODISCARD postern_status pst_message_time(struct pst_message *message,
                                                  const struct pst_node *node,
                                                  int64_t *time_s);

#endif
