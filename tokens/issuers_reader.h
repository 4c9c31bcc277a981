/*
 * Reading issuers out of a document. The order matters: what an issuer may use
 * is read before its keys, so that each key is held against it.
 */
#ifndef PST_ISSUERS_READER_H
#define PST_ISSUERS_READER_H

#include "base/diag.h"
#include "tokens/issuers.h"
#include "tokens/wiping.h"

struct pst_issuers_reader {
    const struct pst_document *document;
    const postern_issuers_options *options; /* all members of this release */
    struct pst_wiping wiping;
    postern_allocator wiper; /* over it: for texts with secrets */
    postern_issuers *out;
    postern_diag *diag;
};

/* Refuses the document at a node. Returns POSTERN_ERR_POLICY. */
postern_status pst_issuers_refuse(const struct pst_issuers_reader *in,
                                  const struct pst_node *node,
                                  const char *message, const char *clause);

/* The members of one issuer but its keys (issuer_reader.c). */
POSTERN_NODISCARD postern_status
pst_issuer_read(const struct pst_issuers_reader *in,
                const struct pst_node *node, struct pst_issuer *issuer);

/* keys and key_files of issuer number `owner` (issuer_keys.c). */
POSTERN_NODISCARD postern_status
pst_issuer_read_keys(const struct pst_issuers_reader *in,
                     const struct pst_node *node, uint32_t owner);

/* decryption_keys and decryption_key_files. */
POSTERN_NODISCARD postern_status pst_issuers_read_own_keys(
    const struct pst_issuers_reader *in, const struct pst_node *trust);

/* After all keys are there: no secret has two owners, and no key one name with
 * another of options->decryption_keys. [JWT-20] */
POSTERN_NODISCARD postern_status pst_issuers_compare_keys(
    const struct pst_issuers_reader *in, const struct pst_node *trust);

/* Whether a text is name@domain, the domain in lower case. [TOK-01] */
bool pst_is_token_id(postern_str text);

#endif
