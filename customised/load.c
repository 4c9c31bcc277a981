/*
 * A customised privacy policy, read from its JSON. Members stand in the order
 * in which they are written, and what follows from others is written again and
 * compared, byte by byte.
 */
#include "customised/members.h"

#include "base/diag.h"
#include "base/str.h"
#include "policy-lang/node.h"
#include "policy-lang/source_text.h"
#include "ppm/load.h"
#include "ppm/value.h"

static const char *state_word(unsigned number)
{
    return postern_ppm_state_word((postern_ppm_state)number);
}

static const char *code_word(unsigned number)
{
    return postern_ppm_code_word((postern_ppm_code)number);
}

static const char *profile_word(unsigned number)
{
    return postern_ppm_profile_word((postern_ppm_profile)number);
}

static const char *change_word(unsigned number)
{
    return postern_customised_change_word((postern_customised_change)number);
}

static const struct pst_customised_words states = {state_word,
                                                   PST_CUSTOMISED_STATES};
static const struct pst_customised_words codes = {code_word, POSTERN_PPM_CODES};
static const struct pst_customised_words profiles = {profile_word,
                                                     POSTERN_PPM_PROFILES};
static const struct pst_customised_words changes = {change_word,
                                                    PST_CUSTOMISED_CHANGES};

/* ---- the head ------------------------------------------------------------ */

static postern_status read_hash(const struct pst_customised_reader *in,
                                const struct pst_node *node, postern_str *hash)
{
    PST_TRY(pst_customised_text_of(in, node, hash));
    for (size_t i = 0; i < hash->len; i++) {
        if (!strchr("0123456789abcdef", hash->data[i])) {
            return pst_customised_refuse(in, node, "a hash is expected");
        }
    }
    return hash->len == PST_DIGEST_HEX - 1
               ? POSTERN_OK
               : pst_customised_refuse(in, node, "a hash is expected");
}

static postern_status read_table(const struct pst_customised_reader *in,
                                 const struct pst_node *node)
{
    struct pst_customised_cursor cursor;
    const struct pst_node *hash;

    PST_TRY(pst_customised_open_object(in, node, &cursor));
    PST_TRY(pst_customised_must_number(
        in, &cursor, "version", POSTERN_PPM_TABLE + 1, &in->made->table));
    PST_TRY(pst_customised_must(in, &cursor, "hash", &hash));
    PST_TRY(read_hash(in, hash, &in->made->table_hash));
    return pst_customised_end_object(in, &cursor);
}

/* "name" is that of a frame. */
static postern_status read_provider(const struct pst_customised_reader *in,
                                    const struct pst_node *node)
{
    struct pst_customised_cursor cursor;

    PST_TRY(pst_customised_open_object(in, node, &cursor));
    PST_TRY(pst_customised_must_text(in, &cursor, "id", &in->made->provider));
    (void)pst_customised_may(&cursor, "name");
    return pst_customised_end_object(in, &cursor);
}

static postern_status read_day(const struct pst_customised_reader *in,
                               const struct pst_node *node)
{
    int64_t days;

    if (!node) {
        return POSTERN_OK;
    }
    PST_TRY(pst_customised_text_of(in, node, &in->made->day));
    return in->made->day.data[2] != '/' && pst_ppm_day(in->made->day, &days)
               ? POSTERN_OK
               : pst_customised_refuse(in, node,
                                       "a day such as 2026-11-22 is expected");
}

/* That it is such a document, and of which table. */
static postern_status read_form(const struct pst_customised_reader *in,
                                struct pst_customised_cursor *cursor)
{
    const struct pst_node *table;
    uint32_t format = 0;

    PST_TRY(pst_customised_must_be(in, cursor, "kind",
                                   "customised_privacy_policy"));
    PST_TRY(pst_customised_must_number(in, cursor, "format",
                                       PST_CUSTOMISED_FORMAT + 1, &format));
    PST_TRY(pst_customised_must(in, cursor, "table", &table));
    return read_table(in, table);
}

