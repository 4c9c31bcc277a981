/*
 * What can be asked of a node: where it stands, what is in it, what it is; and
 * refusing a document by pointing at one.
 */
#include "policy-lang/node.h"

#include "base/str.h"

/* Deeper than the hardest ceiling on nesting, with the root. */
enum { ANCESTORS_MAX = 66 };

postern_status pst_document_read(struct pst_document *document,
                                 struct pst_arena *arena,
                                 const postern_limits *limits,
                                 postern_diag *diag)
{
    if (document->format == PST_FORMAT_YAML) {
        return pst_yaml_read(document, arena, limits, diag);
    }
    return pst_json_read(document, arena, limits, diag);
}

void pst_document_locate(const struct pst_document *document,
                         const struct pst_node *node, uint32_t *line,
                         uint32_t *column)
{
    *line = node && node->line ? node->line + document->lines_before : 0;
    *column = node ? node->column : 0;
}

/* "~" and "/" as RFC 6901 writes them; control characters, which a terminal
 * might obey, as "?". */
static void add_name(struct pst_text *text, postern_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.data[i];

        if (c == '~' || c == '/') {
            pst_text_add(text, c == '~' ? "~0" : "~1");
        } else if (c < 0x20 || c == 0x7F) {
            pst_text_add(text, "?");
        } else {
            pst_text_add_str(text, pst_str_slice(name, i, i + 1));
        }
    }
}

/* Drops what is left of a character when the text was cut inside it. */
static void trim_character(char *buffer, size_t len)
{
    size_t lead = len;
    size_t size;

    while (lead > 0 && ((unsigned char)buffer[lead - 1] & 0xC0) == 0x80) {
        lead--;
    }
    if (lead == 0 || (unsigned char)buffer[lead - 1] < 0xC0) {
        return;
    }
    lead--;
    size = (unsigned char)buffer[lead] < 0xE0   ? 2
           : (unsigned char)buffer[lead] < 0xF0 ? 3
                                                : 4;
    if (lead + size > len) {
        buffer[lead] = '\0';
    }
}

void pst_node_pointer(const struct pst_node *node, char *buffer, size_t size)
{
    const struct pst_node *path[ANCESTORS_MAX];
    struct pst_text text;
    size_t count = 0;

    pst_text_init(&text, buffer, size);
    while (node && node->parent && count < ANCESTORS_MAX) {
        path[count++] = node;
        node = node->parent;
    }
    while (count > 0) {
        const struct pst_node *step = path[--count];

        pst_text_add(&text, "/");
        if (step->parent->type == PST_NODE_OBJECT) {
            add_name(&text, step->name);
        } else {
            pst_text_add_uint(&text, step->index);
        }
    }
    if (size && text.len >= size) {
        trim_character(buffer, size - 1);
    }
}

const struct pst_node *pst_node_member(const struct pst_node *object,
                                       const char *name)
{
    if (!object || object->type != PST_NODE_OBJECT) {
        return NULL;
    }
    for (const struct pst_node *child = object->children; child;
         child = child->next) {
        if (pst_str_is(child->name, name)) {
            return child;
        }
    }
    return NULL;
}

const char *pst_node_type_name(const struct pst_node *node)
{
    static const char *const names[] = {
        [PST_NODE_NULL] = "null",        [PST_NODE_BOOLEAN] = "false",
        [PST_NODE_INTEGER] = "a number", [PST_NODE_REAL] = "a number",
        [PST_NODE_STRING] = "a string",  [PST_NODE_LIST] = "a list",
        [PST_NODE_OBJECT] = "an object",
    };

    if (!node) {
        return "nothing";
    }
    return node->type == PST_NODE_BOOLEAN && node->boolean ? "true"
                                                           : names[node->type];
}

postern_status pst_node_refuse(const struct pst_document *document,
                               const struct pst_node *node, postern_diag *diag,
                               postern_status status, const char *message,
                               const char *clause)
{
    char path[POSTERN_DIAG_PATH_SIZE];
    uint32_t line;
    uint32_t column;

    if (!diag || diag->status != POSTERN_OK) {
        return status; /* the first refusal is kept */
    }
    pst_node_pointer(node, path, sizeof path);
    pst_document_locate(document, node, &line, &column);
    pst_diag_refuse(diag, status, path, message, clause);
    pst_diag_copy(diag->source, sizeof diag->source,
                  document->source ? document->source : "");
    pst_diag_locate(diag, line, column);
    return status;
}
