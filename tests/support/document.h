/*
 * Documents for tests: one is read with an allocator that counts, and what came
 * of it can be written down in one line.
 *
 *   struct read_document read;
 *   read_document(&read, PST_FORMAT_JSON, PST_STR("[1]"), NULL);
 *   ... read.status, read.diag, document_words(read.document.root, ...)
 *   read_document_release(&read);  asserts that nothing is live
 */
#ifndef TESTS_SUPPORT_DOCUMENT_H
#define TESTS_SUPPORT_DOCUMENT_H

#include "base/str.h"
#include "policy-lang/node.h"
#include "support/faulty.h"

#include <stdio.h>

struct read_document {
    struct faulty heap; /* set fail_at before reading */
    struct pst_arena arena;
    struct pst_document document;
    postern_diag diag;
    postern_status status;
};

static inline void read_document_again(struct read_document *read,
                                       enum pst_format format, postern_str text,
                                       const postern_limits *limits)
{
    postern_allocator allocator = faulty_allocator(&read->heap);

    pst_arena_init(&read->arena, &allocator, SIZE_MAX);
    read->document =
        (struct pst_document){.format = format, .source = "test", .text = text};
    memset(&read->diag, 0, sizeof read->diag);
    read->status =
        pst_document_read(&read->document, &read->arena, limits, &read->diag);
}

static inline void read_document(struct read_document *read,
                                 enum pst_format format, postern_str text,
                                 const postern_limits *limits)
{
    read->heap = (struct faulty){.fail_at = 0};
    read_document_again(read, format, text, limits);
}

/* Bytes that were not given back, and blocks given back with a wrong size. */
static inline size_t read_document_release(struct read_document *read)
{
    pst_arena_release(&read->arena);
    return read->heap.live + read->heap.wrong_sizes;
}

static inline void document_word(struct pst_text *out,
                                 const struct pst_node *node)
{
    char number[64];

    switch (node->type) {
    case PST_NODE_NULL:
        pst_text_add(out, "null");
        break;
    case PST_NODE_BOOLEAN:
        pst_text_add(out, node->boolean ? "true" : "false");
        break;
    case PST_NODE_INTEGER:
        pst_text_add_int(out, node->integer);
        break;
    case PST_NODE_REAL:
        snprintf(number, sizeof number, "%.17gr", node->real);
        pst_text_add(out, number);
        break;
    case PST_NODE_STRING:
        pst_text_add(out, "'");
        pst_text_add_str(out, node->text);
        pst_text_add(out, "'");
        break;
    case PST_NODE_LIST:
        pst_text_add(out, node->count ? "[" : "[]");
        break;
    case PST_NODE_OBJECT:
    default:
        pst_text_add(out, node->count ? "{" : "{}");
        break;
    }
}

/* The node after `node` in the order of the text; closes what ends before. */
static inline const struct pst_node *document_step(struct pst_text *out,
                                                   const struct pst_node *node)
{
    if (node->children) {
        return node->children;
    }
    while (node && !node->next) {
        node = node->parent;
        if (node) {
            pst_text_add(out, node->type == PST_NODE_LIST ? "]" : "}");
        }
    }
    if (!node) {
        return NULL;
    }
    pst_text_add(out, ",");
    return node->next;
}

/* {a:1,b:[null,'text',0.5r]}: reals end in "r", strings are in quotes. */
static inline const char *document_words(const struct pst_node *root,
                                         char *buffer, size_t size)
{
    struct pst_text out;

    pst_text_init(&out, buffer, size);
    while (root) {
        if (root->parent && root->parent->type == PST_NODE_OBJECT) {
            pst_text_add_str(&out, root->name);
            pst_text_add(&out, ":");
        }
        document_word(&out, root);
        root = document_step(&out, root);
    }
    return buffer;
}

/* The node a pointer such as "/pv/acr/0" leads to, or NULL. */
static inline const struct pst_node *document_at(const struct pst_node *root,
                                                 const char *pointer)
{
    char here[POSTERN_DIAG_PATH_SIZE];
    struct pst_text unused;

    pst_text_init(&unused, here, sizeof here);
    for (const struct pst_node *node = root; node;
         node = document_step(&unused, node)) {
        char path[POSTERN_DIAG_PATH_SIZE];

        pst_node_pointer(node, path, sizeof path);
        if (strcmp(path, pointer) == 0) {
            return node;
        }
    }
    return NULL;
}

#endif
