/*
 * Policies: whom they let in, what they are called, and their rule.
 */
#ifndef PST_GATE_POLICY_H
#define PST_GATE_POLICY_H

#include "base/json_text.h"
#include "gate/opening.h"

#include <postern/gate.h>

/* Those who ask for an application, in order of their texts, each once. */
struct pst_gate_parties {
    const postern_str *originators; /* canonical */
    const uint64_t *hashes;         /* postern_id.hash of each */
    size_t count;
    bool rows[POSTERN_PPM_ROWS]; /* of sharing that let recipients in */
};

/*
 * The application's own originators, and recipients: with terms those that may
 * read data of the class themselves, without terms all there are.
 *
 * POSTERN_OK, _MEMORY, _POLICY (one is no AE-ID and no CSE-ID).
 */
POSTERN_NODISCARD postern_status pst_gate_parties_of(
    const struct pst_gate_making *making,
    const struct pst_asp_application *application,
    const struct pst_gate_terms *terms, enum pst_data_class data_class,
    struct pst_gate_parties *parties);

struct pst_gate_wanted {
    postern_str provider;
    postern_str application;
    const struct pst_gate_parties *parties;
    const struct pst_gate_terms *terms;
    int64_t expires_s;
};

/* POSTERN_OK, POSTERN_ERR_MEMORY. */
POSTERN_NODISCARD postern_status pst_gate_policy_make(
    struct pst_arena *arena, const struct pst_gate_wanted *wanted,
    struct pst_gate_policy **policy);

/* Whether a resource ID is kept for policies. */
bool pst_gate_is_policy_id(postern_str id);

/* Of the CSEBase. */
postern_str pst_gate_base_id(const postern_gate_options *options);

/* Of the originators: two policies with one key and one mark are the same. */
uint64_t pst_gate_policy_mark(const struct pst_gate_policy *policy);

/* The codes of the nations, two letters each, in order; returns the number of
 * nations. */
enum { PST_GATE_NATIONS = 26 * 26 };
size_t pst_gate_nation_codes(const struct pst_ppm_nations *nations,
                             char codes[2 * PST_GATE_NATIONS]);

/* The set of this policy alone, compiled. As postern_acp_builder_finish() and
 * what comes before it. */
POSTERN_NODISCARD postern_status pst_gate_policy_compile(
    const struct pst_gate_policy *policy, const postern_gate_options *options,
    postern_acp_set **set, postern_diag *diag);

#endif
