/*
 * Names and labels in another language: the Descriptor frame, one document for
 * a language. What it leaves out stays English. [PPM-07] [PPM-19]
 */
#include "ppm/load.h"

#include "base/str.h"

struct phrase {
    postern_str name;
    postern_str description;
};

struct postern_ppm_words {
    postern_allocator allocator;
    struct pst_arena arena;
    struct pst_document document;
    postern_str language;
    struct phrase tags[POSTERN_PPM_TAGS];
    struct phrase rows[POSTERN_PPM_ROWS];
};

static postern_status refuse(const postern_ppm_words *words,
                             const struct pst_node *node, postern_diag *diag,
                             const char *message)
{
    return pst_node_refuse(&words->document, node, diag, POSTERN_ERR_POLICY,
                           message, NULL);
}

static postern_status read_phrase(const postern_ppm_words *words,
                                  const struct pst_node *node, const char *name,
                                  struct phrase *out, postern_diag *diag)
{
    if (node->type != PST_NODE_OBJECT) {
        return refuse(words, node, diag, "an object is expected");
    }
    for (const struct pst_node *member = node->children; member;
         member = member->next) {
        if (member->type != PST_NODE_STRING || member->text.len == 0) {
            return refuse(words, member, diag, "a text is expected");
        }
        if (pst_str_is(member->name, name)) {
            out->name = member->text;
        } else if (pst_str_is(member->name, "description")) {
            out->description = member->text;
        } else {
            return refuse(words, member, diag,
                          "there is no such member here: name (of tags), "
                          "label (of rows) or description");
        }
    }
    return POSTERN_OK;
}

static uint32_t find_tag(postern_str id)
{
    uint32_t position = 0;

    while (position < POSTERN_PPM_TAGS &&
           !pst_str_is(id, pst_ppm_tags[position].id)) {
        position++;
    }
    return position;
}

static postern_status read_tags(postern_ppm_words *words,
                                const struct pst_node *list, postern_diag *diag)
{
    for (const struct pst_node *node = list->children; node;
         node = node->next) {
        uint32_t position = find_tag(node->name);

        if (position == POSTERN_PPM_TAGS) {
            return refuse(words, node, diag, "annex J has no such tag");
        }
        PST_TRY(read_phrase(words, node, "name", &words->tags[position], diag));
    }
    return POSTERN_OK;
}

static postern_status read_rows(postern_ppm_words *words,
                                const struct pst_node *list, postern_diag *diag)
{
    for (const struct pst_node *node = list->children; node;
         node = node->next) {
        uint32_t row = postern_ppm_row_find(node->name);

        if (row == POSTERN_PPM_ROWS) {
            return refuse(words, node, diag, "annex J has no such row");
        }
        PST_TRY(read_phrase(words, node, "label", &words->rows[row], diag));
    }
    return POSTERN_OK;
}

static postern_status read_member(postern_ppm_words *words,
                                  const struct pst_node *node,
                                  postern_diag *diag)
{
    bool is_text = node->type == PST_NODE_STRING;

    if (pst_str_is(node->name, "kind") && is_text &&
        pst_str_is(node->text, "descriptor")) {
        return POSTERN_OK;
    }
    if (pst_str_is(node->name, "language") && is_text && node->text.len) {
        words->language = node->text;
        return POSTERN_OK;
    }
    if (node->type == PST_NODE_OBJECT && pst_str_is(node->name, "tags")) {
        return read_tags(words, node, diag);
    }
    if (node->type == PST_NODE_OBJECT && pst_str_is(node->name, "rows")) {
        return read_rows(words, node, diag);
    }
    return refuse(words, node, diag,
                  "kind: descriptor, a language, an object tags and an object "
                  "rows are expected");
}

static postern_status fill(postern_ppm_words *words,
                           const postern_ppm_load_options *options,
                           postern_diag *diag)
{
    const struct pst_node *root;

    PST_TRY(pst_ppm_read(&words->document, &words->arena, options, diag));
    root = words->document.root;
    for (const struct pst_node *node = root->children; node;
         node = node->next) {
        PST_TRY(root->type == PST_NODE_OBJECT
                    ? read_member(words, node, diag)
                    : refuse(words, root, diag, "an object is expected"));
    }
    return pst_node_member(root, "kind") && words->language.data
               ? POSTERN_OK
               : refuse(words, root, diag,
                        "kind: descriptor and a language are expected");
}

postern_status postern_ppm_words_load(postern_ppm_words **words,
                                      postern_str text,
                                      const postern_ppm_load_options *options,
                                      postern_diag *diag)
{
    postern_ppm_load_options own;
    postern_allocator allocator;
    postern_ppm_words *made;
    postern_status status;

    *words = NULL;
    pst_diag_clear(diag);
    if (!pst_ppm_load_options_copy(&own, options)) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    allocator = pst_allocator_of(own.allocator);
    made = pst_alloc(&allocator, sizeof *made);
    if (!made) {
        return pst_diag_plain(diag, POSTERN_ERR_MEMORY);
    }
    memset(made, 0, sizeof *made);
    made->allocator = allocator;
    made->document.text = text;
    pst_arena_init(&made->arena, &allocator, SIZE_MAX);
    status = fill(made, &own, diag);
    if (status != POSTERN_OK) {
        postern_ppm_words_free(made);
        return pst_diag_plain(diag, status);
    }
    *words = made;
    return POSTERN_OK;
}

postern_status
postern_ppm_words_load_file(postern_ppm_words **words, const char *path,
                            const postern_ppm_load_options *options,
                            postern_diag *diag)
{
    struct pst_ppm_file file;
    postern_status status = pst_ppm_file_open(&file, path, options, diag);

    *words = NULL;
    if (status == POSTERN_OK) {
        status = postern_ppm_words_load(words, file.text, &file.options, diag);
    }
    pst_ppm_file_close(&file);
    return status;
}

void postern_ppm_words_free(postern_ppm_words *words)
{
    postern_allocator allocator;

    if (!words) {
        return;
    }
    allocator = words->allocator;
    pst_arena_release(&words->arena);
    pst_release(&allocator, words, sizeof *words);
}

postern_str postern_ppm_words_language(const postern_ppm_words *words)
{
    return words ? words->language : PST_STR("en");
}

static postern_str or_english(postern_str text, const char *english)
{
    return text.data ? text : postern_str_of(english);
}

static const postern_str absent = {NULL, 0};

postern_str postern_ppm_tag_name(const postern_ppm_words *words,
                                 uint32_t position)
{
    return position >= POSTERN_PPM_TAGS
               ? absent
               : or_english(words ? words->tags[position].name : absent,
                            pst_ppm_tags[position].name);
}

postern_str postern_ppm_tag_description(const postern_ppm_words *words,
                                        uint32_t position)
{
    return position >= POSTERN_PPM_TAGS
               ? absent
               : or_english(words ? words->tags[position].description : absent,
                            pst_ppm_tags[position].description);
}

postern_str postern_ppm_row_label(const postern_ppm_words *words,
                                  uint32_t number)
{
    return number >= POSTERN_PPM_ROWS
               ? absent
               : or_english(words ? words->rows[number].name : absent,
                            pst_ppm_rows[number].label);
}

postern_str postern_ppm_row_description(const postern_ppm_words *words,
                                        uint32_t number)
{
    return number >= POSTERN_PPM_ROWS
               ? absent
               : or_english(words ? words->rows[number].description : absent,
                            pst_ppm_rows[number].description);
}
