/* Defects, findings, and values with the type that is expected. */
#include "policy-lang/reader.h"

#include "base/text.h"
#include "policy-lang/text_refusal.h"

void pst_reader_forget(struct pst_reader *in)
{
    in->defect.node = NULL;
    in->foreign.node = NULL;
}

postern_status pst_defect(struct pst_reader *in, const struct pst_node *node,
                          const char *clause, const char *message)
{
    if (!in->defect.node) {
        in->defect.node = node;
        in->defect.clause = clause;
        pst_diag_copy(in->defect.message, sizeof in->defect.message, message);
    }
    return POSTERN_ERR_POLICY;
}

postern_status pst_defect_expected(struct pst_reader *in,
                                   const struct pst_node *node,
                                   const char *expected)
{
    char message[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text text;

    pst_text_init(&text, message, sizeof message);
    pst_text_add(&text, "expected ");
    pst_text_add(&text, expected);
    pst_text_add(&text, ", found ");
    if (node->type == PST_NODE_STRING) {
        pst_text_add_quoted(&text, node->text);
    } else if (node->type == PST_NODE_INTEGER) {
        pst_text_add_int(&text, node->integer);
    } else if (node->type == PST_NODE_LIST) {
        pst_text_add(&text, node->count ? "a list of " : "an empty list");
        pst_text_add(&text, node->count == 1 ? "one" : "");
        if (node->count > 1) {
            pst_text_add_uint(&text, node->count);
        }
    } else {
        pst_text_add(&text, pst_node_type_name(node));
    }
    return pst_defect(in, node, NULL, message);
}

postern_status pst_refuse_defect(const struct pst_reader *in,
                                 postern_diag *diag)
{
    return pst_node_refuse(in->document, in->defect.node, diag,
                           POSTERN_ERR_POLICY, in->defect.message,
                           in->defect.clause);
}

void pst_finding_describe(const struct pst_finding *finding, postern_diag *diag)
{
    pst_diag_clear(diag);
    (void)pst_node_refuse(finding->document, finding->node, diag,
                          POSTERN_ERR_POLICY, finding->message,
                          finding->clause);
    diag->status = POSTERN_OK;
    diag->severity = POSTERN_SEVERITY_WARNING;
    pst_diag_copy(diag->lint, sizeof diag->lint, finding->lint);
}

static void report(const struct pst_reader *in,
                   const struct pst_finding *finding)
{
    postern_diag diag;

    if (in->options->report) {
        pst_finding_describe(finding, &diag);
        in->options->report(in->options->user, &diag);
    }
}

postern_status pst_warn(struct pst_reader *in, const struct pst_node *node,
                        const char *lint, const char *clause,
                        const char *message)
{
    struct pst_finding *finding = pst_keep(in, 1, sizeof *finding);
    postern_str copy;

    if (!finding) {
        return POSTERN_ERR_MEMORY;
    }
    PST_TRY(pst_keep_text(in, postern_str_of(message), &copy));
    *finding =
        (struct pst_finding){NULL, lint, clause, copy.data, in->document, node};
    *in->last_finding = finding;
    in->last_finding = &finding->next;
    report(in, finding);
    return POSTERN_OK;
}

void *pst_keep(struct pst_reader *in, size_t count, size_t size)
{
    return pst_arena_alloc(&in->policy->arena, count ? count : 1, size);
}

postern_status pst_keep_text(struct pst_reader *in, postern_str text,
                             postern_str *copy)
{
    *copy = pst_arena_copy(&in->policy->arena, text);
    return copy->data ? POSTERN_OK : POSTERN_ERR_MEMORY;
}

/* The member that makes the rule false, in words for its author. */
static void note_foreign(struct pst_reader *in, enum pst_scope scope,
                         const struct pst_node *member, bool known)
{
    const char *near = NULL;
    struct pst_text text;

    if (in->foreign.node) {
        return;
    }
    near = known ? NULL : pst_nearest_word(scope, member->name);
    in->foreign.node = member;
    /* Either way the rule is false. [CTX-06] */
    in->foreign.lint = known ? "unsupported-member" : "unknown-member";
    pst_text_init(&text, in->foreign.message, sizeof in->foreign.message);
    pst_text_add(&text, known ? "member " : "unknown member ");
    pst_text_add_quoted(&text, member->name);
    pst_text_add(&text, known ? " is not supported" : "");
    if (near) {
        pst_text_add(&text, ", did you mean \"");
        pst_text_add(&text, near);
        pst_text_add(&text, "\"?");
    }
}

postern_status pst_read_members(struct pst_reader *in,
                                const struct pst_node *object,
                                enum pst_scope scope, const char *expected,
                                struct pst_members *members)
{
    enum pst_term term = PST_TERMS;

    memset(members, 0, sizeof *members);
    if (object->type != PST_NODE_OBJECT) {
        return pst_defect_expected(in, object, expected);
    }
    for (const struct pst_node *member = object->children; member;
         member = member->next) {
        term = pst_term_of_next(scope, member->name, (enum pst_term)(term + 1));
        if (term == PST_TERMS || pst_word_of(term)->unsupported) {
            note_foreign(in, scope, member, term != PST_TERMS);
        }
        if (term == PST_TERMS) {
            continue;
        }
        if (members->of[term]) {
            return pst_defect(in, member, NULL,
                              "this member is here twice, under two of its "
                              "names");
        }
        members->of[term] = member;
    }
    return POSTERN_OK;
}

postern_status pst_read_string(struct pst_reader *in,
                               const struct pst_node *node, int form,
                               postern_str *text)
{
    enum pst_grammar_form grammar_form = (enum pst_grammar_form)form;
    char message[POSTERN_DIAG_MESSAGE_SIZE];
    postern_status status;

    if (node->type != PST_NODE_STRING) {
        return pst_defect_expected(in, node, "a string");
    }
    *text = node->text;
    if (form == PST_READ_ALL_FORMS) {
        return text->len
                   ? POSTERN_OK
                   : pst_defect(in, node, NULL, "this string may not be empty");
    }
    if (pst_grammar_matches(in->grammar, grammar_form, *text)) {
        return POSTERN_OK;
    }
    PST_TRY(pst_grammar_status(in->grammar));
    status = pst_text_refusal(grammar_form, *text, &in->policy->allocator,
                              message, sizeof message);
    if (status == POSTERN_ERR_POLICY) {
        return pst_defect(in, node, "TS-0003 7.1.3", message);
    }
    PST_TRY(status);
    return pst_defect_expected(in, node, pst_grammar_expected(grammar_form));
}

postern_status pst_read_strings(struct pst_reader *in,
                                const struct pst_node *node, enum pst_term term,
                                int form, struct pst_strings *out)
{
    bool one = node->type == PST_NODE_STRING && pst_for_people(node, term);
    postern_str *texts = NULL;

    if (node->type != PST_NODE_LIST && !one) {
        return pst_defect_expected(in, node, "a list of strings");
    }
    texts = pst_keep(in, pst_entry_count(node), sizeof *texts);
    if (!texts) {
        return POSTERN_ERR_MEMORY;
    }
    out->texts = texts;
    out->count = 0;
    for (const struct pst_node *entry = pst_first_entry(node); entry;
         entry = pst_next_entry(node, entry)) {
        PST_TRY(pst_read_string(in, entry, form, &texts[out->count]));
        out->count++;
    }
    return POSTERN_OK;
}

postern_status pst_read_count(struct pst_reader *in,
                              const struct pst_node *node, uint32_t max,
                              const char *expected, uint32_t *value)
{
    if (node->type != PST_NODE_INTEGER || node->integer < 1 ||
        node->integer > (int64_t)max) {
        return pst_defect_expected(in, node, expected);
    }
    *value = (uint32_t)node->integer;
    return POSTERN_OK;
}

postern_status pst_read_real(struct pst_reader *in, const struct pst_node *node,
                             double *value)
{
    if (node->type != PST_NODE_REAL && node->type != PST_NODE_INTEGER) {
        return pst_defect_expected(in, node, "a number");
    }
    *value = node->real;
    return POSTERN_OK;
}

postern_status pst_read_boolean(struct pst_reader *in,
                                const struct pst_node *node, bool *value)
{
    if (node->type != PST_NODE_BOOLEAN) {
        return pst_defect_expected(in, node, "true or false");
    }
    *value = node->boolean;
    return POSTERN_OK;
}

postern_status pst_read_type(struct pst_reader *in, const struct pst_node *node,
                             uint32_t *ty)
{
    static const char expected[] = "the number or name of a resource type";

    if (node->type != PST_NODE_STRING) {
        return pst_read_count(in, node, UINT32_MAX, expected, ty);
    }
    *ty = pst_type_of_name(node->text);
    return *ty ? POSTERN_OK : pst_defect_expected(in, node, expected);
}
