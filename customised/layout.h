/*
 * What the layouts share: text in pieces on its way out, and what is said in
 * both.
 *
 * Invariant: once `status` is not POSTERN_OK nothing is written any more.
 */
#ifndef PST_CUSTOMISED_LAYOUT_H
#define PST_CUSTOMISED_LAYOUT_H

#include "base/str.h"
#include "customised/document.h"

enum { PST_CUSTOMISED_PIECE = 1024 };

struct pst_customised_page {
    const postern_customised *document;
    const postern_ppm_words *words;
    postern_customised_head head;
    postern_status (*write)(void *user, postern_str piece);
    void *user;
    postern_status status;
    size_t len;
    char piece[PST_CUSTOMISED_PIECE];
};

/* As it is: words of ours. */
void pst_customised_put(struct pst_customised_page *page, const char *words);
void pst_customised_put_str(struct pst_customised_page *page,
                            postern_str bytes);
void pst_customised_put_uint(struct pst_customised_page *page, uint64_t value);
/* What has not been written yet. */
void pst_customised_flush(struct pst_customised_page *page);

/* layout_text.c, layout_html.c */
void pst_customised_text(struct pst_customised_page *page);
void pst_customised_html(struct pst_customised_page *page);

/* Which cells a part of a layout is about. */
typedef bool pst_customised_choice(const struct pst_customised_cell *cell);

bool pst_customised_is_red(const struct pst_customised_cell *cell);
bool pst_customised_is_locked(const struct pst_customised_cell *cell);
bool pst_customised_is_overruled(const struct pst_customised_cell *cell);
bool pst_customised_is_changed(const struct pst_customised_cell *cell);

/* "OK", "Conflict", "Locked", "Overruled". */
const char *pst_customised_state_name(postern_ppm_state state);

/* "the provider", "a law", "the parents", "you", "time". */
const char *pst_customised_change_name(postern_customised_change change);

/* A sentence without the label of its row in front. */
postern_str pst_customised_rest(const struct pst_customised_cell *cell);

/* Where it is an https address of visible ASCII characters; else absent. */
postern_str pst_customised_address(postern_str link);

#endif
