/*
 * The texts of a rule, read anew for the proof: plainly, by other code than
 * that which compiles them, and into values that can be compared with the
 * compiled form. Each returns false for a text that the standard does not
 * allow: then there is nothing that the compiled form could rightly say.
 */
#ifndef PST_PROOF_READING_H
#define PST_PROOF_READING_H

#include "pdp/acp_set.h"

#include <postern/proof.h>

enum pst_proof_kind {
    PST_PROOF_ALL,
    PST_PROOF_NAME, /* `name` says of what */
    PST_PROOF_PATTERN
};

/* One entry of accessControlOriginators, made absolute. Domains are in any
 * case; an absent second part has no data. */
struct pst_proof_originator {
    enum pst_proof_kind kind;
    enum pst_name_kind name;
    postern_str domain;
    postern_str first;
    postern_str second;
};

/* Slices of the text and of the source's names. [ORI-01] [ORI-14] */
bool pst_proof_read_originator(struct pst_proof_originator *out,
                               const postern_acp_source *source,
                               postern_str text);

/* The seven fields of a crontab window, each as the set of its values. */
enum { PST_PROOF_FIELDS = 7, PST_PROOF_YEAR = 6 };

struct pst_proof_window {
    uint64_t fields[PST_PROOF_YEAR]; /* second minute hour day month weekday */
    struct pst_year_set years;
};

bool pst_proof_read_window(struct pst_proof_window *out, postern_str text);

/* First and last address of a prefix; IPv4 in the lowest 32 bits. */
struct pst_proof_range {
    uint32_t family; /* 4 or 6 */
    struct pst_ip6_value first;
    struct pst_ip6_value last;
};

bool pst_proof_read_prefix(struct pst_proof_range *out, postern_str text);

/* What a compiled circle may be: the centre as direction cosines, and the
 * square of the chord of a radius a little smaller and a little larger. */
struct pst_proof_circle {
    double centre[3];
    double least;
    double most;
};

/* Of the edge of a circle, in metres: what the proof takes for rounding. */
#define PST_PROOF_EDGE_M 1e-7

bool pst_proof_read_circle(struct pst_proof_circle *out,
                           const postern_circle *given);

/* Two letters in upper case, the first in the high byte; 0 for others. */
uint32_t pst_proof_read_country(postern_str text);

/* A mgmtDefinition; 0 for what is none. */
uint32_t pst_proof_read_number(postern_str text);

/* ":" and "/" apart: whether a text fits a pattern, in which "*" stands for any
 * characters. `fold`: in any case. */
bool pst_proof_fits(postern_str pattern, postern_str text, bool fold);

#endif
