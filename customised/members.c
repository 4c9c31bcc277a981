/* Members of objects in the order in which they are written. */
#include "customised/members.h"

#include "base/diag.h"
#include "base/str.h"

postern_status pst_customised_refuse(const struct pst_customised_reader *in,
                                     const struct pst_node *node,
                                     const char *message)
{
    (void)pst_node_refuse(&in->document, node, in->diag, POSTERN_ERR_POLICY,
                          message, NULL);
    return POSTERN_ERR_POLICY;
}

static postern_status refuse_name(const struct pst_customised_reader *in,
                                  const struct pst_node *node,
                                  const char *before, const char *name,
                                  const char *after)
{
    char message[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text text;

    pst_text_init(&text, message, sizeof message);
    pst_text_add(&text, before);
    pst_text_add(&text, name);
    pst_text_add(&text, after);
    return pst_customised_refuse(in, node, message);
}

postern_status
pst_customised_open_object(const struct pst_customised_reader *in,
                           const struct pst_node *node,
                           struct pst_customised_cursor *cursor)
{
    *cursor = (struct pst_customised_cursor){node, node->children};
    return node->type == PST_NODE_OBJECT
               ? POSTERN_OK
               : pst_customised_refuse(in, node, "an object is expected");
}

/* The next member if it has this name, else NULL. */
const struct pst_node *pst_customised_may(struct pst_customised_cursor *cursor,
                                          const char *name)
{
    const struct pst_node *node = cursor->next;

    if (!node || !pst_str_is(node->name, name)) {
        return NULL;
    }
    cursor->next = node->next;
    return node;
}

postern_status pst_customised_must(const struct pst_customised_reader *in,
                                   struct pst_customised_cursor *cursor,
                                   const char *name,
                                   const struct pst_node **node)
{
    const struct pst_node *at = cursor->next ? cursor->next : cursor->object;
    const struct pst_node *found = pst_customised_may(cursor, name);

    *node = found ? found : at;
    return found ? POSTERN_OK
                 : refuse_name(in, at, "the member \"", name,
                               "\" is expected here");
}

postern_status
pst_customised_end_object(const struct pst_customised_reader *in,
                          const struct pst_customised_cursor *cursor)
{
    return cursor->next ? pst_customised_refuse(
                              in, cursor->next,
                              "there is no such member, or not in this "
                              "place")
                        : POSTERN_OK;
}

/* A copy: the nodes do not live as long as the document. */
postern_status pst_customised_text_of(const struct pst_customised_reader *in,
                                      const struct pst_node *node,
                                      postern_str *text)
{
    if (node->type != PST_NODE_STRING || node->text.len == 0) {
        return pst_customised_refuse(in, node, "a text is expected");
    }
    return pst_customised_keep(in->made, node->text, text);
}

postern_status pst_customised_must_text(const struct pst_customised_reader *in,
                                        struct pst_customised_cursor *cursor,
                                        const char *name, postern_str *text)
{
    const struct pst_node *node;

    PST_TRY(pst_customised_must(in, cursor, name, &node));
    return pst_customised_text_of(in, node, text);
}

postern_status pst_customised_may_text(const struct pst_customised_reader *in,
                                       struct pst_customised_cursor *cursor,
                                       const char *name, postern_str *text)
{
    const struct pst_node *node = pst_customised_may(cursor, name);

    return node ? pst_customised_text_of(in, node, text) : POSTERN_OK;
}

/* A number below `end`. */
postern_status
pst_customised_must_number(const struct pst_customised_reader *in,
                           struct pst_customised_cursor *cursor,
                           const char *name, uint32_t below, uint32_t *number)
{
    const struct pst_node *node;

    PST_TRY(pst_customised_must(in, cursor, name, &node));
    if (node->type != PST_NODE_INTEGER || node->integer < 0 ||
        node->integer >= below) {
        return refuse_name(in, node, "\"", name, "\" is no such number");
    }
    *number = (uint32_t)node->integer;
    return POSTERN_OK;
}

postern_status pst_customised_must_be(const struct pst_customised_reader *in,
                                      struct pst_customised_cursor *cursor,
                                      const char *name, const char *value)
{
    const struct pst_node *node;

    PST_TRY(pst_customised_must(in, cursor, name, &node));
    return node->type == PST_NODE_STRING && pst_str_is(node->text, value)
               ? POSTERN_OK
               : refuse_name(in, node, "\"", value, "\" is expected");
}

postern_status
pst_customised_must_word(const struct pst_customised_reader *in,
                         struct pst_customised_cursor *cursor, const char *name,
                         const struct pst_customised_words *vocabulary,
                         unsigned *number)
{
    const struct pst_node *node;

    PST_TRY(pst_customised_must(in, cursor, name, &node));
    for (unsigned i = 0; i < vocabulary->count; i++) {
        if (node->type == PST_NODE_STRING &&
            pst_str_is(node->text, vocabulary->word(i))) {
            *number = i;
            return POSTERN_OK;
        }
    }
    return refuse_name(in, node, "\"", name, "\" is no such word");
}

postern_status pst_customised_must_list(const struct pst_customised_reader *in,
                                        struct pst_customised_cursor *cursor,
                                        const char *name, uint32_t max,
                                        const struct pst_node **list)
{
    PST_TRY(pst_customised_must(in, cursor, name, list));
    if ((*list)->type != PST_NODE_LIST) {
        return pst_customised_refuse(in, *list, "a list is expected");
    }
    return (*list)->count > max
               ? pst_customised_refuse(in, *list, "the list is too long")
               : POSTERN_OK;
}
