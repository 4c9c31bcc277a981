/*
 * Remarks on a decision that belong to no rule: a link that leads nowhere, a
 * role that does not count. For explanations; texts are fit for a terminal.
 */
#ifndef PST_NOTE_H
#define PST_NOTE_H

#include "base/arena.h"
#include "base/text.h"

enum { PST_NOTE_SIZE = 256 };

struct pst_note {
    struct pst_note *next;
    char text[PST_NOTE_SIZE];
};

struct pst_notes {
    struct pst_note *first;
    struct pst_note **end; /* where the next one goes */
};

static inline void pst_notes_init(struct pst_notes *notes)
{
    notes->first = NULL;
    notes->end = &notes->first;
}

/* Adds `what`, then `name` in quotes, then `why`. Without memory the remark is
 * lost and nothing else. */
void pst_note(struct pst_notes *notes, struct pst_arena *arena,
              const char *what, postern_str name, const char *why);

#endif
