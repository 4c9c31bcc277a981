/*
 * Resources that take their policies from one parent get one answer: in a
 * decision of many targets that of the first counts for its siblings of the
 * same type.
 *
 * Remembered by the text of the parent's ID, which stays where it is until the
 * view is left. Only where nothing else of the target plays a part: not in a
 * Create, nor where its attributes are known.
 */
#ifndef PST_HEIRS_H
#define PST_HEIRS_H

#include <postern/engine.h>

enum { PST_HEIRS = 16 };

struct pst_heir {
    postern_str parent; /* data NULL: free */
    uint32_t type;
    postern_answer answer;
};

struct pst_heirs {
    uint32_t turn; /* who gives way next */
    struct pst_heir entries[PST_HEIRS];
};

struct pst_run;

void pst_heirs_clear(struct pst_heirs *heirs);

/* The answer to a sibling of run->target becomes that of the run; false when
 * there is none. */
bool pst_heirs_recall(struct pst_run *run);
/* Keeps run->answer for siblings, if it can count for them. */
void pst_heirs_keep(struct pst_run *run);

#endif
