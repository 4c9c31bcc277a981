/* Points one below the other: what is to be done, what has changed. */
#include "customised/html.h"

static void put(struct pst_customised_page *page, const char *words)
{
    pst_customised_put(page, words);
}

/* Sentences are English with names in them. */
static void put_sentence(struct pst_customised_page *page, postern_str sentence)
{
    put(page,
        pst_html_is_english(page) ? "<p><bdi>" : "<p lang=\"en\" dir=\"ltr\">");
    pst_html_plain(page, sentence);
    put(page, pst_html_is_english(page) ? "</bdi></p>\n" : "</p>\n");
}

static void put_decider(struct pst_customised_page *page,
                        const struct pst_customised_cell *cell)
{
    const postern_ppm_frame_head *frame =
        pst_customised_decider(page->document, cell);

    if (!frame) {
        return;
    }
    put(page, "<p>");
    pst_html_open_english(page);
    put(page, "Decided by ");
    pst_html_who(page, frame);
    put(page, ".");
    pst_html_close_english(page);
    put(page, "</p>\n");
}

/* "Conflict: Retention, Month". */
static void put_title(struct pst_customised_page *page, postern_ppm_state state,
                      uint32_t row)
{
    put(page, "<p>");
    pst_html_state(page, state);
    put(page, ": ");
    pst_html_tag(page, postern_ppm_row_at(row)->tag);
    put(page, ", ");
    pst_html_row(page, row);
    put(page, "</p>\n");
}

void pst_html_point(struct pst_customised_page *page,
                    const struct pst_customised_cell *cell)
{
    put(page, "<li class=\"point\">");
    put_title(page, cell->state, cell->row);
    put_sentence(page, pst_customised_rest(cell));
    put_decider(page, cell);
    put(page, "</li>\n");
}

/* "Before: Conflict (6 months)." */
static void put_before(struct pst_customised_page *page,
                       const struct pst_customised_changed *changed)
{
    put(page, "<p>");
    pst_html_open_english(page);
    put(page, "Before: ");
    put(page, pst_customised_state_name(changed->before));
    put(page, " (");
    pst_html_statement(page, changed->statement_before);
    put(page, "). ");
}

static void put_author(struct pst_customised_page *page,
                       postern_customised_change by)
{
    put(page, "Changed by ");
    put(page, pst_customised_change_name(by));
    put(page, ".");
    pst_html_close_english(page);
    put(page, "</p></li>\n");
}

void pst_html_change(struct pst_customised_page *page,
                     const struct pst_customised_cell *cell)
{
    put(page, "<li class=\"point\">");
    put_title(page, cell->state, cell->row);
    put_before(page, &cell->changed);
    put(page, "Now: ");
    put(page, pst_customised_state_name(cell->state));
    put(page, " (");
    pst_html_statement(page, cell->statement);
    put(page, "). ");
    put_author(page, cell->changed.by);
}

static void put_lost_point(struct pst_customised_page *page,
                           const postern_customised_lost *lost)
{
    struct pst_customised_changed changed = {lost->change, lost->before,
                                             lost->statement_before};

    put(page, "<li class=\"point\"><p>");
    pst_html_disc(page, PST_HTML_NONE);
    put(page, "<b>");
    pst_html_english(page, "Gone");
    put(page, "</b>: ");
    pst_html_tag(page, postern_ppm_row_at(lost->row)->tag);
    put(page, ", ");
    pst_html_row(page, lost->row);
    put(page, ", ");
    pst_html_names(page, &lost->column);
    put(page, "</p>\n");
    put_before(page, &changed);
    put_author(page, lost->change);
}

/* The chosen cells, those of a column below its name. */
void pst_html_points(struct pst_customised_page *page,
                     pst_customised_choice *choose,
                     void (*put_one)(struct pst_customised_page *page,
                                     const struct pst_customised_cell *cell))
{
    const struct pst_customised_cell *cells =
        pst_customised_cells(page->document);
    uint32_t last = UINT32_MAX;

    for (uint32_t i = 0; i < page->document->cells.count; i++) {
        if (!choose(&cells[i])) {
            continue;
        }
        if (cells[i].column != last) {
            put(page, last == UINT32_MAX ? "" : "</ul>\n");
            last = cells[i].column;
            put(page, "<h3>");
            pst_html_column(page, last);
            put(page, "</h3>\n<ul>\n");
        }
        put_one(page, &cells[i]);
    }
    put(page, last == UINT32_MAX ? "" : "</ul>\n");
}

void pst_html_lost(struct pst_customised_page *page)
{
    if (page->document->lost.count == 0) {
        return;
    }
    put(page, "<h3>");
    pst_html_english(page, "No longer there");
    put(page, "</h3>\n<ul>\n");
    for (uint32_t i = 0; i < page->document->lost.count; i++) {
        put_lost_point(page, &pst_customised_losts(page->document)[i]);
    }
    put(page, "</ul>\n");
}
