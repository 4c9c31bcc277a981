/* A page for people: one file, no script, nothing from elsewhere. [PPM-21] */
#include "customised/html.h"

#include "customised/html_style.h"

static void put(struct pst_customised_page *page, const char *words)
{
    pst_customised_put(page, words);
}

/* ---- parts of the page --------------------------------------------------- */

struct part {
    const char *id;
    const char *title;
    uint32_t count; /* 0: the part is left out */
};

enum {
    PART_ACCEPT,
    PART_LOCKED,
    PART_CHANGED,
    PART_OVERRULED,
    PART_ALL,
    PART_FRAMES,
    PARTS
};

static void list_parts(const struct pst_customised_page *page,
                       struct part parts[PARTS])
{
    const postern_customised_head *head = &page->head;

    parts[PART_ACCEPT] =
        (struct part){"accept", "You may accept", head->count[POSTERN_PPM_RED]};
    parts[PART_LOCKED] = (struct part){"locked", "You cannot accept",
                                       head->count[POSTERN_PPM_LOCKED]};
    parts[PART_CHANGED] = (struct part){
        "changed", "Changed since the last version", head->changes};
    parts[PART_OVERRULED] =
        (struct part){"overruled", "Wishes that are overruled",
                      head->count[POSTERN_PPM_OVERRULED]};
    parts[PART_ALL] =
        (struct part){"all", "All points that somebody speaks of", head->cells};
    parts[PART_FRAMES] =
        (struct part){"frames", "Who says something", head->frames};
}

/* "You may accept (5)". */
static void put_heading(struct pst_customised_page *page,
                        const struct part *part)
{
    pst_html_open_english(page);
    put(page, part->title);
    put(page, " (");
    pst_customised_put_uint(page, part->count);
    put(page, ")");
    pst_html_close_english(page);
}

static void open_part(struct pst_customised_page *page, const struct part *part)
{
    put(page, "<section aria-labelledby=\"");
    put(page, part->id);
    put(page, "\">\n<h2 id=\"");
    put(page, part->id);
    put(page, "\">");
    put_heading(page, part);
    put(page, "</h2>\n");
}

static void close_part(struct pst_customised_page *page)
{
    put(page, "</section>\n");
}

static void put_points_part(struct pst_customised_page *page,
                            const struct part *part,
                            pst_customised_choice *choose)
{
    if (part->count == 0) {
        return;
    }
    open_part(page, part);
    pst_html_points(page, choose, pst_html_point);
    close_part(page);
}

static void put_changed_part(struct pst_customised_page *page,
                             const struct part *part)
{
    if (part->count == 0) {
        return;
    }
    open_part(page, part);
    pst_html_points(page, pst_customised_is_changed, pst_html_change);
    pst_html_lost(page);
    close_part(page);
}

static void put_all_part(struct pst_customised_page *page,
                         const struct part *part)
{
    if (part->count == 0) {
        return;
    }
    open_part(page, part);
    for (uint32_t tag = 0; tag < POSTERN_PPM_TAGS; tag++) {
        pst_html_group(page, tag);
    }
    put(page, "<p>");
    pst_html_open_english(page);
    put(page, "About ");
    pst_customised_put_uint(page, page->head.columns * POSTERN_PPM_ROWS -
                                      page->head.cells);
    put(page, " more points nobody says anything.");
    pst_html_close_english(page);
    put(page, "</p>\n");
    close_part(page);
}

/* ---- who, and the end ---------------------------------------------------- */

static const char *kind_name(postern_ppm_kind kind)
{
    static const char *const names[POSTERN_PPM_KINDS] = {"Nobody",
                                                         "Law of the region",
                                                         "Law of the country",
                                                         "Law of the city",
                                                         "Law of the state",
                                                         "Parents",
                                                         "Your preferences",
                                                         "Terms"};

    return names[kind];
}

static void put_frames_part(struct pst_customised_page *page,
                            const struct part *part)
{
    open_part(page, part);
    put(page, "<ul>\n");
    for (uint32_t i = 0; i < page->document->frame_count; i++) {
        const postern_ppm_frame_head *frame = &page->document->frames[i];

        put(page, "<li>");
        pst_html_open_english(page);
        put(page, kind_name(frame->kind));
        if (frame->kind != POSTERN_PPM_USER) {
            put(page, ": ");
            pst_html_who(page, frame);
        }
        if (frame->version.data) {
            put(page, ", version ");
            pst_html_apart(page, frame->version);
        }
        pst_html_close_english(page);
        put(page, "</li>\n");
    }
    put(page, "</ul>\n");
    close_part(page);
}

static void put_end(struct pst_customised_page *page)
{
    static const char *const titles[PST_CUSTOMISED_STATES] = {
        "OK", "Conflicts", "Locked conflicts", "Overruled wishes"};

    put(page, "<footer lang=\"en\" dir=\"ltr\">\n<h2>Counts</h2>\n<dl>\n");
    for (int i = 0; i < PST_CUSTOMISED_STATES; i++) {
        put(page, "<dt>");
        pst_html_disc(page, (enum pst_html_disc)i);
        put(page, titles[i]);
        put(page, "</dt><dd>");
        pst_customised_put_uint(page, page->head.count[i]);
        put(page, "</dd>\n");
    }
    put(page, "</dl>\n<p>Accepting this page means accepting the document with "
              "this hash: <code>");
    put(page, page->document->hash);
    put(page, "</code></p>\n</footer>\n");
}

