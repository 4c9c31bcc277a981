/* Layout: what stands before a name, between a name and its value, at the end.
 */
#include "policy-lang/emit.h"

#include "policy-lang/scalar_text.h"

enum { INDENT = 2 };

/* libyaml takes a name for one only in the first 1024 bytes of its line; the
 * longer ones are marked with "?". */
enum { SIMPLE_NAME_MAX = 128 };

void pst_emit_init(struct pst_emitter *emitter, enum pst_format format,
                   const postern_allocator *allocator, size_t ceiling)
{
    pst_buffer_init(&emitter->out, allocator, ceiling);
    emitter->format = format;
    emitter->depth = 0;
}

static struct pst_emit_level *top(struct pst_emitter *emitter)
{
    return emitter->depth ? &emitter->levels[emitter->depth - 1] : NULL;
}

static void new_line(struct pst_emitter *emitter, uint32_t spaces)
{
    pst_buffer_add_word(&emitter->out, "\n");
    pst_buffer_add_spaces(&emitter->out, spaces);
}

static void json_entry(struct pst_emitter *emitter, postern_str name)
{
    const struct pst_emit_level *level = top(emitter);

    if (!level->empty) {
        pst_buffer_add_word(&emitter->out, level->in_line ? ", " : ",");
    }
    if (!level->in_line) {
        new_line(emitter, level->spaces);
    }
    if (!level->is_list) {
        pst_write_quoted(&emitter->out, name);
        pst_buffer_add_word(&emitter->out, ": ");
    }
}

static void yaml_name(struct pst_emitter *emitter, postern_str name,
                      uint32_t spaces)
{
    bool is_long = name.len > SIMPLE_NAME_MAX;

    pst_buffer_add_word(&emitter->out, is_long ? "? " : "");
    pst_write_yaml_string(&emitter->out, name, false);
    if (is_long) {
        new_line(emitter, spaces);
    }
    pst_buffer_add_word(&emitter->out, ":");
}

static void yaml_entry(struct pst_emitter *emitter, postern_str name)
{
    const struct pst_emit_level *level = top(emitter);

    if (level->in_line) {
        pst_buffer_add_word(&emitter->out, level->empty ? "" : ", ");
        return;
    }
    if (level->empty && level->behind) {
        pst_buffer_add_word(&emitter->out, " ");
    } else if (emitter->out.len) {
        new_line(emitter, level->spaces);
    }
    if (level->is_list) {
        pst_buffer_add_word(&emitter->out, "-");
    } else {
        yaml_name(emitter, name, level->spaces);
    }
}

/* All that stands before a value. */
static void begin_entry(struct pst_emitter *emitter, postern_str name)
{
    struct pst_emit_level *level = top(emitter);

    if (!level) {
        return;
    }
    if (emitter->format == PST_FORMAT_JSON) {
        json_entry(emitter, name);
    } else {
        yaml_entry(emitter, name);
    }
    level->empty = false;
}

static void begin_scalar(struct pst_emitter *emitter, postern_str name)
{
    begin_entry(emitter, name);
    if (emitter->format == PST_FORMAT_YAML && emitter->depth &&
        !top(emitter)->in_line) {
        pst_buffer_add_word(&emitter->out, " ");
    }
}

static bool is_yaml(const struct pst_emitter *emitter)
{
    return emitter->format == PST_FORMAT_YAML;
}

static void open_level(struct pst_emitter *emitter, postern_str name,
                       bool is_list, bool in_line)
{
    const struct pst_emit_level *around = top(emitter);
    struct pst_emit_level level = {
        .is_list = is_list, .in_line = in_line, .empty = true};

    begin_entry(emitter, name);
    if (around) {
        level.behind = around->is_list;
        level.spaces = around->spaces + INDENT;
    } else {
        level.spaces = is_yaml(emitter) ? 0 : INDENT;
    }
    if (!is_yaml(emitter)) {
        pst_buffer_add_word(&emitter->out, is_list ? "[" : "{");
    } else if (in_line) {
        pst_buffer_add_word(&emitter->out, " [");
    }
    if (emitter->depth == PST_EMIT_DEPTH) {
        emitter->out.failed = true; /* deeper than any document */
        return;
    }
    emitter->levels[emitter->depth++] = level;
}

void pst_emit_object(struct pst_emitter *emitter, postern_str name)
{
    open_level(emitter, name, false, false);
}

void pst_emit_list(struct pst_emitter *emitter, postern_str name)
{
    open_level(emitter, name, true, false);
}

void pst_emit_line(struct pst_emitter *emitter, postern_str name)
{
    open_level(emitter, name, true, true);
}

static void close_yaml(struct pst_emitter *emitter,
                       const struct pst_emit_level *level)
{
    if (level->in_line) {
        pst_buffer_add_word(&emitter->out, "]");
    } else if (level->empty) {
        pst_buffer_add_word(&emitter->out, emitter->out.len ? " " : "");
        pst_buffer_add_word(&emitter->out, level->is_list ? "[]" : "{}");
    }
}

