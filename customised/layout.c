/* What the layouts share. */
#include "customised/layout.h"

#include "base/diag.h"
#include "base/text.h"

void pst_customised_flush(struct pst_customised_page *page)
{
    if (page->status == POSTERN_OK && page->len) {
        page->status =
            page->write(page->user, (postern_str){page->piece, page->len});
    }
    page->len = 0;
}

void pst_customised_put_str(struct pst_customised_page *page, postern_str bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        if (page->len == PST_CUSTOMISED_PIECE) {
            pst_customised_flush(page);
        }
        page->piece[page->len++] = bytes.data[i];
    }
}

void pst_customised_put(struct pst_customised_page *page, const char *words)
{
    pst_customised_put_str(page, postern_str_of(words));
}

void pst_customised_put_uint(struct pst_customised_page *page, uint64_t value)
{
    char digits[24];
    struct pst_text text;

    pst_text_init(&text, digits, sizeof digits);
    pst_text_add_uint(&text, value);
    pst_customised_put(page, digits);
}

bool pst_customised_is_red(const struct pst_customised_cell *cell)
{
    return cell->state == POSTERN_PPM_RED;
}

bool pst_customised_is_locked(const struct pst_customised_cell *cell)
{
    return cell->state == POSTERN_PPM_LOCKED;
}

bool pst_customised_is_overruled(const struct pst_customised_cell *cell)
{
    return cell->state == POSTERN_PPM_OVERRULED;
}

bool pst_customised_is_changed(const struct pst_customised_cell *cell)
{
    return cell->changed.by != POSTERN_CHANGE_NONE;
}

const char *pst_customised_state_name(postern_ppm_state state)
{
    static const char *const names[PST_CUSTOMISED_STATES] = {
        "OK", "Conflict", "Locked", "Overruled"};

    return names[state];
}

const char *pst_customised_change_name(postern_customised_change change)
{
    static const char *const names[PST_CUSTOMISED_CHANGES] = {
        "nobody", "the provider", "a law", "the parents", "you", "time"};

    return names[change];
}

postern_str pst_customised_rest(const struct pst_customised_cell *cell)
{
    postern_str label = postern_ppm_row_label(NULL, cell->row);
    postern_str sentence = cell->sentence;
    postern_str front = pst_str_slice(sentence, 0, label.len);
    postern_str gap = pst_str_slice(sentence, label.len, label.len + 2);

    return pst_str_equal(front, label) && pst_str_is(gap, ": ")
               ? pst_str_slice(sentence, label.len + 2, sentence.len)
               : sentence;
}

postern_str pst_customised_address(postern_str link)
{
    static const postern_str none = {NULL, 0};

    if (!pst_str_is(pst_str_slice(link, 0, 8), "https://") || link.len == 8) {
        return none;
    }
    for (size_t i = 0; i < link.len; i++) {
        if (link.data[i] <= ' ' || link.data[i] > '~' ||
            strchr("\"'<>\\^`{|}", link.data[i])) {
            return none;
        }
    }
    return link;
}

postern_status postern_customised_write(
    const postern_customised *document, postern_customised_layout layout,
    const postern_ppm_words *words,
    postern_status (*write)(void *user, postern_str piece), void *user)
{
    struct pst_customised_page page = {.document = document,
                                       .words = words,
                                       .write = write,
                                       .user = user,
                                       .status = POSTERN_OK};

    if (!document || !write || (unsigned)layout > POSTERN_LAYOUT_HTML) {
        return POSTERN_ERR_ARGUMENT;
    }
    postern_customised_look(document, &page.head);
    if (layout == POSTERN_LAYOUT_HTML) {
        pst_customised_html(&page);
    } else {
        pst_customised_text(&page);
    }
    pst_customised_flush(&page);
    return page.status;
}
