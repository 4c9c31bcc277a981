/*
 * Puts nodes together in the order in which a reader meets them, and keeps what
 * is the same for every format: the limits, duplicate names, and where and how
 * a refusal is reported.
 *
 * Invariant: `open` is the innermost list or object that is not closed yet, or
 * NULL; `depth` is the number of those; last[depth - 1] its youngest child.
 */
#ifndef PST_NODE_BUILDER_H
#define PST_NODE_BUILDER_H

#include "policy-lang/node.h"

enum { PST_DEPTH_CEILING = 64 };

struct pst_position {
    uint32_t line;
    uint32_t column;
};

struct pst_node_builder {
    struct pst_document *document;
    struct pst_arena *arena;
    postern_limits limits;
    postern_diag *diag; /* may be NULL */
    struct pst_node *open;
    struct pst_node *last[PST_DEPTH_CEILING];
    uint32_t depth;
    uint32_t values;
    bool has_name; /* `name` waits for its value */
    postern_str name;
    struct pst_position name_at;
};

void pst_builder_init(struct pst_node_builder *builder,
                      struct pst_document *document, struct pst_arena *arena,
                      const postern_limits *limits, postern_diag *diag);

/* Whether the next thing is the name of a member, or the end of the object. */
bool pst_builder_wants_name(const struct pst_node_builder *builder);

/* POSTERN_ERR_LIMIT for a text that is longer than one may be; `at` is where it
 * stands. */
POSTERN_NODISCARD postern_status pst_builder_check_text(
    const struct pst_node_builder *builder, struct pst_position at, size_t len);

/* Memory for `len` bytes and a NUL, however many. */
POSTERN_NODISCARD postern_status
pst_builder_bytes(struct pst_node_builder *builder, struct pst_position at,
                  size_t len, char **bytes);

/* The two in one: memory for a text that stands at `at`. */
POSTERN_NODISCARD postern_status
pst_builder_text(struct pst_node_builder *builder, struct pst_position at,
                 size_t len, char **bytes);

/* The name of the member whose value comes next; kept, not copied. */
void pst_builder_name(struct pst_node_builder *builder, struct pst_position at,
                      postern_str name);

/* Adds a node where the builder stands. A list or an object is open from then
 * on. The caller fills in the value of a scalar. */
POSTERN_NODISCARD postern_status
pst_builder_add(struct pst_node_builder *builder, struct pst_position at,
                enum pst_node_type type, struct pst_node **node);

/* Closes the innermost list or object. Here duplicate names are refused. */
POSTERN_NODISCARD postern_status
pst_builder_close(struct pst_node_builder *builder);

/* Records a refusal at a place in the text; the path is that of the value to
 * come. Returns `status`. */
postern_status pst_builder_refuse(const struct pst_node_builder *builder,
                                  struct pst_position at, postern_status status,
                                  const char *message);

#endif
