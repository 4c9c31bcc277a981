/*
 * Parts of the page. What comes from a document is written by pst_html_plain()
 * and nothing else, and stands between <bdi> or in an element of its own; what
 * is English is marked so where the page is not.
 */
#ifndef PST_CUSTOMISED_HTML_H
#define PST_CUSTOMISED_HTML_H

#include "customised/layout.h"

/* ---- html_words.c -------------------------------------------------------- */

/* No markup, no marks of direction, nothing invisible. */
void pst_html_plain(struct pst_customised_page *page, postern_str text);
/* Text in a language and a direction of its own, which is not known. */
void pst_html_apart(struct pst_customised_page *page, postern_str text);

bool pst_html_is_english(const struct pst_customised_page *page);
void pst_html_open_english(struct pst_customised_page *page);
void pst_html_close_english(struct pst_customised_page *page);
void pst_html_english(struct pst_customised_page *page, const char *words);

/* Names of the table and of columns. */
void pst_html_row(struct pst_customised_page *page, uint32_t row);
void pst_html_tag(struct pst_customised_page *page, uint32_t tag);
void pst_html_names(struct pst_customised_page *page,
                    const postern_ppm_column *column);
void pst_html_column(struct pst_customised_page *page, uint32_t number);

/* The numbers of the first four are those of states. */
enum pst_html_disc {
    PST_HTML_OK,
    PST_HTML_NO,
    PST_HTML_LOCKED,
    PST_HTML_OVERRULED,
    PST_HTML_NONE
};

/* The drawings that discs refer to: once, before the first. */
void pst_html_shapes(struct pst_customised_page *page);
void pst_html_disc(struct pst_customised_page *page, enum pst_html_disc disc);
/* Disc and word: never the colour alone. */
void pst_html_state(struct pst_customised_page *page, postern_ppm_state state);

/* The name of a frame, a link where it has one; "you". */
void pst_html_who(struct pst_customised_page *page,
                  const postern_ppm_frame_head *frame);
void pst_html_statement(struct pst_customised_page *page,
                        postern_str statement);

/* ---- html_points.c ------------------------------------------------------- */

/* The chosen cells, those of a column below its name. */
void pst_html_points(struct pst_customised_page *page,
                     pst_customised_choice *choose,
                     void (*put_one)(struct pst_customised_page *page,
                                     const struct pst_customised_cell *cell));
/* Of one cell: what it shows and who decided; what it was before. */
void pst_html_point(struct pst_customised_page *page,
                    const struct pst_customised_cell *cell);
void pst_html_change(struct pst_customised_page *page,
                     const struct pst_customised_cell *cell);
void pst_html_lost(struct pst_customised_page *page);

/* ---- html_table.c -------------------------------------------------------- */

/* The table of a tag; nothing when nobody says anything there. */
void pst_html_group(struct pst_customised_page *page, uint32_t tag);

#endif
