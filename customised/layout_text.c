/* For a terminal: what needs the reader first. [PPM-21] */
#include "customised/layout.h"

#include "base/character.h"

static void put(struct pst_customised_page *page, const char *words)
{
    pst_customised_put(page, words);
}

/* Text from outside: what a terminal could obey becomes "?". */
static void put_plain(struct pst_customised_page *page, postern_str text)
{
    size_t at = 0;

    while (at < text.len) {
        struct pst_character character = pst_character_at(text, at);

        if (pst_character_is_harmless(character.code)) {
            pst_customised_put_str(
                page, pst_str_slice(text, at, at + character.size));
        } else {
            put(page, "?");
        }
        at += character.size;
    }
}

/* "1 point", "2 points". */
static void put_count(struct pst_customised_page *page, uint32_t count,
                      const char *what)
{
    pst_customised_put_uint(page, count);
    put(page, " ");
    put(page, what);
    put(page, count == 1 ? "" : "s");
}

static void put_part(struct pst_customised_page *page, const char *before,
                     postern_str part)
{
    put(page, before);
    put_plain(page, part.data ? part : PST_STR("*"));
}

/* As columns are named on the command line. */
static void put_names(struct pst_customised_page *page,
                      const postern_ppm_column *column)
{
    put_part(page, "", column->application);
    put_part(page, "/", column->device);
    put_part(page, "/", column->data);
}

static void put_column(struct pst_customised_page *page, uint32_t number)
{
    put(page, "  ");
    put_names(page, &page->document->columns[number]);
    put(page, "\n");
}

static void put_row(struct pst_customised_page *page, uint32_t row)
{
    put(page, "    ");
    put(page, postern_ppm_row_at(row)->key);
    put(page, "  ");
    put_plain(page, postern_ppm_row_label(page->words, row));
    put(page, ": ");
}

static void put_link(struct pst_customised_page *page,
                     const struct pst_customised_cell *cell)
{
    const postern_ppm_frame_head *frame =
        pst_customised_decider(page->document, cell);

    if (!frame || frame->kind == POSTERN_PPM_USER || !frame->link.data) {
        return;
    }
    put(page, "      ");
    put_plain(page, pst_customised_name(frame));
    put(page, ": ");
    put_plain(page, frame->link);
    put(page, "\n");
}

static void put_point(struct pst_customised_page *page,
                      const struct pst_customised_cell *cell)
{
    put_row(page, cell->row);
    put_plain(page, pst_customised_rest(cell));
    put(page, "\n");
    put_link(page, cell);
}

static void put_statement(struct pst_customised_page *page,
                          postern_str statement)
{
    put_plain(page, statement.data ? statement : PST_STR("nothing"));
}

static void put_before(struct pst_customised_page *page,
                       const struct pst_customised_changed *changed)
{
    put(page, "was ");
    put(page, postern_ppm_state_word(changed->before));
    put(page, " (");
    put_statement(page, changed->statement_before);
    put(page, ")");
}

static void put_change(struct pst_customised_page *page,
                       const struct pst_customised_cell *cell)
{
    put_row(page, cell->row);
    put_before(page, &cell->changed);
    put(page, ", is ");
    put(page, postern_ppm_state_word(cell->state));
    put(page, " (");
    put_statement(page, cell->statement);
    put(page, "); by ");
    put(page, pst_customised_change_name(cell->changed.by));
    put(page, "\n");
}

static void put_cells(struct pst_customised_page *page,
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
            last = cells[i].column;
            put_column(page, last);
        }
        put_one(page, &cells[i]);
    }
}

static void put_lost(struct pst_customised_page *page)
{
    for (uint32_t i = 0; i < page->document->lost.count; i++) {
        const postern_customised_lost *lost =
            &pst_customised_losts(page->document)[i];
        struct pst_customised_changed changed = {lost->change, lost->before,
                                                 lost->statement_before};

        put(page, "  gone: ");
        put_names(page, &lost->column);
        put(page, "\n");
        put_row(page, lost->row);
        put_before(page, &changed);
        put(page, "; by ");
        put(page, pst_customised_change_name(lost->change));
        put(page, "\n");
    }
}

static void put_head(struct pst_customised_page *page)
{
    const postern_customised_head *head = &page->head;
    uint32_t red = head->count[POSTERN_PPM_RED];
    uint32_t locked = head->count[POSTERN_PPM_LOCKED];

    put_plain(page, head->name.data ? head->name : head->provider);
    put(page, " for ");
    put_plain(page, head->subscriber);
    if (head->day.data) {
        put(page, ", ");
        put_plain(page, head->day);
    }
    put(page, "\n");
    pst_customised_put_uint(page, red + locked);
    put(page, " of ");
    put_count(page, head->columns * POSTERN_PPM_ROWS, "point");
    put(page, red + locked == 1 ? " needs you.\n" : " need you.\n");
}

static void put_end(struct pst_customised_page *page)
{
    const postern_customised_head *head = &page->head;

    put(page, "\n");
    pst_customised_put_uint(page, head->count[POSTERN_PPM_GREEN]);
    put(page, " OK, ");
    put_count(page, head->count[POSTERN_PPM_RED], "conflict");
    put(page, ", ");
    pst_customised_put_uint(page, head->count[POSTERN_PPM_LOCKED]);
    put(page, " locked, ");
    pst_customised_put_uint(page, head->count[POSTERN_PPM_OVERRULED]);
    put(page, " overruled");
    if (head->previous.data) {
        put(page, "; ");
        put_count(page, head->changes, "change");
    }
    put(page, "\nhash ");
    put(page, page->document->hash);
    put(page, "\n");
}

void pst_customised_text(struct pst_customised_page *page)
{
    put_head(page);
    if (page->head.count[POSTERN_PPM_RED]) {
        put(page, "\nYou may accept:\n");
        put_cells(page, pst_customised_is_red, put_point);
    }
    if (page->head.count[POSTERN_PPM_LOCKED]) {
        put(page, "\nYou cannot accept:\n");
        put_cells(page, pst_customised_is_locked, put_point);
    }
    if (page->head.changes) {
        put(page, "\nChanged since the last version:\n");
        put_cells(page, pst_customised_is_changed, put_change);
        put_lost(page);
    }
    if (page->head.count[POSTERN_PPM_OVERRULED]) {
        put(page, "\nWishes that are overruled:\n");
        put_cells(page, pst_customised_is_overruled, put_point);
    }
    put_end(page);
}