static postern_status read_head(const struct pst_customised_reader *in,
                                struct pst_customised_cursor *cursor)
{
    postern_customised *made = in->made;
    const struct pst_node *node;
    unsigned profile = 0;

    PST_TRY(read_form(in, cursor));
    PST_TRY(
        pst_customised_must_text(in, cursor, "subscriber", &made->subscriber));
    PST_TRY(pst_customised_must(in, cursor, "provider", &node));
    PST_TRY(read_provider(in, node));
    PST_TRY(read_day(in, pst_customised_may(cursor, "day")));
    PST_TRY(
        pst_customised_must_word(in, cursor, "profile", &profiles, &profile));
    made->profile = (postern_ppm_profile)profile;
    node = pst_customised_may(cursor, "previous");
    return node ? read_hash(in, node, &made->previous) : POSTERN_OK;
}

/* ---- frames and columns -------------------------------------------------- */

/* From front to back those that prefer, the last of them the user's, then the
 * provider's, of which there is one. */
static postern_status check_kind(const struct pst_customised_reader *in,
                                 const struct pst_node *node, uint32_t place)
{
    const postern_ppm_frame_head *frames = in->made->frames;
    postern_ppm_kind kind = frames[place].kind;
    bool behind_user = place && frames[place - 1].kind >= POSTERN_PPM_USER;
    bool is_last = place + 1 == in->made->frame_count;

    if (kind == POSTERN_PPM_NOBODY ||
        behind_user != (kind == POSTERN_PPM_PROVIDER) ||
        (is_last && kind != POSTERN_PPM_PROVIDER)) {
        return pst_customised_refuse(
            in, node,
            "frames of laws and parents are expected, then one of "
            "a user, then those of a provider");
    }
    return POSTERN_OK;
}

static postern_status read_frame(const struct pst_customised_reader *in,
                                 const struct pst_node *node, uint32_t place)
{
    postern_ppm_frame_head *frame = &in->made->frames[place];
    struct pst_customised_cursor cursor;
    const struct pst_node *kind;

    PST_TRY(pst_customised_open_object(in, node, &cursor));
    PST_TRY(pst_customised_must(in, &cursor, "kind", &kind));
    frame->kind = kind->type == PST_NODE_STRING
                      ? postern_ppm_kind_of(kind->text)
                      : POSTERN_PPM_NOBODY;
    PST_TRY(check_kind(in, kind, place));
    PST_TRY(pst_customised_may_text(in, &cursor, "owner", &frame->owner));
    PST_TRY(pst_customised_may_text(in, &cursor, "id", &frame->id));
    PST_TRY(pst_customised_may_text(in, &cursor, "version", &frame->version));
    if (frame->kind != POSTERN_PPM_USER) {
        PST_TRY(pst_customised_may_text(in, &cursor, "name", &frame->name));
    }
    PST_TRY(pst_customised_may_text(in, &cursor, "link", &frame->link));
    return pst_customised_end_object(in, &cursor);
}

static postern_status read_frames(const struct pst_customised_reader *in,
                                  struct pst_customised_cursor *cursor)
{
    postern_customised *made = in->made;
    const struct pst_node *list;

    PST_TRY(pst_customised_must_list(in, cursor, "frames",
                                     POSTERN_PPM_MAX_FRAMES, &list));
    if (list->count < 2) {
        return pst_customised_refuse(in, list,
                                     "a user and a provider are expected");
    }
    made->frame_count = list->count;
    made->frames =
        pst_arena_alloc(&made->arena, list->count, sizeof *made->frames);
    if (!made->frames) {
        return POSTERN_ERR_MEMORY;
    }
    for (const struct pst_node *node = list->children; node;
         node = node->next) {
        PST_TRY(read_frame(in, node, node->index));
    }
    return POSTERN_OK;
}

static postern_status read_names(const struct pst_customised_reader *in,
                                 struct pst_customised_cursor *cursor,
                                 postern_ppm_column *column)
{
    PST_TRY(pst_customised_may_text(in, cursor, "application",
                                    &column->application));
    PST_TRY(pst_customised_may_text(in, cursor, "device", &column->device));
    return pst_customised_may_text(in, cursor, "data", &column->data);
}

