/* The loader of frames: one document to one frame, all of it or nothing.
 * [PPM-15] [PPM-16] [PPM-20] */
#include "ppm/frame_document.h"
#include "ppm/load.h"

#include "base/str.h"

enum { MESSAGE = 200 };

static const char *const axis_names[PST_PPM_AXES] = {"application", "device",
                                                     "data"};

static postern_status unknown_member(struct pst_ppm_loader *in,
                                     const struct pst_node *node)
{
    char buffer[MESSAGE];
    struct pst_text text;

    pst_text_init(&text, buffer, sizeof buffer);
    pst_text_add(&text, "there is no member ");
    pst_text_add_quoted(&text, node->name);
    pst_text_add(&text, " here");
    return pst_ppm_refuse(in, node, "E_MEMBER", buffer);
}

static postern_status read_text(struct pst_ppm_loader *in,
                                const struct pst_node *node, postern_str *text)
{
    bool is_text = node->type == PST_NODE_STRING && node->text.len > 0;

    if (!is_text && node->type != PST_NODE_INTEGER) {
        return pst_ppm_refuse(in, node, "E_TYPE", "a text is expected");
    }
    *text = node->text;
    return POSTERN_OK;
}

static postern_status read_kind(struct pst_ppm_loader *in,
                                const struct pst_node *root)
{
    const struct pst_node *node = pst_node_member(root, "kind");
    postern_ppm_kind kind = POSTERN_PPM_NOBODY;

    if (node && node->type == PST_NODE_STRING) {
        kind = postern_ppm_kind_of(node->text);
    }
    if (kind == POSTERN_PPM_NOBODY) {
        return pst_ppm_refuse(in, node ? node : root, "E_KIND",
                              "a member kind is expected: provider, user, "
                              "parental, legal_region, "
                              "legal_country, legal_city or legal_state");
    }
    in->frame->head.kind = kind;
    return POSTERN_OK;
}

static postern_status read_table(struct pst_ppm_loader *in,
                                 const struct pst_node *node)
{
    return node->type == PST_NODE_INTEGER && node->integer == POSTERN_PPM_TABLE
               ? POSTERN_OK
               : pst_ppm_refuse(in, node, "E_TABLE",
                                "this version of the table of annex J is not "
                                "known; 1 is");
}

/* [PPM-14]: whether a Yes allows or asks is too much to guess. */
static postern_status read_yes_means(struct pst_ppm_loader *in,
                                     const struct pst_node *node)
{
    postern_ppm_kind kind = in->frame->head.kind;
    bool is_text = node->type == PST_NODE_STRING;

    if (kind == POSTERN_PPM_USER || kind == POSTERN_PPM_PROVIDER) {
        return pst_ppm_refuse(in, node, "E_MEMBER",
                              "yes_means is for frames of a law or of parents");
    }
    in->yes_is_told = true;
    in->yes_means = PST_PPM_ALLOWS;
    if (is_text && pst_str_is(node->text, "require")) {
        in->yes_means = PST_PPM_REQUIRES;
    } else if (!is_text || !pst_str_is(node->text, "allow")) {
        return pst_ppm_refuse(in, node, "E_TYPE",
                              "yes_means is allow or require");
    }
    return POSTERN_OK;
}

static postern_status read_head_member(struct pst_ppm_loader *in,
                                       const struct pst_node *node)
{
    postern_ppm_frame_head *head = &in->frame->head;
    const struct {
        const char *name;
        postern_str *text;
    } texts[] = {{"owner", &head->owner},
                 {"id", &head->id},
                 {"name", &head->name},
                 {"link", &head->link},
                 {"version", &head->version}};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (pst_str_is(node->name, texts[i].name)) {
            return read_text(in, node, texts[i].text);
        }
    }
    if (pst_str_is(node->name, "table")) {
        return read_table(in, node);
    }
    if (pst_str_is(node->name, "yes_means")) {
        return read_yes_means(in, node);
    }
    return pst_str_is(node->name, "kind") || pst_str_is(node->name, "rows") ||
                   pst_str_is(node->name, "columns")
               ? POSTERN_OK
               : unknown_member(in, node);
}

