/*
 * A document as a whole: the hosting CSE, policies and other resources, trust.
 */
#ifndef PST_DOCUMENT_READER_H
#define PST_DOCUMENT_READER_H

#include "policy-lang/reader.h"

/* How many resources the document lists, as far as its form is right. */
uint32_t pst_document_resources(const struct pst_document *document);

/*
 * Adds what in->document says to the policy: resources behind those that are
 * there (the array has room), the hosting CSE where it is still unknown.
 * Policies come first, wherever they stand.
 *
 * POSTERN_OK; POSTERN_ERR_POLICY with the defect noted; POSTERN_ERR_MEMORY,
 * POSTERN_ERR_LIMIT.
 */
POSTERN_NODISCARD postern_status pst_read_document(struct pst_reader *in);

#endif