static postern_status read_columns(const struct pst_customised_reader *in,
                                   struct pst_customised_cursor *cursor)
{
    postern_customised *made = in->made;
    const struct pst_node *list;

    PST_TRY(pst_customised_must_list(in, cursor, "columns",
                                     POSTERN_PPM_MAX_COLUMNS, &list));
    if (list->count == 0) {
        return pst_customised_refuse(in, list, "a column is expected");
    }
    made->column_count = list->count;
    made->columns =
        pst_arena_alloc(&made->arena, list->count, sizeof *made->columns);
    if (!made->columns) {
        return POSTERN_ERR_MEMORY;
    }
    for (const struct pst_node *node = list->children; node;
         node = node->next) {
        struct pst_customised_cursor inner;

        PST_TRY(pst_customised_open_object(in, node, &inner));
        PST_TRY(read_names(in, &inner, &made->columns[node->index]));
        PST_TRY(pst_customised_end_object(in, &inner));
    }
    return POSTERN_OK;
}

/* ---- cells --------------------------------------------------------------- */

static postern_status must_row(const struct pst_customised_reader *in,
                               struct pst_customised_cursor *cursor,
                               uint32_t *row)
{
    const struct pst_node *node;

    PST_TRY(pst_customised_must(in, cursor, "row", &node));
    *row = node->type == PST_NODE_STRING ? postern_ppm_row_find(node->text)
                                         : POSTERN_PPM_ROWS;
    return *row < POSTERN_PPM_ROWS
               ? POSTERN_OK
               : pst_customised_refuse(in, node, "annex J has no such row");
}

static postern_status read_others(const struct pst_customised_reader *in,
                                  struct pst_customised_cursor *cursor,
                                  struct pst_customised_cell *cell)
{
    postern_customised *made = in->made;
    const struct pst_node *list;
    struct pst_customised_say *says;
    uint32_t next = 0;

    PST_TRY(pst_customised_must_list(in, cursor, "others", made->frame_count,
                                     &list));
    says = pst_arena_alloc(&made->arena, list->count, sizeof *says);
    if (!says) {
        return POSTERN_ERR_MEMORY;
    }
    cell->others = says;
    cell->other_count = list->count;
    for (const struct pst_node *node = list->children; node;
         node = node->next, says++) {
        struct pst_customised_cursor inner;

        PST_TRY(pst_customised_open_object(in, node, &inner));
        PST_TRY(pst_customised_must_number(in, &inner, "frame",
                                           made->frame_count, &says->frame));
        if (says->frame < next ||
            made->frames[says->frame].kind == POSTERN_PPM_PROVIDER) {
            return pst_customised_refuse(
                in, node,
                "frames that prefer are expected, from "
                "front to back");
        }
        next = says->frame + 1;
        PST_TRY(pst_customised_must_text(in, &inner, "words", &says->words));
        PST_TRY(pst_customised_end_object(in, &inner));
    }
    return POSTERN_OK;
}

static postern_status read_change(const struct pst_customised_reader *in,
                                  struct pst_customised_cursor *cursor,
                                  struct pst_customised_changed *changed)
{
    unsigned by = 0;
    unsigned before = 0;

    PST_TRY(pst_customised_must_word(in, cursor, "change", &changes, &by));
    PST_TRY(pst_customised_must_word(in, cursor, "before", &states, &before));
    changed->by = (postern_customised_change)by;
    changed->before = (postern_ppm_state)before;
    return pst_customised_may_text(in, cursor, "statement_before",
                                   &changed->statement_before);
}

/* Who decided follows from "frame". */
static postern_status read_decider(const struct pst_customised_reader *in,
                                   struct pst_customised_cursor *cursor,
                                   struct pst_customised_cell *cell)
{
    uint32_t frame = 0;

    cell->frame = PST_CUSTOMISED_NO_FRAME;
    if (!pst_customised_may(cursor, "decided_by")) {
        return POSTERN_OK;
    }
    PST_TRY(pst_customised_must_number(in, cursor, "frame",
                                       in->made->frame_count, &frame));
    cell->frame = (int32_t)frame;
    (void)pst_customised_may(cursor, "name");
    (void)pst_customised_may(cursor, "link");
    return POSTERN_OK;
}