void pst_emit_close(struct pst_emitter *emitter)
{
    struct pst_emit_level level;

    if (emitter->out.failed || emitter->depth == 0) {
        return;
    }
    level = emitter->levels[--emitter->depth];
    if (is_yaml(emitter)) {
        close_yaml(emitter, &level);
        return;
    }
    if (!level.empty && !level.in_line) {
        new_line(emitter, level.spaces - INDENT);
    }
    pst_buffer_add_word(&emitter->out, level.is_list ? "]" : "}");
}

void pst_emit_string(struct pst_emitter *emitter, postern_str name,
                     postern_str text)
{
    const struct pst_emit_level *level = top(emitter);

    begin_scalar(emitter, name);
    if (is_yaml(emitter)) {
        pst_write_yaml_string(&emitter->out, text, level && level->in_line);
    } else {
        pst_write_quoted(&emitter->out, text);
    }
}

void pst_emit_integer(struct pst_emitter *emitter, postern_str name,
                      int64_t value)
{
    begin_scalar(emitter, name);
    pst_write_integer(&emitter->out, value);
}

void pst_emit_real(struct pst_emitter *emitter, postern_str name, double value)
{
    begin_scalar(emitter, name);
    pst_write_real(&emitter->out, value);
}

static void emit_word(struct pst_emitter *emitter, postern_str name,
                      const char *word)
{
    begin_scalar(emitter, name);
    pst_buffer_add_word(&emitter->out, word);
}

void pst_emit_true(struct pst_emitter *emitter, postern_str name)
{
    emit_word(emitter, name, "true");
}

void pst_emit_boolean(struct pst_emitter *emitter, postern_str name, bool value)
{
    emit_word(emitter, name, value ? "true" : "false");
}

enum { LINE_WIDTH = 60, ENTRY_WIDTH = 4, NUMBER_WIDTH = 8 };

/* Adds an entry of `len` bytes; false when the line is full. */
static bool fits(size_t *width, size_t len)
{
    *width += len < LINE_WIDTH ? len + ENTRY_WIDTH : LINE_WIDTH + 1;
    return *width <= LINE_WIDTH;
}

void pst_emit_strings(struct pst_emitter *emitter, postern_str name,
                      const postern_str *texts, size_t count)
{
    size_t width = 0;
    bool in_line = true;

    for (size_t i = 0; i < count && in_line; i++) {
        in_line = fits(&width, texts[i].len);
    }
    open_level(emitter, name, true, in_line);
    for (size_t i = 0; i < count; i++) {
        pst_emit_string(emitter, (postern_str){NULL, 0}, texts[i]);
    }
    pst_emit_close(emitter);
}

static bool fits_line(const struct pst_node *list)
{
    size_t width = 0;
    bool in_line = true;

    for (const struct pst_node *entry = list->children; entry && in_line;
         entry = entry->next) {
        bool is_text = entry->type == PST_NODE_STRING;

        in_line = fits(&width, is_text ? entry->text.len : NUMBER_WIDTH) &&
                  entry->type != PST_NODE_LIST &&
                  entry->type != PST_NODE_OBJECT;
    }
    return in_line;
}

/* A scalar, or the opening of what has entries. */
static void begin_node(struct pst_emitter *emitter, postern_str name,
                       const struct pst_node *node)
{
    switch (node->type) {
    case PST_NODE_NULL:
        emit_word(emitter, name, "null");
        break;
    case PST_NODE_BOOLEAN:
        emit_word(emitter, name, node->boolean ? "true" : "false");
        break;
    case PST_NODE_INTEGER:
        pst_emit_integer(emitter, name, node->integer);
        break;
    case PST_NODE_REAL:
        pst_emit_real(emitter, name, node->real);
        break;
    case PST_NODE_STRING:
        pst_emit_string(emitter, name, node->text);
        break;
    case PST_NODE_LIST:
        open_level(emitter, name, true, fits_line(node));
        break;
    case PST_NODE_OBJECT:
        pst_emit_object(emitter, name);
        break;
    }
}

static bool has_entries(const struct pst_node *node)
{
    return node->type == PST_NODE_LIST || node->type == PST_NODE_OBJECT;
}

/* The next node behind one that is written, closing what ends with it. */
static const struct pst_node *step(struct pst_emitter *emitter,
                                   const struct pst_node *node,
                                   const struct pst_node *root)
{
    while (node != root && !node->next) {
        node = node->parent;
        pst_emit_close(emitter);
    }
    return node == root ? NULL : node->next;
}

void pst_emit_node(struct pst_emitter *emitter, postern_str name,
                   const struct pst_node *root)
{
    const struct pst_node *node = root;

    while (node) {
        begin_node(emitter, node == root ? name : node->name, node);
        if (node->children) {
            node = node->children;
            continue;
        }
        if (has_entries(node)) {
            pst_emit_close(emitter);
        }
        node = step(emitter, node, root);
    }
}

void pst_emit_end(struct pst_emitter *emitter)
{
    pst_buffer_add_word(&emitter->out, "\n");
}
