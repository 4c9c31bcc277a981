/* Remarks in the order they were made. */
#include "engine/note.h"

void pst_note(struct pst_notes *notes, struct pst_arena *arena,
              const char *what, postern_str name, const char *why)
{
    struct pst_note *note = pst_arena_alloc(arena, 1, sizeof *note);
    struct pst_text text;

    if (!note) {
        return;
    }
    pst_text_init(&text, note->text, sizeof note->text);
    pst_text_add(&text, what);
    pst_text_add(&text, " ");
    pst_text_add_quoted(&text, name);
    pst_text_add(&text, " ");
    pst_text_add(&text, why);
    *notes->end = note;
    notes->end = &note->next;
}