static postern_status read_head(struct pst_ppm_loader *in,
                                const struct pst_node *root)
{
    if (root->type != PST_NODE_OBJECT) {
        return pst_ppm_refuse(in, root, "E_TYPE",
                              "an object with kind and rows is expected");
    }
    PST_TRY(read_kind(in, root));
    for (const struct pst_node *node = root->children; node;
         node = node->next) {
        PST_TRY(read_head_member(in, node));
    }
    return POSTERN_OK;
}

static postern_status read_statement(struct pst_ppm_loader *in,
                                     const struct pst_node *node,
                                     struct pst_ppm_statement *out)
{
    if (in->frame->head.kind != POSTERN_PPM_PROVIDER) {
        return pst_ppm_read_preference(in, node, out);
    }
    if (pst_ppm_rows[out->row].comparison == POSTERN_PPM_COMPARE_AGE_INPUT) {
        return pst_ppm_refuse(in, node, "E_OWNER",
                              "11.0/dob: a birth date belongs to the user");
    }
    out->say = PST_PPM_STATES;
    return pst_ppm_read_value(in, out->row, node, &out->value);
}

static postern_status unknown_row(struct pst_ppm_loader *in,
                                  const struct pst_node *node)
{
    char buffer[MESSAGE];
    struct pst_text text;

    pst_text_init(&text, buffer, sizeof buffer);
    pst_text_add(&text, "annex J has no row ");
    pst_text_add_quoted(&text, node->name);
    pst_text_add(&text, " (postern ppm tags lists them)");
    return pst_ppm_refuse(in, node, "E_ROW", buffer);
}

static postern_status read_row(struct pst_ppm_loader *in,
                               const struct pst_node *node,
                               struct pst_ppm_frame_column *column)
{
    uint32_t row = postern_ppm_row_find(node->name);
    struct pst_ppm_statement *statement;

    if (row == POSTERN_PPM_ROWS) {
        return unknown_row(in, node);
    }
    statement = pst_arena_alloc(&in->frame->arena, 1, sizeof *statement);
    if (!statement) {
        return POSTERN_ERR_MEMORY;
    }
    statement->row = row;
    statement->node = node;
    PST_TRY(read_statement(in, node, statement));
    column->rows[row] = statement;
    column->counts[pst_ppm_rows[row].tag]++;
    return POSTERN_OK;
}

static postern_status read_rows(struct pst_ppm_loader *in,
                                const struct pst_node *rows,
                                struct pst_ppm_frame_column *column)
{
    if (rows->type != PST_NODE_OBJECT) {
        return pst_ppm_refuse(in, rows, "E_TYPE",
                              "rows is an object such as {6.0/month: 3}");
    }
    for (const struct pst_node *node = rows->children; node;
         node = node->next) {
        PST_TRY(read_row(in, node, column));
    }
    return POSTERN_OK;
}

static postern_status read_column_member(struct pst_ppm_loader *in,
                                         const struct pst_node *node,
                                         struct pst_ppm_frame_column *column)
{
    for (int i = 0; i < PST_PPM_AXES; i++) {
        if (pst_str_is(node->name, axis_names[i])) {
            return read_text(in, node, &column->name[i]);
        }
    }
    return pst_str_is(node->name, "rows") ? read_rows(in, node, column)
                                          : unknown_member(in, node);
}

static postern_status read_column(struct pst_ppm_loader *in,
                                  const struct pst_node *node,
                                  struct pst_ppm_frame_column *column)
{
    column->node = node;
    if (node->type != PST_NODE_OBJECT || !pst_node_member(node, "rows")) {
        return pst_ppm_refuse(in, node, "E_TYPE",
                              "a column is an object with rows");
    }
    for (const struct pst_node *member = node->children; member;
         member = member->next) {
        PST_TRY(read_column_member(in, member, column));
    }
    return POSTERN_OK;
}

