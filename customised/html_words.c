/*
 * Texts, discs and names on the page. [PPM-21]
 *
 * Everything that comes from a document goes through pst_html_plain(), which
 * leaves nothing that is markup or that turns the direction of what stands
 * around it.
 */
#include "customised/html.h"

#include "base/character.h"

static void put(struct pst_customised_page *page, const char *words)
{
    pst_customised_put(page, words);
}

/* ---- texts --------------------------------------------------------------- */

static const char *entity_of(uint32_t code)
{
    switch (code) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* Joiners belong to the spelling of some languages. */
static bool is_joiner(uint32_t code)
{
    return code == 0x200C || code == 0x200D;
}

void pst_html_plain(struct pst_customised_page *page, postern_str text)
{
    size_t at = 0;

    while (at < text.len) {
        struct pst_character character = pst_character_at(text, at);
        const char *entity = entity_of(character.code);

        if (entity) {
            put(page, entity);
        } else if (pst_character_is_harmless(character.code) ||
                   is_joiner(character.code)) {
            pst_customised_put_str(
                page, pst_str_slice(text, at, at + character.size));
        } else {
            put(page, "\xEF\xBF\xBD");
        }
        at += character.size;
    }
}

/* Text in a language and a direction of its own, which is not known. */
void pst_html_apart(struct pst_customised_page *page, postern_str text)
{
    put(page, "<bdi>");
    pst_html_plain(page, text);
    put(page, "</bdi>");
}

bool pst_html_is_english(const struct pst_customised_page *page)
{
    return pst_str_is(postern_ppm_words_language(page->words), "en");
}

void pst_html_open_english(struct pst_customised_page *page)
{
    if (!pst_html_is_english(page)) {
        put(page, "<span lang=\"en\" dir=\"ltr\">");
    }
}

void pst_html_close_english(struct pst_customised_page *page)
{
    if (!pst_html_is_english(page)) {
        put(page, "</span>");
    }
}

void pst_html_english(struct pst_customised_page *page, const char *words)
{
    pst_html_open_english(page);
    put(page, words);
    pst_html_close_english(page);
}

/* A name of the table: in the language of the page, or in English for want of
 * it. */
static void put_label(struct pst_customised_page *page, postern_str label,
                      postern_str english)
{
    if (label.data == english.data) {
        pst_html_open_english(page);
        pst_html_plain(page, label);
        pst_html_close_english(page);
    } else {
        pst_html_apart(page, label);
    }
}

void pst_html_row(struct pst_customised_page *page, uint32_t row)
{
    put_label(page, postern_ppm_row_label(page->words, row),
              postern_ppm_row_label(NULL, row));
}

void pst_html_tag(struct pst_customised_page *page, uint32_t tag)
{
    put_label(page, postern_ppm_tag_name(page->words, tag),
              postern_ppm_tag_name(NULL, tag));
}

void pst_html_names(struct pst_customised_page *page,
                    const postern_ppm_column *column)
{
    const postern_str parts[] = {column->application, column->device,
                                 column->data};
    bool is_first = true;

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].data) {
            put(page, is_first ? "" : " / ");
            pst_html_apart(page, parts[i]);
            is_first = false;
        }
    }
    if (is_first) {
        pst_html_english(page, "everything");
    }
}

void pst_html_column(struct pst_customised_page *page, uint32_t number)
{
    pst_html_names(page, &page->document->columns[number]);
}

/* ---- discs --------------------------------------------------------------- */

/* A shape for each state, whatever the colours: circle and tick, diamond and
 * cross, diamond and padlock, circle and padlock, a dash. */
void pst_html_shapes(struct pst_customised_page *page)
{
    put(page,
        "<svg class=\"defs\" width=\"0\" height=\"0\" aria-hidden=\"true\" "
        "focusable=\"false\"><defs>\n"
        "<symbol id=\"d0\" viewBox=\"0 0 24 24\"><circle class=\"f\" cx=\"12\" "
        "cy=\"12\" r=\"11\"/><path class=\"g\" d=\"M6.5 12.5l3.8 3.8 7.2-8\"/>"
        "</symbol>\n"
        "<symbol id=\"d1\" viewBox=\"0 0 24 24\"><path class=\"f\" "
        "d=\"M12 .6 23.4 12 12 23.4.6 12z\"/><path class=\"g\" "
        "d=\"M8 8l8 8M16 8l-8 8\"/></symbol>\n"
        "<symbol id=\"d2\" viewBox=\"0 0 24 24\"><path class=\"f\" "
        "d=\"M12 .6 23.4 12 12 23.4.6 12z\"/><path class=\"k\" "
        "d=\"M8 11h8v6H8z\"/><path class=\"g\" "
        "d=\"M9.6 11.5V9.2a2.4 2.4 0 0 1 4.8 0v2.3\"/></symbol>\n"
        "<symbol id=\"d3\" viewBox=\"0 0 24 24\"><circle class=\"f\" cx=\"12\" "
        "cy=\"12\" r=\"11\"/><path class=\"k\" d=\"M8 11h8v6H8z\"/>"
        "<path class=\"g\" d=\"M9.6 11.5V9.2a2.4 2.4 0 0 1 4.8 0v2.3\"/>"
        "</symbol>\n"
        "<symbol id=\"d4\" viewBox=\"0 0 24 24\"><path class=\"m\" "
        "d=\"M5 12h14\"/></symbol>\n"
        "</defs></svg>\n");
}

void pst_html_disc(struct pst_customised_page *page, enum pst_html_disc disc)
{
    static const char *const classes[] = {"ok", "no", "no", "ok", "none"};

    put(page, "<svg class=\"d ");
    put(page, classes[disc]);
    put(page, "\" aria-hidden=\"true\" focusable=\"false\"><use href=\"#d");
    pst_customised_put_uint(page, disc);
    put(page, "\"/></svg>");
}

/* Disc and word: never the colour alone. */
void pst_html_state(struct pst_customised_page *page, postern_ppm_state state)
{
    pst_html_disc(page, (enum pst_html_disc)state);
    put(page, "<b>");
    pst_html_english(page, pst_customised_state_name(state));
    put(page, "</b>");
}

/* ---- who and what ---------------------------------------------------------
 */

void pst_html_who(struct pst_customised_page *page,
                  const postern_ppm_frame_head *frame)
{
    postern_str address = pst_customised_address(frame->link);

    if (frame->kind == POSTERN_PPM_USER) {
        put(page, "you");
        return;
    }
    if (address.data) {
        put(page, "<a rel=\"external noopener noreferrer\" href=\"");
        pst_html_plain(page, address);
        put(page, "\">");
    }
    pst_html_apart(page, pst_customised_name(frame));
    put(page, address.data ? "</a>" : "");
    if (frame->link.data && !address.data) {
        put(page, " (");
        pst_html_apart(page, frame->link);
        put(page, ")");
    }
}

void pst_html_statement(struct pst_customised_page *page, postern_str statement)
{
    pst_html_apart(page, statement.data ? statement : PST_STR("nothing"));
}
