#include "consent/record_reader.h"

#include "base/names.h"
#include "base/sort.h"
#include "base/str.h"

enum { MESSAGE = 200 };

postern_status
pst_consent_record_refuse(const struct pst_consent_record_reader *in,
                          const struct pst_node *node, const char *code,
                          const char *message)
{
    bool first = in->diag && in->diag->status == POSTERN_OK;

    (void)pst_node_refuse(in->document, node, in->diag, POSTERN_ERR_POLICY,
                          message, NULL);
    if (first) {
        pst_diag_copy(in->diag->lint, sizeof in->diag->lint, code);
    }
    return POSTERN_ERR_POLICY;
}

static postern_status refuse_named(const struct pst_consent_record_reader *in,
                                   const struct pst_node *node,
                                   const char *code, const char *const words[3])
{
    char buffer[MESSAGE];
    struct pst_text text;

    pst_text_init(&text, buffer, sizeof buffer);
    pst_text_add(&text, words[0]);
    pst_text_add_quoted(&text, postern_str_of(words[1]));
    pst_text_add(&text, words[2]);
    return pst_consent_record_refuse(in, node, code, buffer);
}

static bool is_member(const struct pst_consent_record_members *members,
                      postern_str name)
{
    for (size_t i = 0; i < members->count; i++) {
        if (pst_str_is(name, members->list[i].name)) {
            return true;
        }
    }
    return false;
}

static postern_status
check_members(const struct pst_consent_record_reader *in,
              const struct pst_node *node,
              const struct pst_consent_record_members *members)
{
    for (const struct pst_node *member = node->children; member;
         member = member->next) {
        char buffer[MESSAGE];
        struct pst_text text;

        if (is_member(members, member->name)) {
            continue;
        }
        pst_text_init(&text, buffer, sizeof buffer);
        pst_text_add(&text, "there is no member ");
        pst_text_add_quoted(&text, member->name);
        pst_text_add(&text, " here");
        return pst_consent_record_refuse(in, member, "E_MEMBER", buffer);
    }
    return POSTERN_OK;
}

postern_status pst_consent_record_object(
    struct pst_consent_record_reader *in, const struct pst_node *node,
    const struct pst_consent_record_members *members, void *out)
{
    if (node->type != PST_NODE_OBJECT) {
        return pst_consent_record_refuse(in, node, "E_TYPE",
                                         "an object is expected");
    }
    PST_TRY(check_members(in, node, members));
    for (size_t i = 0; i < members->count; i++) {
        const struct pst_consent_record_member *known = &members->list[i];
        const struct pst_node *member = pst_node_member(node, known->name);

        if (!member && known->required) {
            const char *const words[3] = {"a member ", known->name,
                                          " is expected"};

            return refuse_named(
                in, node, members->missing ? members->missing : "E_MEMBER",
                words);
        }
        if (member && known->read) {
            PST_TRY(known->read(in, member, out));
        }
    }
    return POSTERN_OK;
}

postern_status
pst_consent_record_kind(const struct pst_consent_record_reader *in,
                        const char *kind)
{
    const struct pst_node *root = in->document->root;
    const struct pst_node *node = pst_node_member(root, "kind");
    const char *const words[3] = {"a member kind is expected: ", kind, ""};

    return node && node->type == PST_NODE_STRING && pst_str_is(node->text, kind)
               ? POSTERN_OK
               : refuse_named(in, node ? node : root, "E_KIND", words);
}

postern_status
pst_consent_record_text(const struct pst_consent_record_reader *in,
                        const struct pst_node *node, postern_str *text)
{
    bool is_text =
        node->type == PST_NODE_STRING || node->type == PST_NODE_INTEGER;

    if (!is_text || node->text.len == 0) {
        return pst_consent_record_refuse(in, node, "E_TYPE",
                                         "a text is expected");
    }
    *text = node->text;
    return POSTERN_OK;
}

/* One or two slashes at the beginning, one between segments. Of "*" and "all"
 * an access control policy would make everybody. */
static bool is_id(postern_str text)
{
    size_t at = 0;

    while (at < 2 && at < text.len && text.data[at] == '/') {
        at++;
    }
    if (at == text.len || pst_str_is(text, "all")) {
        return false;
    }
    while (at <= text.len) {
        size_t end = pst_str_find(text, at, '/');

        if (!pst_is_segment(pst_str_slice(text, at, end))) {
            return false;
        }
        at = end + 1;
    }
    return true;
}

postern_status
pst_consent_record_own_id(const struct pst_consent_record_reader *in,
                          const struct pst_node *node, postern_str *text)
{
    PST_TRY(pst_consent_record_text(in, node, text));
    return is_id(*text) ? POSTERN_OK
                        : pst_consent_record_refuse(
                              in, node, "E_ID",
                              "an identifier without wildcards is expected");
}

postern_status pst_consent_record_ids(struct pst_consent_record_reader *in,
                                      const struct pst_node *node,
                                      postern_texts *texts)
{
    bool is_list = node->type == PST_NODE_LIST;
    size_t most = is_list ? node->count : 1;
    const struct pst_node *entry = is_list ? node->children : node;
    postern_str *items =
        pst_arena_alloc(in->arena, most ? most : 1, sizeof *items);

    if (!items) {
        return POSTERN_ERR_MEMORY;
    }
    for (size_t i = 0; i < most; i++) {
        PST_TRY(pst_consent_record_own_id(in, entry, &items[i]));
        entry = entry->next;
    }
    *texts = (postern_texts){items, most};
    return POSTERN_OK;
}

/* ---- the same twice ------------------------------------------------------ */

static int by_text(const void *a, const void *b, const void *context)
{
    const struct pst_node *const *left = a;
    const struct pst_node *const *right = b;
    int order = pst_str_order((*left)->text, (*right)->text);

    (void)context;
    return order ? order
                 : ((*left)->parent->index > (*right)->parent->index) -
                       ((*left)->parent->index < (*right)->parent->index);
}

postern_status
pst_consent_record_unique(const struct pst_consent_record_reader *in,
                          const struct pst_node *list, const char *member)
{
    const struct pst_node **found =
        pst_arena_alloc(in->arena, list->count + 1, sizeof *found);
    uint32_t count = 0;

    if (!found) {
        return POSTERN_ERR_MEMORY;
    }
    for (const struct pst_node *entry = list->children; entry;
         entry = entry->next) {
        const struct pst_node *node = pst_node_member(entry, member);

        if (node) {
            found[count++] = node;
        }
    }
    pst_sort(found, count, sizeof *found, by_text, NULL);
    for (uint32_t i = 1; i < count; i++) {
        if (pst_str_equal(found[i - 1]->text, found[i]->text)) {
            return pst_consent_record_refuse(in, found[i], "E_TWICE",
                                             "this is in the list already");
        }
    }
    return POSTERN_OK;
}
