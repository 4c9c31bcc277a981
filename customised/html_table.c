/* All points in tables, one for a tag, each folded away. */
#include "customised/html.h"

static void put(struct pst_customised_page *page, const char *words)
{
    pst_customised_put(page, words);
}

/* Whether a frame speaks of this very row. If not, what decides is what it says
 * of another one of the tag, and the sentence has it. */
static bool is_said_by(const struct pst_customised_cell *cell, int32_t frame)
{
    for (uint32_t i = 0; i < cell->other_count; i++) {
        if (cell->others[i].frame == (uint32_t)frame) {
            return true;
        }
    }
    return false;
}

/* "; you: at most 3 months; decided by you." For those who cannot see what
 * stands around it. */
static void put_spoken(struct pst_customised_page *page,
                       const struct pst_customised_cell *cell)
{
    const postern_ppm_frame_head *decider =
        pst_customised_decider(page->document, cell);

    put(page, "<span class=\"v\">");
    pst_html_open_english(page);
    for (uint32_t i = 0; i < cell->other_count; i++) {
        put(page, "; ");
        pst_html_apart(page,
                       pst_customised_name(
                           &page->document->frames[cell->others[i].frame]));
        put(page, ": ");
        pst_html_apart(page, cell->others[i].words);
    }
    if (decider && !is_said_by(cell, cell->frame)) {
        put(page, " (");
        pst_html_apart(page, pst_customised_rest(cell));
        put(page, ")");
    }
    if (decider) {
        put(page, "; decided by ");
        pst_html_apart(page, pst_customised_name(decider));
    }
    put(page, ".");
    pst_html_close_english(page);
    put(page, "</span>");
}

/* Tag, row and column, which the eye sees above and beside. The column is seen
 * as well where the table has become cards. */
static void put_place(struct pst_customised_page *page, uint32_t row,
                      uint32_t column)
{
    put(page, "<span class=\"v\">");
    pst_html_tag(page, postern_ppm_row_at(row)->tag);
    put(page, ", ");
    pst_html_row(page, row);
    put(page, ", </span><span class=\"v c\">");
    pst_html_column(page, column);
    put(page, "<span class=\"v\">: </span></span>");
}

static void put_cell(struct pst_customised_page *page, uint32_t row,
                     uint32_t column)
{
    const struct pst_customised_cell *cell =
        pst_customised_find(page->document, column, row);

    put(page, "<td>");
    put_place(page, row, column);
    if (!cell) {
        pst_html_disc(page, PST_HTML_NONE);
        pst_html_english(page, "no preference");
        put(page, "</td>\n");
        return;
    }
    pst_html_state(page, cell->state);
    put(page, "<span class=\"v\">, ");
    pst_html_english(page, "the provider states");
    put(page, "</span> ");
    pst_html_statement(page, cell->statement);
    put_spoken(page, cell);
    put(page, "</td>\n");
}

static bool is_row_stated(const struct pst_customised_page *page, uint32_t row)
{
    for (uint32_t i = 0; i < page->document->column_count; i++) {
        if (pst_customised_find(page->document, i, row)) {
            return true;
        }
    }
    return false;
}

/* What is in a tag: points, and those among them that are in conflict. */
struct sum {
    uint32_t points;
    uint32_t conflicts;
};

static struct sum sum_of(const struct pst_customised_page *page,
                         const postern_ppm_tag *tag)
{
    const struct pst_customised_cell *cells =
        pst_customised_cells(page->document);
    struct sum sum = {0, 0};

    for (uint32_t i = 0; i < page->document->cells.count; i++) {
        bool is_here = cells[i].row - tag->first_row < tag->row_count;
        bool is_red = cells[i].state == POSTERN_PPM_RED ||
                      cells[i].state == POSTERN_PPM_LOCKED;

        sum.points += is_here;
        sum.conflicts += is_here && is_red;
    }
    return sum;
}

static void put_tag_id(struct pst_customised_page *page, const char *before,
                       uint32_t tag)
{
    put(page, before);
    pst_customised_put_uint(page, tag);
    put(page, "\"");
}

static void put_table_head(struct pst_customised_page *page, uint32_t tag)
{
    put_tag_id(page,
               "<div class=\"wide\" role=\"region\" tabindex=\"0\" "
               "aria-labelledby=\"t",
               tag);
    put_tag_id(page, ">\n<table><caption id=\"t", tag);
    put(page, ">");
    pst_html_tag(page, tag);
    put(page, "</caption>\n<thead><tr><th scope=\"col\">");
    pst_html_english(page, "Point");
    put(page, "</th>");
    for (uint32_t i = 0; i < page->document->column_count; i++) {
        put(page, "<th scope=\"col\">");
        pst_html_column(page, i);
        put(page, "</th>");
    }
    put(page, "</tr></thead>\n<tbody>\n");
}

static void put_summary(struct pst_customised_page *page, uint32_t tag,
                        struct sum sum)
{
    put(page, "<details><summary>");
    put(page, postern_ppm_tag_at(tag)->id);
    put(page, " ");
    pst_html_tag(page, tag);
    put(page, ": ");
    pst_html_open_english(page);
    pst_customised_put_uint(page, sum.points);
    put(page, sum.points == 1 ? " point" : " points");
    if (sum.conflicts) {
        put(page, ", ");
        pst_customised_put_uint(page, sum.conflicts);
        put(page, sum.conflicts == 1 ? " conflict" : " conflicts");
    }
    pst_html_close_english(page);
    put(page, "</summary>\n");
}

void pst_html_group(struct pst_customised_page *page, uint32_t number)
{
    const postern_ppm_tag *tag = postern_ppm_tag_at(number);
    struct sum sum = sum_of(page, tag);

    if (sum.points == 0) {
        return;
    }
    put_summary(page, number, sum);
    put_table_head(page, number);
    for (uint32_t row = tag->first_row; row < tag->first_row + tag->row_count;
         row++) {
        if (!is_row_stated(page, row)) {
            continue;
        }
        put(page, "<tr><th scope=\"row\">");
        pst_html_row(page, row);
        put(page, "</th>\n");
        for (uint32_t i = 0; i < page->document->column_count; i++) {
            put_cell(page, row, i);
        }
        put(page, "</tr>\n");
    }
    put(page, "</tbody></table>\n</div></details>\n");
}
