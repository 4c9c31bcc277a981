/*
 * What the readers of a request share: see primitive.h.
 */
#ifndef PST_PRIMITIVE_READER_H
#define PST_PRIMITIVE_READER_H

#include "base/str.h"
#include "engine/primitive.h"

struct pst_primitive_reader {
    postern_primitive *out;
    const struct pst_document *document;
    struct pst_arena *arena;
    postern_diag *diag;
};

/* Reads one member into in->out. */
typedef postern_status (*pst_primitive_read_fn)(struct pst_primitive_reader *in,
                                                const struct pst_node *node);

/* "rq_ip": an IP address is expected. POSTERN_ERR_POLICY. */
postern_status pst_primitive_refuse(struct pst_primitive_reader *in,
                                    const struct pst_node *node,
                                    const char *expected);

postern_status pst_primitive_texts(struct pst_primitive_reader *in,
                                   const struct pst_node *node,
                                   postern_texts *texts);

static inline bool pst_node_is_text(const struct pst_node *node)
{
    return node->type == PST_NODE_STRING && node->text.len > 0;
}

static inline bool pst_node_in_range(const struct pst_node *node, int64_t low,
                                     int64_t high)
{
    return node->type == PST_NODE_INTEGER && node->integer >= low &&
           node->integer <= high;
}

/* What the CSE knows about the way of the request (primitive_context.c). */
postern_status pst_primitive_time(struct pst_primitive_reader *in,
                                  const struct pst_node *node);
postern_status pst_primitive_ip(struct pst_primitive_reader *in,
                                const struct pst_node *node);
postern_status pst_primitive_location(struct pst_primitive_reader *in,
                                      const struct pst_node *node);
postern_status pst_primitive_authn(struct pst_primitive_reader *in,
                                   const struct pst_node *node);
postern_status pst_primitive_association(struct pst_primitive_reader *in,
                                         const struct pst_node *node);
postern_status pst_primitive_esprim(struct pst_primitive_reader *in,
                                    const struct pst_node *node);

#endif
