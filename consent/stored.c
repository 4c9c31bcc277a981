/* Consents as JSON in the storage, and back. */
#include "consent/stored.h"

#include "consent/openness.h"

static const postern_str none = {NULL, 0};

static postern_status damaged(postern_diag *diag)
{
    return pst_diag_refuse(diag, POSTERN_ERR_IO, "",
                           "what is stored is damaged", NULL);
}

const char *postern_consent_state_word(postern_consent_state state)
{
    static const char *const words[] = {"none",       "active",    "suspended",
                                        "superseded", "withdrawn", "expired"};

    return (unsigned)state < sizeof words / sizeof *words ? words[state]
                                                          : "none";
}

/* ---- writing ------------------------------------------------------------- */

static void emit_text(struct pst_emitter *out, const char *name,
                      postern_str text)
{
    if (text.data) {
        pst_emit_string(out, postern_str_of(name), text);
    }
}

/* Left out: for ever. */
static void emit_time(struct pst_emitter *out, const char *name, int64_t time_s)
{
    if (time_s != INT64_MAX) {
        pst_emit_integer(out, postern_str_of(name), time_s);
    }
}

static void emit_column(struct pst_emitter *out, const postern_ppm_column *name)
{
    emit_text(out, "application", name->application);
    emit_text(out, "device", name->device);
    emit_text(out, "data", name->data);
}

static void emit_head(struct pst_emitter *out, const postern_consent *head)
{
    emit_text(out, "id", head->id);
    pst_emit_integer(out, PST_STR("version"), head->version);
    emit_text(out, "subscriber", head->subscriber);
    emit_text(out, "provider", head->provider);
    emit_text(out, "hash", head->hash);
    emit_time(out, "from", head->from_s);
    emit_time(out, "until", head->until_s);
}

static void emit_columns(struct pst_emitter *out,
                         const struct pst_stored_consent *stored)
{
    pst_emit_list(out, PST_STR("columns"));
    for (uint32_t i = 0; i < stored->column_count; i++) {
        const struct pst_stored_column *column = &stored->columns[i];

        pst_emit_object(out, none);
        emit_column(out, &column->name);
        if (column->open) {
            pst_emit_true(out, PST_STR("open"));
        }
        if (column->suspended) {
            pst_emit_true(out, PST_STR("suspended"));
        }
        pst_emit_close(out);
    }
    pst_emit_close(out);
}

static void emit_exceptions(struct pst_emitter *out,
                            const struct pst_stored_consent *stored)
{
    pst_emit_list(out, PST_STR("exceptions"));
    for (uint32_t i = 0; i < stored->exception_count; i++) {
        const struct pst_stored_exception *exception = &stored->exceptions[i];

        pst_emit_object(out, none);
        emit_column(out, &exception->column);
        emit_text(out, "row",
                  postern_str_of(postern_ppm_row_at(exception->row)->key));
        emit_text(out, "statement", exception->statement);
        emit_text(out, "by",
                  postern_str_of(postern_ppm_kind_word(exception->by)));
        pst_emit_close(out);
    }
    pst_emit_close(out);
}

static void emit_sources(struct pst_emitter *out,
                         const struct pst_stored_consent *stored)
{
    pst_emit_list(out, PST_STR("sources"));
    for (uint32_t i = 0; i < stored->source_count; i++) {
        const struct pst_stored_source *source = &stored->sources[i];

        pst_emit_object(out, none);
        emit_text(out, "kind", source->kind);
        emit_text(out, "owner", source->owner);
        emit_text(out, "id", source->id);
        pst_emit_integer(out, PST_STR("version"), source->version);
        emit_text(out, "hash", source->hash);
        pst_emit_close(out);
    }
    pst_emit_close(out);
}

/* Subscriber, provider and, unless it is 0, a version. */
static postern_str key_of(struct pst_arena *arena, const postern_str pair[2],
                          uint32_t version)
{
    postern_str parts[3] = {pair[0], pair[1],
                            pst_manager_digits(arena, version)};

    return parts[2].data ? pst_manager_key(arena, parts, 3) : none;
}

postern_status pst_stored_put(postern_ppm_manager *manager,
                              const struct pst_stored_consent *stored,
                              postern_diag *diag)
{
    const postern_consent *head = &stored->head;
    const postern_str pair[2] = {head->subscriber, head->provider};
    struct pst_emitter out;

    pst_manager_json(manager, &out);
    emit_head(&out, head);
    emit_text(&out, "state",
              postern_str_of(postern_consent_state_word(head->state)));
    emit_time(&out, "ended", head->ended_s);
    emit_text(&out, "signature", head->signature);
    pst_emit_integer(&out, PST_STR("all_columns"), head->columns);
    pst_emit_integer(&out, PST_STR("open_columns"), head->open);
    emit_columns(&out, stored);
    emit_exceptions(&out, stored);
    emit_sources(&out, stored);
    return pst_manager_put_json(
        manager, "consent",
        key_of(pst_manager_memory(manager), pair, head->version), &out, diag);
}

