/*
 * The identifiers and small texts of the standard as regular grammars. The
 * reader of policies asks them first, so that a refusal can say what was
 * expected in that place; pdp/ reads the same texts with code of its own, and
 * tests hold the two against each other.
 *
 * Patterns are anchored at both ends, give nothing back once matched, and run
 * under match and depth limits: time is linear in the text.
 */
#ifndef PST_GRAMMAR_H
#define PST_GRAMMAR_H

#include <postern/base.h>

enum pst_grammar_form {
    PST_GRAMMAR_SP_ID,         /* //FQDN [ID-01] */
    PST_GRAMMAR_CSE_ID,        /* /name [ID-01] */
    PST_GRAMMAR_ENTITY,        /* AE-ID or CSE-ID in any form [ID-01] */
    PST_GRAMMAR_RESOURCE,      /* a resource in any form [ID-06] */
    PST_GRAMMAR_RESOURCE_ID,   /* unstructured, one segment */
    PST_GRAMMAR_RESOURCE_NAME, /* one segment, begins with letter or digit */
    PST_GRAMMAR_ROLE,          /* local@FQDN [ID-07] */
    PST_GRAMMAR_ORIGINATOR,    /* entry of accessControlOriginators [ORI-01] */
    PST_GRAMMAR_WINDOW,        /* seven crontab fields [CTX-10] [CTX-11] */
    PST_GRAMMAR_ADDRESS,       /* the look of an IP address or prefix; whether
                                  its numbers are right is for pdp/ [CTX-20] */
    PST_GRAMMAR_COUNTRY,       /* two letters, either case */
    PST_GRAMMAR_ATTRIBUTE,     /* NCName of ASCII characters */
    PST_GRAMMAR_FORMS
};

/* Patterns, compiled when they are first asked. Belongs to one load, and so to
 * one thread. */
struct pst_grammar;

/* POSTERN_OK, POSTERN_ERR_MEMORY. *grammar is NULL after a refusal. */
POSTERN_NODISCARD postern_status pst_grammar_new(
    struct pst_grammar **grammar, const postern_allocator *allocator);

/* Compiles all of them now, so that no memory is asked for later. Returns as
 * pst_grammar_status(). */
POSTERN_NODISCARD postern_status
pst_grammar_prepare(struct pst_grammar *grammar);

void pst_grammar_free(struct pst_grammar *grammar);

/* What it has of its allocator now; 0 of NULL. */
size_t pst_grammar_bytes(const struct pst_grammar *grammar);

/* Whether the whole text is of that form. False as well when the match could
 * not be finished: ask pst_grammar_status() before blaming the text. */
bool pst_grammar_matches(struct pst_grammar *grammar,
                         enum pst_grammar_form form, postern_str text);

/* POSTERN_OK; POSTERN_ERR_MEMORY or POSTERN_ERR_LIMIT since a match could not
 * be finished; POSTERN_ERR_INTERNAL for a pattern that does not compile. */
postern_status pst_grammar_status(const struct pst_grammar *grammar);

/* What the form is, for "expected ...": "an AE-ID, ...". */
const char *pst_grammar_expected(enum pst_grammar_form form);

#endif
