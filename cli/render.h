/*
 * Decisions for people (a line, with --explain a paragraph) and for programs
 * (an object).
 */
#ifndef PST_RENDER_H
#define PST_RENDER_H

#include "cli/json_out.h"
#include "engine/authorize.h"

struct pst_rendering {
    bool explain;
    bool colour;
};

/* "permit 2000  Cpump7 retrieve cnt1  (acpA rule 0)" */
void pst_render_text(FILE *stream, const struct pst_rendering *rendering,
                     const struct pst_primitive *primitive,
                     const struct pst_verdict *verdict);

/* {"decision":"permit","rsc":2000,"acp":"acpA","rule":0,"reason":"rule"} */
void pst_render_json(struct pst_json_out *out,
                     const struct pst_rendering *rendering,
                     const struct pst_verdict *verdict);

/* "permit" or "deny" */
const char *pst_effect_word(postern_effect effect);

#endif