/* Whether state, code and who decided can be of one cell. */
static bool is_possible(const struct pst_customised_reader *in,
                        const struct pst_customised_cell *cell)
{
    const postern_ppm_frame_head *frame =
        pst_customised_decider(in->made, cell);
    bool is_user = frame && frame->kind == POSTERN_PPM_USER;

    switch (cell->state) {
    case POSTERN_PPM_RED:
        return is_user && cell->code > POSTERN_PPM_OVERRULES_PREFERENCE;
    case POSTERN_PPM_LOCKED:
        return !is_user && cell->code > POSTERN_PPM_OVERRULES_PREFERENCE;
    case POSTERN_PPM_OVERRULED:
        return frame && !is_user &&
               cell->code == POSTERN_PPM_OVERRULES_PREFERENCE;
    case POSTERN_PPM_GREEN:
    default:
        return !frame && cell->code < POSTERN_PPM_OVERRULES_PREFERENCE;
    }
}

/* By column and row, none twice. */
static bool is_in_order(const struct pst_customised_reader *in,
                        const struct pst_customised_cell *cell)
{
    const struct pst_vec *cells = &in->made->cells;
    const struct pst_customised_cell *last =
        cells->count ? &pst_customised_cells(in->made)[cells->count - 1] : NULL;

    return !last || cell->column > last->column ||
           (cell->column == last->column && cell->row > last->row);
}

static postern_status read_verdict(const struct pst_customised_reader *in,
                                   struct pst_customised_cursor *cursor,
                                   struct pst_customised_cell *cell)
{
    const struct pst_node *at = cursor->object;
    const struct pst_node *node;
    unsigned state = 0;
    unsigned code = 0;

    PST_TRY(pst_customised_must_number(in, cursor, "column",
                                       in->made->column_count, &cell->column));
    PST_TRY(must_row(in, cursor, &cell->row));
    PST_TRY(pst_customised_must_word(in, cursor, "state", &states, &state));
    PST_TRY(pst_customised_must_word(in, cursor, "code", &codes, &code));
    cell->state = (postern_ppm_state)state;
    cell->code = (postern_ppm_code)code;
    PST_TRY(read_decider(in, cursor, cell));
    PST_TRY(pst_customised_must(in, cursor, "accept",
                                &node)); /* follows from the state */
    PST_TRY(pst_customised_must(in, cursor, "differs", &node));
    cell->differs = node->boolean;
    if (!is_in_order(in, cell)) {
        return pst_customised_refuse(
            in, at, "cells are in the order of columns and rows");
    }
    return is_possible(in, cell)
               ? POSTERN_OK
               : pst_customised_refuse(in, at,
                                       "state, code and who decided do not go "
                                       "together");
}

static postern_status read_cell(const struct pst_customised_reader *in,
                                const struct pst_node *node)
{
    postern_customised *made = in->made;
    struct pst_customised_cell cell = {.column = 0};
    struct pst_customised_cursor cursor;

    PST_TRY(pst_customised_open_object(in, node, &cursor));
    PST_TRY(read_verdict(in, &cursor, &cell));
    PST_TRY(pst_customised_may_text(in, &cursor, "statement", &cell.statement));
    PST_TRY(read_others(in, &cursor, &cell));
    PST_TRY(pst_customised_must_text(in, &cursor, "sentence", &cell.sentence));
    if (cursor.next && made->previous.data) {
        PST_TRY(read_change(in, &cursor, &cell.changed));
    }
    PST_TRY(pst_customised_end_object(in, &cursor));
    return pst_vec_push(&made->cells, &made->allocator, &cell, 1);
}

