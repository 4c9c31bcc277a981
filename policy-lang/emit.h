/*
 * Objects, lists and scalars laid out as JSON or YAML, two spaces a level. The
 * writers of policies say what comes, this says what it looks like.
 *
 * Invariant: levels[0 .. depth - 1] are the objects and lists that are open.
 */
#ifndef PST_EMIT_H
#define PST_EMIT_H

#include "policy-lang/buffer.h"
#include "policy-lang/node.h"

/* Documents nest at most 64 deep; canonical form adds a few levels. */
enum { PST_EMIT_DEPTH = 80 };

struct pst_emit_level {
    bool is_list;
    bool in_line; /* all entries on one line */
    bool behind;  /* YAML: the first entry stands behind the "-" of another */
    bool empty;   /* so far */
    uint32_t spaces; /* before each entry */
};

struct pst_emitter {
    struct pst_buffer out;
    enum pst_format format;
    uint32_t depth;
    struct pst_emit_level levels[PST_EMIT_DEPTH];
};

/* The buffer is for the caller to release. */
void pst_emit_init(struct pst_emitter *emitter, enum pst_format format,
                   const postern_allocator *allocator, size_t ceiling);

/* `name` is that of the member; absent at the root and in a list. */
void pst_emit_object(struct pst_emitter *emitter, postern_str name);
void pst_emit_list(struct pst_emitter *emitter, postern_str name);
/* For few short scalars: [1, 2, 3]. */
void pst_emit_line(struct pst_emitter *emitter, postern_str name);
void pst_emit_close(struct pst_emitter *emitter);

void pst_emit_string(struct pst_emitter *emitter, postern_str name,
                     postern_str text);
void pst_emit_integer(struct pst_emitter *emitter, postern_str name,
                      int64_t value);
void pst_emit_real(struct pst_emitter *emitter, postern_str name, double value);
/* A list of strings, on one line if it is short. */
void pst_emit_strings(struct pst_emitter *emitter, postern_str name,
                      const postern_str *texts, size_t count);
void pst_emit_true(struct pst_emitter *emitter, postern_str name);
void pst_emit_boolean(struct pst_emitter *emitter, postern_str name,
                      bool value);

/* A node with everything in it, as it was read. */
void pst_emit_node(struct pst_emitter *emitter, postern_str name,
                   const struct pst_node *node);

/* After the root is closed: the last line break. */
void pst_emit_end(struct pst_emitter *emitter);

#endif