/* `rows` in the head are a column that fits all; `columns` may follow. */
static postern_status read_columns(struct pst_ppm_loader *in,
                                   const struct pst_node *root)
{
    const struct pst_node *rows = pst_node_member(root, "rows");
    const struct pst_node *list = pst_node_member(root, "columns");
    postern_ppm_frame *frame = in->frame;
    uint32_t count = rows ? 1 : 0;

    if (list && list->type != PST_NODE_LIST) {
        return pst_ppm_refuse(in, list, "E_TYPE", "columns is a list");
    }
    count += list ? list->count : 0;
    if (count == 0) {
        return pst_ppm_refuse(in, root, "E_MEMBER",
                              "rows or columns are expected");
    }
    if (count > PST_PPM_FRAME_COLUMNS) {
        return POSTERN_ERR_LIMIT;
    }
    frame->columns =
        pst_arena_alloc(&frame->arena, count, sizeof *frame->columns);
    if (!frame->columns) {
        return POSTERN_ERR_MEMORY;
    }
    if (rows) {
        frame->columns[0].node = rows;
        frame->head.columns = 1;
        frame->first_listed = list && list->count ? 1 : 0;
        PST_TRY(read_rows(in, rows, &frame->columns[0]));
    }
    for (const struct pst_node *node = list ? list->children : NULL; node;
         node = node->next) {
        PST_TRY(read_column(in, node, &frame->columns[frame->head.columns]));
        frame->head.columns++;
    }
    return POSTERN_OK;
}

static postern_status fill(struct pst_ppm_loader *in)
{
    const struct pst_node *root = in->frame->document.root;

    if (!root) {
        PST_TRY(pst_ppm_read(&in->frame->document, &in->frame->arena,
                             &in->options, in->diag));
        root = in->frame->document.root;
    }
    PST_TRY(read_head(in, root));
    PST_TRY(read_columns(in, root));
    return pst_ppm_check_frame(in);
}

static postern_ppm_frame *new_frame(const postern_ppm_load_options *options,
                                    const struct pst_document *document)
{
    postern_allocator allocator = pst_allocator_of(options->allocator);
    postern_ppm_frame *frame = pst_alloc(&allocator, sizeof *frame);

    if (frame) {
        memset(frame, 0, sizeof *frame);
        frame->allocator = allocator;
        frame->document = *document;
        pst_arena_init(&frame->arena, &allocator, SIZE_MAX);
    }
    return frame;
}

/* `document` has a text or a root. */
static postern_status load(postern_ppm_frame **frame,
                           const struct pst_document *document,
                           const postern_ppm_load_options *options,
                           postern_diag *diag)
{
    struct pst_ppm_loader in = {.diag = diag};
    postern_status status;

    *frame = NULL;
    pst_diag_clear(diag);
    if (!pst_ppm_load_options_copy(&in.options, options)) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    in.frame = new_frame(&in.options, document);
    if (!in.frame) {
        return pst_diag_plain(diag, POSTERN_ERR_MEMORY);
    }
    status = fill(&in);
    if (status == POSTERN_OK) {
        *frame = in.frame;
        return POSTERN_OK;
    }
    postern_ppm_frame_free(in.frame);
    return pst_diag_plain(diag, status); /* unless there is a reason already */
}

postern_status postern_ppm_frame_load(postern_ppm_frame **frame,
                                      postern_str text,
                                      const postern_ppm_load_options *options,
                                      postern_diag *diag)
{
    struct pst_document document = {.text = text};

    return load(frame, &document, options, diag);
}

postern_status pst_ppm_frame_of_node(postern_ppm_frame **frame,
                                     const struct pst_document *document,
                                     const struct pst_node *node,
                                     const postern_ppm_load_options *options,
                                     postern_diag *diag)
{
    struct pst_document part = *document;

    part.root = (struct pst_node *)(uintptr_t)node; /* is not written to */
    return load(frame, &part, options, diag);
}

postern_status
postern_ppm_frame_load_file(postern_ppm_frame **frame, const char *path,
                            const postern_ppm_load_options *options,
                            postern_diag *diag)
{
    struct pst_ppm_file file;
    postern_status status = pst_ppm_file_open(&file, path, options, diag);

    *frame = NULL;
    if (status == POSTERN_OK) {
        status = postern_ppm_frame_load(frame, file.text, &file.options, diag);
    }
    pst_ppm_file_close(&file);
    return status;
}
