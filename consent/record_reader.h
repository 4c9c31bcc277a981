/*
 * What reading the two kinds of documents shares: members by name, texts, lists
 * of texts, refusals with a code. All memory is the arena of the read.
 */
#ifndef PST_CONSENT_RECORD_READER_H
#define PST_CONSENT_RECORD_READER_H

#include "consent/records.h"

struct pst_consent_record_reader {
    struct pst_arena *arena;
    const struct pst_document *document;
    postern_diag *diag;
};

/* A member that an object may have, and what reads it into `out`. */
struct pst_consent_record_member {
    const char *name;
    bool required;
    postern_status (*read)(struct pst_consent_record_reader *in,
                           const struct pst_node *node, void *out);
};

/* Refuses what stands at a node, with a code such as "E_MEMBER".
 * POSTERN_ERR_POLICY. */
postern_status
pst_consent_record_refuse(const struct pst_consent_record_reader *in,
                          const struct pst_node *node, const char *code,
                          const char *message);

/* Reads an object in the order of `members`: one that is not among them
 * (E_MEMBER), one that is missing (`missing`), anything but an object (E_TYPE)
 * is refused. */
struct pst_consent_record_members {
    const struct pst_consent_record_member *list;
    size_t count;
    const char *missing; /* the code; NULL: E_MEMBER */
};
POSTERN_NODISCARD postern_status pst_consent_record_object(
    struct pst_consent_record_reader *in, const struct pst_node *node,
    const struct pst_consent_record_members *members, void *out);

/* The kind is that word (E_KIND). */
POSTERN_NODISCARD postern_status pst_consent_record_kind(
    const struct pst_consent_record_reader *in, const char *kind);

/* A text that is not empty (E_TYPE). */
POSTERN_NODISCARD postern_status
pst_consent_record_text(const struct pst_consent_record_reader *in,
                        const struct pst_node *node, postern_str *text);

/* An identifier of a resource or an AE: segments between slashes, so that
 * nothing in it stands for others (E_ID). */
POSTERN_NODISCARD postern_status
pst_consent_record_own_id(const struct pst_consent_record_reader *in,
                          const struct pst_node *node, postern_str *text);

/* A list of identifiers, or one. */
POSTERN_NODISCARD postern_status
pst_consent_record_ids(struct pst_consent_record_reader *in,
                       const struct pst_node *node, postern_texts *texts);

/* No two of the objects in a list have the same text as a member (E_TWICE).
 * Cost: n log n. */
POSTERN_NODISCARD postern_status
pst_consent_record_unique(const struct pst_consent_record_reader *in,
                          const struct pst_node *list, const char *member);

#endif
