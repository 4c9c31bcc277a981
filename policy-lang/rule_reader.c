/* The members of a rule, in the order of TS-0003 7.1.3, and its fate. */
#include "policy-lang/rule_reader.h"

#include "base/text.h"

static postern_status read_originators(struct pst_reader *in,
                                       const struct pst_node *node,
                                       postern_rule *rule)
{
    struct pst_strings texts = {NULL, 0};

    PST_TRY(pst_read_strings(in, node, PST_TERM_ACOR, PST_GRAMMAR_ORIGINATOR,
                             &texts));
    rule->originators = texts.texts;
    rule->originator_count = texts.count;
    return POSTERN_OK;
}

static const char expected_operations[] =
    "the sum of operations (1..63) or their names: create, retrieve, update, "
    "delete, notify, discover, all";

/* Words are no oneM2M form, so they cannot be mistaken under any name. */
static postern_status read_operations(struct pst_reader *in,
                                      const struct pst_node *node,
                                      postern_rule *rule)
{
    if (node->type == PST_NODE_INTEGER) {
        return pst_read_count(in, node, POSTERN_ACOP_ALL, expected_operations,
                              &rule->operations);
    }
    for (const struct pst_node *entry = pst_first_entry(node); entry;
         entry = pst_next_entry(node, entry)) {
        uint32_t bits = entry->type == PST_NODE_STRING
                            ? pst_operations_of_word(entry->text)
                            : 0;

        if (bits == 0) {
            return pst_defect_expected(in, entry, expected_operations);
        }
        rule->operations |= bits;
    }
    return rule->operations
               ? POSTERN_OK
               : pst_defect_expected(in, node, expected_operations);
}

static postern_status read_flag(struct pst_reader *in,
                                const struct pst_node *node, postern_rule *rule)
{
    return pst_read_boolean(in, node, &rule->authentication_flag);
}

static postern_status read_attributes(struct pst_reader *in,
                                      const struct pst_node *node,
                                      postern_rule *rule)
{
    struct pst_strings texts = {NULL, 0};

    PST_TRY(pst_read_strings(in, node, PST_TERM_ACA, PST_GRAMMAR_ATTRIBUTE,
                             &texts));
    rule->attributes = texts.texts;
    rule->attribute_count = texts.count;
    return POSTERN_OK;
}

/* TS-0003 7.1.3 */
static const struct {
    enum pst_term term;
    postern_status (*read)(struct pst_reader *in, const struct pst_node *node,
                           postern_rule *rule);
    const char *missing; /* NULL: optional */
} parts[] = {
    {PST_TERM_ACOR, read_originators,
     "the rule has no originators (accessControlOriginators, acor)"},
    {PST_TERM_ACOP, read_operations,
     "the rule has no operations (accessControlOperations, acop)"},
    {PST_TERM_ACCO, pst_read_contexts, NULL},
    {PST_TERM_ACAF, read_flag, NULL},
    {PST_TERM_ACOD, pst_read_details, NULL},
    {PST_TERM_ACA, read_attributes, NULL},
};

/* A member that is not known may be a misspelt one: then say so. */
static postern_status missing(struct pst_reader *in,
                              const struct pst_node *node, const char *what)
{
    char message[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text text;

    pst_text_init(&text, message, sizeof message);
    pst_text_add(&text, what);
    if (in->foreign.node) {
        pst_text_add(&text, "; ");
        pst_text_add(&text, in->foreign.message);
    }
    return pst_defect(in, node, "TS-0003 7.1.3", message);
}

static postern_status read_part(struct pst_reader *in,
                                const struct pst_node *node, size_t part,
                                const struct pst_members *members,
                                postern_rule *rule)
{
    const struct pst_node *member = members->of[parts[part].term];

    if (member) {
        return parts[part].read(in, member, rule);
    }
    return parts[part].missing ? missing(in, node, parts[part].missing)
                               : POSTERN_OK;
}

/* Goes on after a defect: the rest is of use to whoever looks at the rule. */
static postern_status read_parts(struct pst_reader *in,
                                 const struct pst_node *node,
                                 postern_rule *rule)
{
    struct pst_members members;

    PST_TRY(pst_read_members(in, node, PST_SCOPE_RULE,
                             "a rule with originators and operations",
                             &members));
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        postern_status status = read_part(in, node, i, &members, rule);

        if (status != POSTERN_OK && status != POSTERN_ERR_POLICY) {
            return status;
        }
    }
    return in->defect.node ? POSTERN_ERR_POLICY : POSTERN_OK;
}

postern_status pst_disable_rule(struct pst_reader *in,
                                const struct pst_node *node, const char *lint,
                                const char *clause, const char *message,
                                postern_rule *rule)
{
    postern_str copy;

    PST_TRY(pst_keep_text(in, postern_str_of(message), &copy));
    rule->never = copy.data;
    return pst_warn(in, node, lint, clause, message);
}

postern_status pst_read_rule(struct pst_reader *in, const struct pst_node *node,
                             postern_rule *rule)
{
    postern_status status;

    pst_reader_forget(in);
    status = read_parts(in, node, rule);
    if (status == POSTERN_ERR_POLICY &&
        in->options->rule_errors == POSTERN_RULE_ERRORS_DISABLE) {
        return pst_disable_rule(in, in->defect.node, "malformed-rule",
                                in->defect.clause, in->defect.message, rule);
    }
    PST_TRY(status);
    if (in->foreign.node) {
        return pst_disable_rule(in, in->foreign.node, in->foreign.lint, NULL,
                                in->foreign.message, rule);
    }
    return POSTERN_OK;
}
