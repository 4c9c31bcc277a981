/*
 * A document as a tree, whatever it was written in. Nodes live in the arena of
 * one load and are never changed after reading.
 */
#ifndef PST_NODE_H
#define PST_NODE_H

#include "base/arena.h"
#include "base/diag.h"

enum pst_node_type {
    PST_NODE_NULL,
    PST_NODE_BOOLEAN,
    PST_NODE_INTEGER,
    PST_NODE_REAL,
    PST_NODE_STRING,
    PST_NODE_LIST,
    PST_NODE_OBJECT
};

struct pst_node {
    enum pst_node_type type;
    uint32_t line;        /* of its first byte, from 1 */
    uint32_t column;      /* in bytes, from 1 */
    uint32_t name_line;   /* of the name, for members of an object */
    uint32_t name_column; /* in bytes, from 1 */
    uint32_t count;       /* children of a list or object */
    uint32_t index;       /* among the children of the parent */
    bool boolean;
    int64_t integer;
    double real;      /* also set for integers */
    postern_str text; /* of a string; for other scalars as it was written, if
                         known. UTF-8, holds no NUL byte */
    postern_str name; /* of a member of an object */
    struct pst_node *parent;
    struct pst_node *children; /* first of them */
    struct pst_node *next;     /* of the same parent */
};

enum pst_format { PST_FORMAT_JSON, PST_FORMAT_YAML };

struct pst_document {
    enum pst_format format;
    const char *source;    /* file name for diagnostics; may be "" */
    postern_str text;      /* borrowed; needed only while it is read */
    uint32_t lines_before; /* of the file, that the text is a part of */
    struct pst_node *root;
};

/*
 * Reads one document. Refused with line, column, path and what was expected:
 * malformed text, bytes that are not UTF-8, NUL in strings, duplicate member
 * names, more than the limits allow, an empty document, anything after the
 * document; in YAML besides: anchors, aliases, tags, several documents, member
 * names that are not scalars.
 *
 * YAML scalars are typed by the core schema of YAML 1.2: only true and false
 * are booleans ("no" and "NO" are strings), quoted scalars are always strings.
 *
 * POSTERN_OK, _SYNTAX, _LIMIT, _MEMORY.
 */
POSTERN_NODISCARD postern_status pst_json_read(struct pst_document *document,
                                               struct pst_arena *arena,
                                               const postern_limits *limits,
                                               postern_diag *diag);
POSTERN_NODISCARD postern_status pst_yaml_read(struct pst_document *document,
                                               struct pst_arena *arena,
                                               const postern_limits *limits,
                                               postern_diag *diag);

/* The one of the two that document->format names. */
POSTERN_NODISCARD postern_status
pst_document_read(struct pst_document *document, struct pst_arena *arena,
                  const postern_limits *limits, postern_diag *diag);

/* Where a node stands in the file; 0 and 0 for no node. */
void pst_document_locate(const struct pst_document *document,
                         const struct pst_node *node, uint32_t *line,
                         uint32_t *column);

/* RFC 6901 pointer of a node, "" for the root, cut to `size`. */
void pst_node_pointer(const struct pst_node *node, char *buffer, size_t size);

/* Member of an object by name; NULL when there is none or it is no object. */
const struct pst_node *pst_node_member(const struct pst_node *object,
                                       const char *name);

/* "a string", "a list", ... for messages. */
const char *pst_node_type_name(const struct pst_node *node);

/* Records a refusal that points at a node: source, line, column, path. Returns
 * `status`. */
postern_status pst_node_refuse(const struct pst_document *document,
                               const struct pst_node *node, postern_diag *diag,
                               postern_status status, const char *message,
                               const char *clause);

#endif
