/* Why a text is not of the form that its place asks for. */
#ifndef PST_TEXT_REFUSAL_H
#define PST_TEXT_REFUSAL_H

#include "policy-lang/grammar.h"

/*
 * Writes what pdp/ says of an originator, a time window or an address that the
 * grammar does not take: which field, which part, and what to do.
 *
 * POSTERN_ERR_POLICY with a message; POSTERN_OK when there is none;
 * POSTERN_ERR_MEMORY, POSTERN_ERR_LIMIT.
 */
POSTERN_NODISCARD postern_status pst_text_refusal(
    enum pst_grammar_form form, postern_str text,
    const postern_allocator *allocator, char *message, size_t size);

#endif
