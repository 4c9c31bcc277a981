/* How the manager keeps things in its storage: keys, texts, JSON, counters. */
#include "consent/manager.h"

enum { DIGITS = 10 };

/* ---- keys ---------------------------------------------------------------- */

static const char hex[] = "0123456789ABCDEF";

static bool is_escaped(char c)
{
    return c == '%' || c == '/';
}

static size_t length_of(postern_str part)
{
    size_t len = part.len;

    for (size_t i = 0; i < part.len; i++) {
        len += is_escaped(part.data[i]) ? 2 : 0;
    }
    return len;
}

static char *add_part(char *out, postern_str part)
{
    for (size_t i = 0; i < part.len; i++) {
        char c = part.data[i];

        if (is_escaped(c)) {
            *out++ = '%';
            *out++ = hex[(unsigned char)c >> 4];
            *out++ = hex[(unsigned char)c & 15];
        } else {
            *out++ = c;
        }
    }
    return out;
}

/* Each part and a "/" behind it. */
postern_str pst_manager_prefix(struct pst_arena *arena,
                               const postern_str *parts, size_t count)
{
    size_t len = count;
    char *data;
    char *out;

    for (size_t i = 0; i < count; i++) {
        len += length_of(parts[i]);
    }
    data = pst_arena_alloc(arena, len + 1, 1);
    if (!data) {
        return (postern_str){NULL, 0};
    }
    out = data;
    for (size_t i = 0; i < count; i++) {
        out = add_part(out, parts[i]);
        *out++ = '/';
    }
    return (postern_str){data, len};
}

postern_str pst_manager_key(struct pst_arena *arena, const postern_str *parts,
                            size_t count)
{
    postern_str key = pst_manager_prefix(arena, parts, count);

    key.len -= key.len ? 1 : 0;
    return key;
}

static char unescaped(postern_str two)
{
    return pst_str_is(two, "2F") ? '/' : '%';
}

postern_str pst_manager_part(struct pst_arena *arena, postern_str key,
                             size_t number)
{
    size_t from = 0;
    size_t end = pst_str_find(key, 0, '/');
    size_t len = 0;
    char *data;

    for (size_t i = 0; i < number; i++) {
        if (end == key.len) {
            return (postern_str){NULL, 0};
        }
        from = end + 1;
        end = pst_str_find(key, from, '/');
    }
    data = pst_arena_alloc(arena, end - from + 1, 1);
    if (!data) {
        return (postern_str){NULL, 0};
    }
    for (size_t at = from; at < end; at++) {
        if (key.data[at] == '%') {
            data[len++] = unescaped(pst_str_slice(key, at + 1, at + 3));
            at += 2;
        } else {
            data[len++] = key.data[at];
        }
    }
    return (postern_str){data, len};
}

postern_str pst_manager_digits(struct pst_arena *arena, uint64_t number)
{
    char buffer[24]; /* 20 digits at most */
    struct pst_text text;

    pst_text_init(&text, buffer, sizeof buffer);
    pst_text_add_padded(&text, number, DIGITS);
    return pst_arena_copy(arena, postern_str_of(buffer));
}

/* ---- texts --------------------------------------------------------------- */

/* What the storage refuses is the end of the transaction, whatever status it
 * says so with. */
static postern_status noted(postern_ppm_manager *manager, postern_status status)
{
    manager->refused = manager->refused || status != POSTERN_OK;
    return status;
}

postern_status pst_manager_get(postern_ppm_manager *manager,
                               struct pst_arena *arena, const char *table,
                               postern_str key, postern_str *value,
                               postern_diag *diag)
{
    postern_str found = {NULL, 0};

    *value = found;
    if (!key.data) {
        return POSTERN_ERR_MEMORY;
    }
    PST_TRY(noted(manager, manager->storage.get(manager->storage.user, table,
                                                key, &found, diag)));
    if (found.data) {
        *value = pst_arena_copy(arena, found);
    }
    return found.data && !value->data ? POSTERN_ERR_MEMORY : POSTERN_OK;
}

postern_status pst_manager_put(postern_ppm_manager *manager, const char *table,
                               postern_str key, postern_str value,
                               postern_diag *diag)
{
    return key.data
               ? noted(manager, manager->storage.put(manager->storage.user,
                                                     table, key, value, diag))
               : POSTERN_ERR_MEMORY;
}

postern_status pst_manager_remove(postern_ppm_manager *manager,
                                  const char *table, postern_str key,
                                  postern_diag *diag)
{
    return key.data
               ? noted(manager, manager->storage.remove(manager->storage.user,
                                                        table, key, diag))
               : POSTERN_ERR_MEMORY;
}

postern_status pst_manager_each(postern_ppm_manager *manager, const char *table,
                                postern_str prefix,
                                bool (*take)(void *user, postern_str key,
                                             postern_str value),
                                void *user, postern_diag *diag)
{
    return noted(manager, manager->storage.each(manager->storage.user, table,
                                                prefix, take, user, diag));
}

