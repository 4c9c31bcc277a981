/* Target functions: postern_customised_load, postern_customised_write,
 * postern_customised_new
 *
 * What loads gives the same bytes again, and both layouts of it hold nothing
 * that the bytes could have smuggled in. It may be what was shown before: what
 * comes after it says what has changed, and loads as well. */
#include "fuzz/fuzz.h"

#include "support/customised.h"

enum { DEPTH = 64, NAME = 16 };

/* Elements that are open, while the page comes in pieces. */
struct page {
    char open[DEPTH][NAME];
    int depth;
    char tag[NAME]; /* of the one that is being read */
    size_t len;
    enum { TEXT, TAG, REST, QUOTED } state;
    char last; /* byte of a tag */
};

static const char *const known[] = {
    "html",    "head",    "title",  "style", "body",    "a",       "svg",
    "defs",    "symbol",  "circle", "path",  "use",     "header",  "h1",
    "h2",      "h3",      "p",      "nav",   "ul",      "li",      "main",
    "section", "b",       "bdi",    "span",  "details", "summary", "div",
    "table",   "caption", "thead",  "tbody", "tr",      "th",      "td",
    "footer",  "dl",      "dt",     "dd",    "code",    "meta",    "!doctype"};

static int is_known(const char *tag)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(tag, known[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

static void end_tag(struct page *page)
{
    const char *name = page->tag[0] == '/' ? page->tag + 1 : page->tag;

    FUZZ_CLAIM(is_known(name));
    if (strcmp(name, "meta") == 0 || name[0] == '!' || page->last == '/') {
        return;
    }
    if (page->tag[0] != '/') {
        FUZZ_CLAIM(page->depth < DEPTH);
        memcpy(page->open[page->depth++], page->tag, NAME);
        return;
    }
    FUZZ_CLAIM(page->depth > 0);
    FUZZ_CLAIM(strcmp(page->open[--page->depth], name) == 0);
}

static void take_tag_byte(struct page *page, char c)
{
    if (c == '>') {
        page->state = TEXT;
        end_tag(page);
    } else if (page->state == TAG && c != ' ' && page->len + 1 < NAME &&
               !(c == '/' && page->len)) {
        page->tag[page->len++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    } else {
        page->state = c == '"' ? QUOTED : REST;
    }
    page->last = c;
}

static void take_byte(struct page *page, char c)
{
    switch (page->state) {
    case TEXT:
        if (c == '<') {
            memset(page->tag, 0, NAME);
            page->len = 0;
            page->state = TAG;
        }
        break;
    case QUOTED:
        FUZZ_CLAIM(c != '<');
        page->state = c == '"' ? REST : QUOTED;
        page->last = c;
        break;
    case TAG:
    case REST:
    default:
        take_tag_byte(page, c);
        break;
    }
}

static postern_status take_html(void *user, postern_str piece)
{
    for (size_t i = 0; i < piece.len; i++) {
        take_byte(user, piece.data[i]);
    }
    return POSTERN_OK;
}

/* A terminal has nothing to obey. */
static postern_status take_text(void *user, postern_str piece)
{
    (void)user;
    for (size_t i = 0; i < piece.len; i++) {
        unsigned char c = (unsigned char)piece.data[i];

        FUZZ_CLAIM((c >= ' ' && c != 0x7F) || c == '\n');
    }
    return POSTERN_OK;
}

static void lay_out(const postern_customised *document)
{
    struct page page = {.state = TEXT};

    FUZZ_CLAIM(postern_customised_write(document, POSTERN_LAYOUT_TEXT, NULL,
                                        take_text, NULL) == POSTERN_OK);
    FUZZ_CLAIM(postern_customised_write(document, POSTERN_LAYOUT_HTML, NULL,
                                        take_html, &page) == POSTERN_OK);
    FUZZ_CLAIM(page.depth == 0 && page.state == TEXT);
}

static const char *const frames[] = {
    "kind: provider\nowner: acme\nname: Acme Energy\nrows:\n"
    "  1.1/app_id: R01.acme.meter\n  2.0/personal: yes\n  6.0/month: 6\n"
    "  4.0/nation: [NL, DE]\ncolumns:\n"
    "- application: meter-app\n  device: meter\n  data: energy\n  rows:\n"
    "    7.0/affiliate: {scope: [heating], reason: [improve]}\n",
    "kind: legal_country\nowner: NL\nname: the act\nrows:\n"
    "  6.0/year: 2\n",
    "kind: user\nowner: p-77f1\nrows:\n  6.0/month: 3\n", NULL};

static void claim_lost(const postern_customised *document)
{
    postern_customised_head head;
    postern_customised_lost lost;
    uint32_t n = 0;

    while (postern_customised_lost_at(document, n, &lost)) {
        FUZZ_CLAIM(*postern_customised_change_word(lost.change));
        n++;
    }
    postern_customised_look(document, &head);
    FUZZ_CLAIM(n == head.gone && head.gone <= head.changes);
}

/* What is shown after a document, whatever that was. */
static void show_after(const postern_customised *previous)
{
    struct shown shown;
    postern_customised *again;
    postern_customised_head head;
    postern_customised_options options = shown_options();
    postern_status status;

    postern_customised_look(previous, &head);
    options.previous = previous;
    options.subscriber = head.subscriber;
    options.provider = head.provider;
    status = shown_make_as(&shown, frames, &options);
    if (status == POSTERN_OK) {
        postern_str json = postern_customised_json(shown.document);

        FUZZ_CLAIM(postern_customised_load(&again, json, NULL, NULL) ==
                   POSTERN_OK);
        FUZZ_CLAIM(strcmp(postern_customised_hash(again),
                          postern_customised_hash(shown.document)) == 0);
        claim_lost(shown.document);
        lay_out(shown.document);
        postern_customised_free(again);
    } else {
        FUZZ_CLAIM(shown.diag.status == status && shown.diag.message[0]);
    }
    shown_end(&shown);
}

static void look_at_parts(const postern_customised *document)
{
    postern_customised_head head;
    postern_customised_cell cell;
    postern_ppm_frame_head frame;
    uint32_t n = 0;

    postern_customised_look(document, &head);
    FUZZ_CLAIM(strlen(postern_customised_hash(document)) == 64);
    while (postern_customised_cell_at(document, n, &cell)) {
        FUZZ_CLAIM(cell.row < POSTERN_PPM_ROWS);
        FUZZ_CLAIM(cell.column < head.columns);
        n++;
    }
    FUZZ_CLAIM(n == head.cells);
    for (n = 0; postern_customised_frame_at(document, n, &frame); n++) {
        FUZZ_CLAIM(frame.columns == 0);
    }
    FUZZ_CLAIM(n == head.frames);
    for (n = 0; n <= head.columns; n++) {
        postern_ppm_column column = postern_customised_column(document, n);

        FUZZ_CLAIM(n < head.columns || !column.application.data);
    }
    claim_lost(document);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    postern_str text = {(const char *)data, size};
    postern_customised *document;
    postern_diag diag;
    postern_status status =
        postern_customised_load(&document, text, NULL, &diag);

    FUZZ_CLAIM((status == POSTERN_OK) == (document != NULL));
    FUZZ_CLAIM(status == diag.status);
    if (document) {
        postern_str json = postern_customised_json(document);

        FUZZ_CLAIM(json.len == size && memcmp(json.data, data, size) == 0);
        look_at_parts(document);
        lay_out(document);
        show_after(document);
    }
    postern_customised_free(document);
    return 0;
}