/* Exceptions are in the order of columns: those of one are one entry. */
static void sign_exceptions(struct pst_emitter *out,
                            const struct pst_stored_consent *stored)
{
    uint32_t i = 0;

    pst_emit_list(out, PST_STR("exceptions"));
    while (i < stored->exception_count) {
        const postern_ppm_column *column = &stored->exceptions[i].column;

        pst_emit_object(out, none);
        emit_column(out, column);
        pst_emit_line(out, PST_STR("rows"));
        for (; i < stored->exception_count &&
               pst_column_same(column, &stored->exceptions[i].column);
             i++) {
            uint32_t row = stored->exceptions[i].row;

            pst_emit_string(out, none,
                            postern_str_of(postern_ppm_row_at(row)->key));
        }
        pst_emit_close(out);
        pst_emit_close(out);
    }
    pst_emit_close(out);
}

postern_str pst_stored_statement(postern_ppm_manager *manager,
                                 struct pst_arena *arena,
                                 const struct pst_stored_consent *stored)
{
    struct pst_emitter out;
    postern_str text = none;

    pst_manager_json(manager, &out);
    emit_head(&out, &stored->head);
    sign_exceptions(&out, stored);
    pst_emit_close(&out);
    pst_emit_end(&out);
    if (!out.out.failed) {
        text = pst_arena_copy(arena, (postern_str){out.out.data, out.out.len});
    }
    pst_buffer_release(&out.out);
    return text;
}

/* ---- reading ------------------------------------------------------------- */

static postern_ppm_column column_of(const struct pst_node *node)
{
    return (postern_ppm_column){pst_manager_text_of(node, "application"),
                                pst_manager_text_of(node, "device"),
                                pst_manager_text_of(node, "data")};
}

static bool is_true(const struct pst_node *object, const char *name)
{
    const struct pst_node *node = pst_node_member(object, name);

    return node && node->type == PST_NODE_BOOLEAN && node->boolean;
}

/* Memory for the entries of a list, and the first of them. */
static postern_status list_of(struct pst_arena *arena,
                              const struct pst_node *root, const char *name,
                              const struct pst_node **list)
{
    *list = pst_node_member(root, name);
    (void)arena;
    return *list && (*list)->type == PST_NODE_LIST ? POSTERN_OK
                                                   : POSTERN_ERR_IO;
}

static postern_status read_columns(struct pst_arena *arena,
                                   const struct pst_node *root,
                                   struct pst_stored_consent *stored)
{
    const struct pst_node *list;

    PST_TRY(list_of(arena, root, "columns", &list));
    stored->columns =
        pst_arena_alloc(arena, list->count + 1, sizeof *stored->columns);
    if (!stored->columns) {
        return POSTERN_ERR_MEMORY;
    }
    for (const struct pst_node *node = list->children; node;
         node = node->next) {
        stored->columns[stored->column_count++] = (struct pst_stored_column){
            column_of(node), is_true(node, "open"), is_true(node, "suspended")};
    }
    return POSTERN_OK;
}

static postern_status read_exceptions(struct pst_arena *arena,
                                      const struct pst_node *root,
                                      struct pst_stored_consent *stored)
{
    struct pst_stored_exception *exceptions;
    const struct pst_node *list;

    PST_TRY(list_of(arena, root, "exceptions", &list));
    exceptions = pst_arena_alloc(arena, list->count + 1, sizeof *exceptions);
    if (!exceptions) {
        return POSTERN_ERR_MEMORY;
    }
    for (const struct pst_node *node = list->children; node;
         node = node->next) {
        struct pst_stored_exception *exception =
            &exceptions[stored->exception_count++];

        exception->column = column_of(node);
        exception->row = postern_ppm_row_find(pst_manager_text_of(node, "row"));
        exception->statement = pst_manager_text_of(node, "statement");
        exception->by = postern_ppm_kind_of(pst_manager_text_of(node, "by"));
        if (exception->row == POSTERN_PPM_ROWS) {
            return POSTERN_ERR_IO;
        }
    }
    stored->exceptions = exceptions;
    return POSTERN_OK;
}

static postern_status read_sources(struct pst_arena *arena,
                                   const struct pst_node *root,
                                   struct pst_stored_consent *stored)
{
    struct pst_stored_source *sources;
    const struct pst_node *list;

    PST_TRY(list_of(arena, root, "sources", &list));
    sources = pst_arena_alloc(arena, list->count + 1, sizeof *sources);
    if (!sources) {
        return POSTERN_ERR_MEMORY;
    }
    for (const struct pst_node *node = list->children; node;
         node = node->next) {
        sources[stored->source_count++] = (struct pst_stored_source){
            pst_manager_text_of(node, "kind"),
            pst_manager_text_of(node, "owner"), pst_manager_text_of(node, "id"),
            (uint32_t)pst_manager_integer_of(node, "version", 0),
            pst_manager_text_of(node, "hash")};
    }
    stored->sources = sources;
    return POSTERN_OK;
}