/* Keys that are collected, as a list that grows by doubling in the arena. */
struct collection {
    struct pst_arena *arena;
    postern_str *items;
    size_t count;
    size_t room;
    bool failed;
};

static bool make_room(struct collection *self)
{
    size_t room = self->room ? 2 * self->room : 16;
    postern_str *items;

    if (self->count < self->room) {
        return true;
    }
    items = pst_arena_alloc(self->arena, room, sizeof *items);
    if (items && self->count) {
        memcpy(items, self->items, self->count * sizeof *items);
    }
    self->items = items;
    self->room = room;
    return items != NULL;
}

static bool collect(void *user, postern_str key, postern_str value)
{
    struct collection *self = user;
    postern_str copy = {NULL, 0};

    (void)value;
    if (make_room(self)) {
        copy = pst_arena_copy(self->arena, key);
    }
    self->failed = copy.data == NULL;
    if (!self->failed) {
        self->items[self->count++] = copy;
    }
    return !self->failed;
}

postern_status pst_manager_keys(postern_ppm_manager *manager,
                                struct pst_arena *arena, const char *table,
                                postern_str prefix, postern_texts *keys,
                                postern_diag *diag)
{
    struct collection self = {.arena = arena};

    PST_TRY(pst_manager_each(manager, table, prefix, collect, &self, diag));
    *keys = (postern_texts){self.items, self.count};
    return self.failed ? POSTERN_ERR_MEMORY : POSTERN_OK;
}

/* ---- JSON ---------------------------------------------------------------- */

postern_status pst_manager_parse(postern_ppm_manager *manager,
                                 struct pst_arena *arena, postern_str text,
                                 const struct pst_node **root,
                                 postern_diag *diag)
{
    struct pst_document document = {
        .format = PST_FORMAT_JSON, .source = "", .text = text};
    /* Our own text: as long as anything of it may be. */
    const postern_limits most = {SIZE_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX,
                                 UINT32_MAX};
    postern_limits limits = pst_limits_of(&most);
    postern_status status;

    (void)manager;
    *root = NULL;
    status = pst_json_read(&document, arena, &limits, NULL);
    if (status == POSTERN_ERR_SYNTAX || status == POSTERN_ERR_LIMIT) {
        return pst_diag_refuse(diag, POSTERN_ERR_IO, "",
                               "what is stored is damaged", NULL);
    }
    PST_TRY(status);
    *root = document.root;
    return POSTERN_OK;
}

postern_status pst_manager_get_json(postern_ppm_manager *manager,
                                    struct pst_arena *arena, const char *table,
                                    postern_str key,
                                    const struct pst_node **root,
                                    postern_diag *diag)
{
    postern_str text;

    *root = NULL;
    PST_TRY(pst_manager_get(manager, arena, table, key, &text, diag));
    return text.data ? pst_manager_parse(manager, arena, text, root, diag)
                     : POSTERN_OK;
}

void pst_manager_json(postern_ppm_manager *manager, struct pst_emitter *emitter)
{
    const postern_str none = {NULL, 0};

    pst_emit_init(emitter, PST_FORMAT_JSON, &manager->allocator,
                  PST_STORED_BYTES);
    pst_emit_object(emitter, none);
}

postern_status pst_manager_put_json(postern_ppm_manager *manager,
                                    const char *table, postern_str key,
                                    struct pst_emitter *emitter,
                                    postern_diag *diag)
{
    const struct pst_buffer *out = &emitter->out;
    postern_status status = POSTERN_ERR_MEMORY;

    pst_emit_close(emitter);
    pst_emit_end(emitter);
    if (!out->failed) {
        status = pst_manager_put(manager, table, key,
                                 (postern_str){out->data, out->len}, diag);
    }
    pst_buffer_release(&emitter->out);
    return status;
}

postern_status pst_manager_next(postern_ppm_manager *manager,
                                const char *counter, uint64_t *number,
                                postern_diag *diag)
{
    const postern_str key = postern_str_of(counter);
    const struct pst_node *root = NULL;
    struct pst_emitter emitter;

    PST_TRY(pst_manager_get_json(manager, pst_manager_memory(manager), "meta",
                                 key, &root, diag));
    *number = (uint64_t)pst_manager_integer_of(root, "number", 0) + 1;
    pst_manager_json(manager, &emitter);
    pst_emit_integer(&emitter, PST_STR("number"), (int64_t)*number);
    return pst_manager_put_json(manager, "meta", key, &emitter, diag);
}

postern_str pst_manager_text_of(const struct pst_node *object, const char *name)
{
    const struct pst_node *node = object ? pst_node_member(object, name) : NULL;
    const postern_str none = {NULL, 0};

    return node && node->type == PST_NODE_STRING ? node->text : none;
}

int64_t pst_manager_integer_of(const struct pst_node *object, const char *name,
                               int64_t other)
{
    const struct pst_node *node = object ? pst_node_member(object, name) : NULL;

    return node && node->type == PST_NODE_INTEGER ? node->integer : other;
}
