/*
 * One resource at a time, as a request or a line of a file brings it: read and
 * checked like an entry of a document, with what is needed for that made once.
 */
#ifndef PST_SINGLE_READER_H
#define PST_SINGLE_READER_H

#include "policy-lang/reader.h"

struct pst_single_reader {
    postern_load_options options; /* all members, also those of later releases
                                     that the caller's struct has not */
    postern_policy context;       /* what an entry is read into; holds no set */
    struct pst_reader reader;
    struct pst_document document;
    struct pst_resource resource;
    bool borrows_grammar;
};

/*
 * @param options    those of the caller; NULL for defaults. Its cse is not
 *                   looked at, and its format may not be YAML
 * @param allocator  for when the options name none
 * @param cse        that hosts the resources; outlives the reader
 * @return POSTERN_OK, POSTERN_ERR_MEMORY, POSTERN_ERR_ARGUMENT; after a refusal
 *         there is nothing to close
 */
POSTERN_NODISCARD postern_status pst_single_reader_open(
    struct pst_single_reader *self, const postern_load_options *options,
    const postern_allocator *allocator, const postern_cse *cse,
    postern_diag *diag);

/* The same with a grammar that is not its own, and outlives it. */
POSTERN_NODISCARD postern_status pst_single_reader_open_with(
    struct pst_single_reader *self, const postern_load_options *options,
    const postern_allocator *allocator, const postern_cse *cse,
    struct pst_grammar *grammar);

void pst_single_reader_close(struct pst_single_reader *self);

/*
 * Reads a representation into self->resource, which lasts until the next one is
 * read.
 *
 * @param lines_before  of the file that the text is a part of
 * @return POSTERN_OK, _SYNTAX, _POLICY, _LIMIT, _MEMORY
 */
POSTERN_NODISCARD postern_status
pst_single_reader_read(struct pst_single_reader *self, postern_str text,
                       uint32_t lines_before, postern_diag *diag);

#endif