static postern_consent_state state_of(postern_str word)
{
    int state = POSTERN_CONSENT_EXPIRED;

    while (state != POSTERN_CONSENT_NONE &&
           !pst_str_is(word, postern_consent_state_word(
                                 (postern_consent_state)state))) {
        state--;
    }
    return (postern_consent_state)state;
}

static postern_status read_all(struct pst_arena *arena,
                               const struct pst_node *root,
                               struct pst_stored_consent *stored)
{
    postern_consent *head = &stored->head;

    memset(stored, 0, sizeof *stored);
    head->id = pst_manager_text_of(root, "id");
    head->version = (uint32_t)pst_manager_integer_of(root, "version", 0);
    head->subscriber = pst_manager_text_of(root, "subscriber");
    head->provider = pst_manager_text_of(root, "provider");
    head->state = state_of(pst_manager_text_of(root, "state"));
    head->from_s = pst_manager_integer_of(root, "from", INT64_MAX);
    head->until_s = pst_manager_integer_of(root, "until", INT64_MAX);
    head->ended_s = pst_manager_integer_of(root, "ended", INT64_MAX);
    head->hash = pst_manager_text_of(root, "hash");
    head->signature = pst_manager_text_of(root, "signature");
    head->columns = (uint32_t)pst_manager_integer_of(root, "all_columns", 0);
    head->open = (uint32_t)pst_manager_integer_of(root, "open_columns", 0);
    PST_TRY(read_columns(arena, root, stored));
    PST_TRY(read_exceptions(arena, root, stored));
    PST_TRY(read_sources(arena, root, stored));
    head->exceptions = stored->exception_count;
    return head->id.data && head->version && head->state && head->hash.data
               ? POSTERN_OK
               : POSTERN_ERR_IO;
}

postern_status pst_stored_read(postern_ppm_manager *manager,
                               struct pst_arena *arena, postern_str text,
                               struct pst_stored_consent *stored,
                               postern_diag *diag)
{
    const struct pst_node *root;
    postern_status status;

    PST_TRY(pst_manager_parse(manager, arena, text, &root, diag));
    status = read_all(arena, root, stored);
    return status == POSTERN_ERR_IO ? damaged(diag) : status;
}

postern_status pst_stored_get(postern_ppm_manager *manager,
                              struct pst_arena *arena,
                              const postern_str pair[2], uint32_t version,
                              struct pst_stored_consent **stored,
                              postern_diag *diag)
{
    const struct pst_node *newest;
    struct pst_stored_consent *made;
    postern_str text;

    *stored = NULL;
    PST_TRY(pst_manager_get_json(manager, arena, "pair",
                                 pst_manager_key(arena, pair, 2), &newest,
                                 diag));
    if (!newest) {
        return POSTERN_OK;
    }
    if (version == 0) {
        version = (uint32_t)pst_manager_integer_of(newest, "version", 0);
    }
    PST_TRY(pst_manager_get(manager, arena, "consent",
                            key_of(arena, pair, version), &text, diag));
    if (!text.data) {
        return POSTERN_OK;
    }
    made = pst_arena_alloc(arena, 1, sizeof *made);
    if (!made) {
        return POSTERN_ERR_MEMORY;
    }
    PST_TRY(pst_stored_read(manager, arena, text, made, diag));
    *stored = made;
    return POSTERN_OK;
}

postern_status pst_stored_shown(postern_ppm_manager *manager, postern_str hash,
                                postern_customised **document,
                                postern_diag *diag)
{
    struct pst_arena *arena = pst_manager_memory(manager);
    postern_ppm_load_options options;
    postern_status status;
    postern_str text;

    *document = NULL;
    PST_TRY(pst_manager_get(manager, arena, "shown", hash, &text, diag));
    if (!text.data) {
        return damaged(diag);
    }
    postern_ppm_load_options_init(&options);
    options.allocator = &manager->allocator;
    options.format = POSTERN_FORMAT_JSON;
    status = postern_customised_load(document, text, &options, NULL);
    if (status == POSTERN_ERR_SYNTAX || status == POSTERN_ERR_POLICY) {
        return damaged(diag);
    }
    return status;
}

/* ---- what it says at a time ---------------------------------------------- */

bool pst_stored_in_force(const struct pst_stored_consent *stored, int64_t now_s)
{
    const postern_consent *head = &stored->head;

    return (head->state == POSTERN_CONSENT_ACTIVE ||
            head->state == POSTERN_CONSENT_SUSPENDED) &&
           now_s < head->until_s;
}

postern_consent pst_stored_at(const struct pst_stored_consent *stored,
                              int64_t now_s)
{
    postern_consent head = stored->head;

    if (pst_stored_in_force(stored, now_s)) {
        head.open = now_s < head.from_s ? 0 : head.open;
        return head;
    }
    if (head.state == POSTERN_CONSENT_ACTIVE ||
        head.state == POSTERN_CONSENT_SUSPENDED) {
        head.state = POSTERN_CONSENT_EXPIRED;
        head.ended_s = head.until_s;
    }
    head.open = 0;
    return head;
}
