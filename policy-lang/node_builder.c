/* Nodes put together one after the other; see node_builder.h. */
#include "policy-lang/node_builder.h"

#include "base/str.h"
#include "policy-lang/duplicate.h"

enum { MESSAGE_SIZE = POSTERN_DIAG_MESSAGE_SIZE };

void pst_builder_init(struct pst_node_builder *builder,
                      struct pst_document *document, struct pst_arena *arena,
                      const postern_limits *limits, postern_diag *diag)
{
    *builder = (struct pst_node_builder){
        .document = document,
        .arena = arena,
        .limits = pst_limits_of(limits),
        .diag = diag,
    };
    document->root = NULL;
}

bool pst_builder_wants_name(const struct pst_node_builder *builder)
{
    return builder->open && builder->open->type == PST_NODE_OBJECT &&
           !builder->has_name;
}

postern_status pst_builder_refuse(const struct pst_node_builder *builder,
                                  struct pst_position at, postern_status status,
                                  const char *message)
{
    struct pst_node here = {
        .line = at.line, .column = at.column, .parent = builder->open};
    const struct pst_node *node = &here;

    if (builder->open) {
        here.name = builder->name;
        here.index = builder->open->count;
    }
    if (pst_builder_wants_name(builder)) { /* no member yet: the object */
        here.parent = builder->open->parent;
        here.name = builder->open->name;
        here.index = builder->open->index;
    }
    return pst_node_refuse(builder->document, node, builder->diag, status,
                           message, NULL);
}

static postern_status refuse_limit(const struct pst_node_builder *builder,
                                   struct pst_position at, const char *before,
                                   uint64_t limit, const char *after)
{
    char message[MESSAGE_SIZE];
    struct pst_text text;

    pst_text_init(&text, message, sizeof message);
    pst_text_add(&text, before);
    pst_text_add_uint(&text, limit);
    pst_text_add(&text, after);
    return pst_builder_refuse(builder, at, POSTERN_ERR_LIMIT, message);
}

/* Why the arena has no memory. */
static postern_status refuse_memory(const struct pst_node_builder *builder,
                                    struct pst_position at, size_t size)
{
    const struct pst_arena *arena = builder->arena;

    if (size > arena->ceiling - arena->used) {
        return refuse_limit(builder, at, "reading this takes more than ",
                            arena->ceiling, " bytes");
    }
    return pst_diag_plain(builder->diag, POSTERN_ERR_MEMORY);
}

postern_status pst_builder_check_text(const struct pst_node_builder *builder,
                                      struct pst_position at, size_t len)
{
    return len <= builder->limits.text_length
               ? POSTERN_OK
               : refuse_limit(builder, at, "this text is longer than ",
                              builder->limits.text_length, " bytes");
}

postern_status pst_builder_bytes(struct pst_node_builder *builder,
                                 struct pst_position at, size_t len,
                                 char **bytes)
{
    *bytes = pst_arena_bytes(builder->arena, len + 1);
    if (!*bytes) {
        return refuse_memory(builder, at, len + 1);
    }
    (*bytes)[len] = '\0';
    return POSTERN_OK;
}

postern_status pst_builder_text(struct pst_node_builder *builder,
                                struct pst_position at, size_t len,
                                char **bytes)
{
    PST_TRY(pst_builder_check_text(builder, at, len));
    return pst_builder_bytes(builder, at, len, bytes);
}

void pst_builder_name(struct pst_node_builder *builder, struct pst_position at,
                      postern_str name)
{
    builder->has_name = true;
    builder->name = name;
    builder->name_at = at;
}

/* Hangs a node under what is open. */
static void link_node(struct pst_node_builder *builder, struct pst_node *node)
{
    struct pst_node *parent = builder->open;

    if (!parent) {
        builder->document->root = node;
        return;
    }
    node->parent = parent;
    node->index = parent->count++;
    if (parent->type == PST_NODE_OBJECT) {
        node->name = builder->name;
        node->name_line = builder->name_at.line;
        node->name_column = builder->name_at.column;
        builder->has_name = false;
    }
    if (builder->last[builder->depth - 1]) {
        builder->last[builder->depth - 1]->next = node;
    } else {
        parent->children = node;
    }
    builder->last[builder->depth - 1] = node;
}

static bool holds_others(enum pst_node_type type)
{
    return type == PST_NODE_LIST || type == PST_NODE_OBJECT;
}

postern_status pst_builder_add(struct pst_node_builder *builder,
                               struct pst_position at, enum pst_node_type type,
                               struct pst_node **node)
{
    if (holds_others(type) && builder->depth >= builder->limits.depth) {
        return refuse_limit(builder, at, "nested deeper than ",
                            builder->limits.depth, " lists and objects");
    }
    if (builder->values >= builder->limits.values) {
        return refuse_limit(builder, at, "more than ", builder->limits.values,
                            " values in one document");
    }
    *node = pst_arena_raw(builder->arena, sizeof **node);
    if (!*node) {
        return refuse_memory(builder, at, sizeof **node);
    }
    **node =
        (struct pst_node){.type = type, .line = at.line, .column = at.column};
    link_node(builder, *node);
    builder->values++;
    if (holds_others(type)) {
        builder->open = *node;
        builder->last[builder->depth++] = NULL;
    }
    return POSTERN_OK;
}

static postern_status refuse_duplicate(const struct pst_node_builder *builder,
                                       const struct pst_node *member)
{
    struct pst_node here = *member;
    char message[MESSAGE_SIZE];
    struct pst_text text;

    here.line = member->name_line;
    here.column = member->name_column;
    pst_text_init(&text, message, sizeof message);
    pst_text_add(&text, "the member ");
    pst_text_add_quoted(&text, member->name);
    pst_text_add(&text, " is in this object twice");
    return pst_node_refuse(builder->document, &here, builder->diag,
                           POSTERN_ERR_SYNTAX, message, NULL);
}

postern_status pst_builder_close(struct pst_node_builder *builder)
{
    struct pst_node *closed = builder->open;
    const struct pst_node *duplicate = NULL;

    if (closed->type == PST_NODE_OBJECT &&
        pst_duplicate_find(closed, &builder->arena->allocator, &duplicate) !=
            POSTERN_OK) {
        return pst_diag_plain(builder->diag, POSTERN_ERR_MEMORY);
    }
    if (duplicate) {
        return refuse_duplicate(builder, duplicate);
    }
    builder->open = closed->parent;
    builder->depth--;
    return POSTERN_OK;
}