/* ---- the beginning ------------------------------------------------------- */

/* Of the language alone, without script or region. */
static bool is_from_right(postern_str language)
{
    static const char *const languages[] = {"ar", "arc", "ckb", "dv",  "fa",
                                            "he", "iw",  "ks",  "nqo", "ps",
                                            "sd", "syr", "ug",  "ur",  "yi"};
    postern_str primary =
        pst_str_slice(language, 0, pst_str_find(language, 0, '-'));

    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
        if (pst_str_fold_equal(primary, postern_str_of(languages[i]))) {
            return true;
        }
    }
    return false;
}

/* "und": the words do not say which. */
static postern_str language_of(const struct pst_customised_page *page)
{
    postern_str language = postern_ppm_words_language(page->words);

    for (size_t i = 0; i < language.len; i++) {
        char c = pst_fold(language.data[i]);

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-') {
            return PST_STR("und");
        }
    }
    return language;
}

static void put_need(struct pst_customised_page *page)
{
    const uint32_t *count = page->head.count;
    uint32_t need = count[POSTERN_PPM_RED] + count[POSTERN_PPM_LOCKED];

    pst_customised_put_uint(page, need);
    put(page, " of ");
    pst_customised_put_uint(page, page->head.columns * POSTERN_PPM_ROWS);
    put(page, need == 1 ? " points needs you" : " points need you");
}

static postern_str provider_of(const struct pst_customised_page *page)
{
    return page->head.name.data ? page->head.name : page->head.provider;
}

static void put_document_head(struct pst_customised_page *page)
{
    postern_str language = language_of(page);

    put(page, "<!DOCTYPE html>\n<html lang=\"");
    pst_customised_put_str(page, language);
    put(page,
        is_from_right(language) ? "\" dir=\"rtl\">\n" : "\" dir=\"ltr\">\n");
    put(page, "<head>\n<meta charset=\"utf-8\">\n"
              "<meta http-equiv=\"Content-Security-Policy\" content=\""
              "default-src 'none'; style-src 'sha256-");
    put(page, pst_customised_style_hash);
    put(page, "'; base-uri 'none'; form-action 'none'\">\n"
              "<meta name=\"viewport\" "
              "content=\"width=device-width, initial-scale=1\">\n"
              "<meta name=\"referrer\" content=\"no-referrer\">\n"
              "<title lang=\"en\">");
    put_need(page);
    put(page, ": ");
    pst_html_plain(page, provider_of(page));
    put(page, "</title>\n<style>");
    put(page, pst_customised_style);
    put(page, "</style>\n</head>\n");
}

static void put_contents(struct pst_customised_page *page,
                         const struct part parts[PARTS])
{
    put(page, "<nav lang=\"en\" dir=\"ltr\" aria-label=\"Contents\">\n<ul>\n");
    for (int i = 0; i < PARTS; i++) {
        if (parts[i].count) {
            put(page, "<li><a href=\"#");
            put(page, parts[i].id);
            put(page, "\">");
            put(page, parts[i].title);
            put(page, " (");
            pst_customised_put_uint(page, parts[i].count);
            put(page, ")</a></li>\n");
        }
    }
    put(page, "</ul>\n</nav>\n");
}

static void put_header(struct pst_customised_page *page)
{
    put(page, "<header>\n<h1>");
    pst_html_apart(page, provider_of(page));
    put(page, ": ");
    pst_html_open_english(page);
    put_need(page);
    pst_html_close_english(page);
    put(page, "</h1>\n<p>");
    pst_html_open_english(page);
    put(page, "Privacy policy of this provider for ");
    pst_html_apart(page, page->head.subscriber);
    if (page->head.day.data) {
        put(page, ", ");
        pst_html_apart(page, page->head.day);
    }
    pst_html_close_english(page);
    put(page, "</p>\n");
}

void pst_customised_html(struct pst_customised_page *page)
{
    struct part parts[PARTS];

    list_parts(page, parts);
    put_document_head(page);
    put(page, "<body>\n");
    put(page, "<a class=\"skip\" lang=\"en\" href=\"#main\">Skip to the "
              "points</a>\n");
    pst_html_shapes(page);
    put_header(page);
    put_contents(page, parts);
    put(page, "</header>\n<main id=\"main\" tabindex=\"-1\">\n");
    put_points_part(page, &parts[PART_ACCEPT], pst_customised_is_red);
    put_points_part(page, &parts[PART_LOCKED], pst_customised_is_locked);
    put_changed_part(page, &parts[PART_CHANGED]);
    put_points_part(page, &parts[PART_OVERRULED], pst_customised_is_overruled);
    put_all_part(page, &parts[PART_ALL]);
    put_frames_part(page, &parts[PART_FRAMES]);
    put(page, "</main>\n");
    put_end(page);
    put(page, "</body>\n</html>\n");
}