static postern_status read_lost(const struct pst_customised_reader *in,
                                const struct pst_node *node)
{
    postern_customised *made = in->made;
    postern_customised_lost lost = {.row = 0};
    struct pst_customised_changed changed = {.by = POSTERN_CHANGE_NONE};
    struct pst_customised_cursor cursor;

    PST_TRY(pst_customised_open_object(in, node, &cursor));
    PST_TRY(read_names(in, &cursor, &lost.column));
    PST_TRY(must_row(in, &cursor, &lost.row));
    PST_TRY(read_change(in, &cursor, &changed));
    PST_TRY(pst_customised_end_object(in, &cursor));
    lost.change = changed.by;
    lost.before = changed.before;
    lost.statement_before = changed.statement_before;
    return pst_vec_push(&made->lost, &made->allocator, &lost, 1);
}

static postern_status
read_each(const struct pst_customised_reader *in,
          struct pst_customised_cursor *cursor, const char *name,
          postern_status (*read)(const struct pst_customised_reader *in,
                                 const struct pst_node *))
{
    const struct pst_node *list;

    PST_TRY(pst_customised_must_list(in, cursor, name, UINT32_MAX, &list));
    for (const struct pst_node *node = list->children; node;
         node = node->next) {
        PST_TRY(read(in, node));
    }
    return POSTERN_OK;
}

/* ---- the whole ----------------------------------------------------------- */

static postern_status read_root(const struct pst_customised_reader *in,
                                const struct pst_node *root)
{
    const struct pst_node *counts;
    struct pst_customised_cursor cursor;

    PST_TRY(pst_customised_open_object(in, root, &cursor));
    PST_TRY(read_head(in, &cursor));
    PST_TRY(read_frames(in, &cursor));
    PST_TRY(read_columns(in, &cursor));
    PST_TRY(pst_customised_must(in, &cursor, "counts",
                                &counts)); /* follow from the cells */
    PST_TRY(read_each(in, &cursor, "cells", read_cell));
    if (in->made->previous.data) {
        PST_TRY(read_each(in, &cursor, "gone", read_lost));
    }
    return pst_customised_end_object(in, &cursor);
}

/* Whether writing it gives the text it was read from, and if not, where. */
static postern_status check_text(const struct pst_customised_reader *in,
                                 postern_str text)
{
    postern_str again = postern_customised_json(in->made);
    size_t at = 0;
    struct pst_position place;

    if (pst_str_equal(text, again)) {
        return POSTERN_OK;
    }
    while (at < text.len && at < again.len && text.data[at] == again.data[at]) {
        at++;
    }
    place = pst_source_position(text, at);
    (void)pst_customised_refuse(
        in, NULL,
        "this does not follow from the rest of the document, or is "
        "not written as it would be");
    pst_diag_locate(in->diag, place.line, place.column);
    return POSTERN_ERR_POLICY;
}

static postern_status fill(struct pst_customised_reader *in, postern_str text,
                           const postern_ppm_load_options *options)
{
    postern_ppm_load_options own = *options;

    own.format = POSTERN_FORMAT_JSON;
    if (own.limits.text_length == 0) {
        own.limits.text_length = PST_CUSTOMISED_TEXT;
    }
    in->document.text = text;
    PST_TRY(pst_ppm_read(&in->document, &in->arena, &own, in->diag));
    PST_TRY(read_root(in, in->document.root));
    PST_TRY(pst_customised_seal(in->made));
    return check_text(in, text);
}

postern_status postern_customised_load(postern_customised **document,
                                       postern_str text,
                                       const postern_ppm_load_options *options,
                                       postern_diag *diag)
{
    postern_ppm_load_options own;
    postern_allocator allocator;
    struct pst_customised_reader in = {.diag = diag};
    postern_status status = POSTERN_ERR_MEMORY;

    *document = NULL;
    pst_diag_clear(diag);
    if (!pst_ppm_load_options_copy(&own, options)) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    allocator = pst_allocator_of(own.allocator);
    pst_arena_init(&in.arena, &allocator, SIZE_MAX);
    in.made = pst_customised_begin(&allocator);
    if (in.made) {
        status = fill(&in, text, &own);
    }
    pst_arena_release(&in.arena);
    if (status != POSTERN_OK) {
        postern_customised_free(in.made);
        return pst_diag_plain(diag, status);
    }
    *document = in.made;
    return POSTERN_OK;
}
