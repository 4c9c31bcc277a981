/*
 * Decisions for people (a line, with an explanation a paragraph) and for
 * programs (an object).
 */
#ifndef PST_RENDER_H
#define PST_RENDER_H

#include "cli/explanation.h"
#include "cli/json_out.h"

/* "permit 2000  Cpump7 retrieve cnt1  (acpA rule 0)", and a line that says
 * until when where the answer does. The explanation may be NULL. */
void pst_render_text(FILE *stream, bool colour,
                     const postern_primitive *primitive,
                     const postern_answer *answer,
                     const struct pst_explanation *explanation);

/* {"decision":"permit","rsc":2000,"acp":"acpA","rule":0,"reason":"rule"}, with
 * "until" where the answer says until when: null is for ever. */
void pst_render_json(struct pst_json_out *out, const postern_answer *answer,
                     const struct pst_explanation *explanation);

/* "Cpump7 retrieve cnt1" */
void pst_render_request(FILE *stream, const postern_primitive *primitive);

/* "permit" or "deny" */
const char *pst_effect_word(postern_effect effect);

/* "privileges" or "selfPrivileges" */
const char *pst_privileges_word(postern_privileges which);

#endif
