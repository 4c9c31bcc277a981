/*
 * What a preference says: a verb, or a bare value that stands for one. What a
 * bare value means depends on the row; a bare Yes of a law or of parents has to
 * be told in the head of the frame.
 */
#include "ppm/load.h"

#include "base/str.h"
#include "ppm/scale.h"

enum { MESSAGE = 200 };

/* Which verbs a row takes. */
enum verb {
    ALLOW = 1,
    FORBID = 2,
    REQUIRE = 4,
    CAP = 8,
    FLOOR = 16,
    WITHIN = 32,
    REQUIRE_WITHIN = 64,
    CONTAINS = 128,
    DENY = 256,
    SUBSTITUTE = 512
};

static const struct {
    const char *name;
    enum verb verb;
} verbs[] = {
    {"allow", ALLOW},       {"forbid", FORBID},
    {"require", REQUIRE},   {"cap", CAP},
    {"floor", FLOOR},       {"within", WITHIN},
    {"contains", CONTAINS}, {"require_within", REQUIRE_WITHIN},
    {"deny", DENY},         {"substitute", SUBSTITUTE},
};

static bool is_numbered(uint32_t row)
{
    return pst_ppm_rows[row].bounded ||
           pst_ppm_rows[row].comparison == POSTERN_PPM_COMPARE_DATE_LE;
}

static unsigned verbs_of(uint32_t row)
{
    const unsigned plain = ALLOW | FORBID | REQUIRE;

    switch (pst_ppm_rows[row].comparison) {
    case POSTERN_PPM_COMPARE_ABSENCE:
    case POSTERN_PPM_COMPARE_LEVEL_GE:
        return ALLOW | REQUIRE;
    case POSTERN_PPM_COMPARE_SCALE_LE:
    case POSTERN_PPM_COMPARE_INTERVAL_GE:
    case POSTERN_PPM_COMPARE_ORDINAL_LE:
    case POSTERN_PPM_COMPARE_AGE_GE:
    case POSTERN_PPM_COMPARE_DATE_LE:
        return plain | (is_numbered(row) ? CAP | FLOOR : 0U);
    case POSTERN_PPM_COMPARE_SET_SUBSET:
        return pst_ppm_rows[row].polarity == POSTERN_PPM_POLARITY_INFO
                   ? WITHIN | REQUIRE_WITHIN
                   : plain | WITHIN | REQUIRE_WITHIN;
    case POSTERN_PPM_COMPARE_SCOPE_SUBSET:
        return plain | WITHIN | REQUIRE_WITHIN;
    case POSTERN_PPM_COMPARE_FEED_OPTION:
        return plain | SUBSTITUTE;
    case POSTERN_PPM_COMPARE_CONTAINS:
        return CONTAINS;
    case POSTERN_PPM_COMPARE_DENY_LIST:
        return DENY;
    case POSTERN_PPM_COMPARE_AGE_INPUT:
    case POSTERN_PPM_COMPARE_INFO:
        return 0;
    case POSTERN_PPM_COMPARE_ALLOW:
    case POSTERN_PPM_COMPARE_ANY_OF:
    default:
        return plain;
    }
}

static void set_word(struct pst_ppm_statement *out, enum pst_ppm_say say)
{
    out->say = say;
    out->value = (struct pst_ppm_value){
        .form = say == PST_PPM_FORBIDS ? PST_PPM_NO : PST_PPM_YES};
}

/* [ANJ-04]: of a claim, that nothing is done has to be claimed. */
static enum pst_ppm_say meaning_of_yes(uint32_t row)
{
    switch (pst_ppm_rows[row].comparison) {
    case POSTERN_PPM_COMPARE_ANY_OF:
        return PST_PPM_LIKES; /* [ANJ-09] */
    case POSTERN_PPM_COMPARE_ABSENCE:
        return PST_PPM_REQUIRES;
    default:
        return pst_ppm_rows[row].polarity == POSTERN_PPM_POLARITY_REQUIRE
                   ? PST_PPM_REQUIRES
                   : PST_PPM_ALLOWS;
    }
}

static postern_status shown_only(struct pst_ppm_loader *in, uint32_t row,
                                 const struct pst_node *node)
{
    return pst_ppm_expected(in, row, node, "E_VERB",
                            verbs_of(row) ? "a list, or a verb with one,"
                                          : "no preference, since the row is "
                                            "only shown,");
}

static postern_status read_yes(struct pst_ppm_loader *in,
                               const struct pst_node *node,
                               struct pst_ppm_statement *out)
{
    if (!(verbs_of(out->row) & ALLOW)) {
        return shown_only(in, out->row, node);
    }
    if (in->frame->head.kind == POSTERN_PPM_USER) {
        set_word(out, meaning_of_yes(out->row));
        return POSTERN_OK;
    }
    if (!in->yes_is_told) {
        return pst_ppm_expected(
            in, out->row, node, "E_YES_AMBIGUOUS",
            "{allow: true} or {require: true}, or yes_means in the head,");
    }
    set_word(out, in->yes_means);
    return POSTERN_OK;
}

/* No to a claim and to a level of protection is no wish at all. */
static postern_status read_no(struct pst_ppm_loader *in,
                              const struct pst_node *node,
                              struct pst_ppm_statement *out)
{
    unsigned known = verbs_of(out->row);

    if (!(known & ALLOW)) {
        return shown_only(in, out->row, node);
    }
    set_word(out, PST_PPM_FORBIDS);
    out->say = known & FORBID ? PST_PPM_FORBIDS : PST_PPM_ALLOWS;
    return POSTERN_OK;
}

/* allow, disable, substitute: what the standard lets a user say of a feed. */
static postern_status read_feed(struct pst_ppm_loader *in,
                                const struct pst_node *node,
                                struct pst_ppm_statement *out)
{
    bool is_text = node->type == PST_NODE_STRING;

    if (is_text && pst_str_is(node->text, "allow")) {
        set_word(out, PST_PPM_ALLOWS);
    } else if (is_text && pst_str_is(node->text, "disable")) {
        set_word(out, PST_PPM_FORBIDS);
    } else if (is_text && pst_str_is(node->text, "substitute")) {
        out->say = PST_PPM_SUBSTITUTES;
        out->value = (struct pst_ppm_value){.form = PST_PPM_TEXTS};
    } else {
        return pst_ppm_expected(in, out->row, node, "E_TYPE",
                                "allow, disable or substitute");
    }
    return POSTERN_OK;
}

static void set_limit(struct pst_ppm_statement *out, bool is_cap)
{
    out->say = PST_PPM_LIMITS;
    out->has_cap = is_cap;
    out->has_floor = !is_cap;
    *(is_cap ? &out->cap : &out->floor) = out->value.number;
}

/* A date that a user gives about oneself. [ANJ-08] */
static postern_status read_birth(struct pst_ppm_loader *in,
                                 const struct pst_node *node,
                                 struct pst_ppm_statement *out)
{
    if (in->frame->head.kind != POSTERN_PPM_USER &&
        in->frame->head.kind != POSTERN_PPM_PARENTAL) {
        return pst_ppm_refuse(in, node, "E_OWNER",
                              "11.0/dob: a birth date belongs to the user");
    }
    out->say = PST_PPM_STATES;
    return pst_ppm_read_value(in, out->row, node, &out->value);
}

/* What neither is a verb nor Yes nor No. */
static postern_status read_bare(struct pst_ppm_loader *in,
                                const struct pst_node *node,
                                struct pst_ppm_statement *out)
{
    uint32_t row = out->row;
    unsigned known = verbs_of(row);

    if (pst_ppm_rows[row].comparison == POSTERN_PPM_COMPARE_AGE_INPUT) {
        return read_birth(in, node, out);
    }
    if (known & SUBSTITUTE) {
        return read_feed(in, node, out);
    }
    if (!(known & (CAP | WITHIN | CONTAINS)) &&
        pst_ppm_rows[row].type != POSTERN_PPM_TYPE_LEVEL) {
        return known & ALLOW
                   ? pst_ppm_expected(in, row, node, "E_TYPE", "Yes or No")
                   : shown_only(in, row, node);
    }
    PST_TRY(pst_ppm_read_value(in, row, node, &out->value));
    if (known & CAP) {
        if (out->value.form != PST_PPM_NUMBER) {
            return pst_ppm_expected(in, row, node, "E_TYPE", "one number");
        }
        set_limit(out,
                  pst_ppm_rows[row].polarity == POSTERN_PPM_POLARITY_LIMIT);
    } else if (known & WITHIN) {
        out->say = PST_PPM_WITHIN;
    } else {
        out->say = known & CONTAINS ? PST_PPM_CONTAINS : PST_PPM_REQUIRES;
    }
    return POSTERN_OK;
}

static postern_status read_word_verb(struct pst_ppm_loader *in, enum verb verb,
                                     const struct pst_node *node,
                                     struct pst_ppm_statement *out)
{
    if (pst_ppm_yes_or_no(node) != 1) {
        return pst_ppm_expected(in, out->row, node, "E_TYPE", "true");
    }
    set_word(out, verb == ALLOW    ? PST_PPM_ALLOWS
                  : verb == FORBID ? PST_PPM_FORBIDS
                                   : PST_PPM_REQUIRES);
    return POSTERN_OK;
}

static postern_status read_limit(struct pst_ppm_loader *in, enum verb verb,
                                 const struct pst_node *node,
                                 struct pst_ppm_statement *out)
{
    struct pst_ppm_value value;

    PST_TRY(pst_ppm_read_value(in, out->row, node, &value));
    if (value.form != PST_PPM_NUMBER) {
        return pst_ppm_expected(in, out->row, node, "E_TYPE", "one number");
    }
    out->say = PST_PPM_LIMITS;
    if (verb == CAP) {
        out->has_cap = true;
        out->cap = value.number;
    } else {
        out->has_floor = true;
        out->floor = value.number;
    }
    /* What an equality can be asked about. */
    out->value.form = PST_PPM_NUMBER;
    out->value.number = out->has_cap ? out->cap : out->floor;
    return POSTERN_OK;
}

static postern_status read_set(struct pst_ppm_loader *in, enum verb verb,
                               const struct pst_node *node,
                               struct pst_ppm_statement *out)
{
    if (verb == DENY || verb == SUBSTITUTE) {
        out->say = verb == DENY ? PST_PPM_AVOIDS : PST_PPM_SUBSTITUTES;
        out->value = (struct pst_ppm_value){.form = PST_PPM_TEXTS};
        return pst_ppm_read_texts(in, out->row, node, &out->value.list);
    }
    PST_TRY(pst_ppm_read_value(in, out->row, node, &out->value));
    if (out->value.form != PST_PPM_NATIONS &&
        out->value.form != PST_PPM_SHARING) {
        return pst_ppm_expected(in, out->row, node, "E_TYPE", "a set");
    }
    out->say = verb == WITHIN     ? PST_PPM_WITHIN
               : verb == CONTAINS ? PST_PPM_CONTAINS
                                  : PST_PPM_REQUIRE_WITHIN;
    return POSTERN_OK;
}

static enum verb verb_of(postern_str name)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (pst_str_is(name, verbs[i].name)) {
            return verbs[i].verb;
        }
    }
    return 0;
}

static postern_status read_verb(struct pst_ppm_loader *in,
                                const struct pst_node *node,
                                struct pst_ppm_statement *out)
{
    enum verb verb = verb_of(node->name);

    if (!(verb & verbs_of(out->row))) {
        char buffer[MESSAGE];
        struct pst_text text;

        pst_text_init(&text, buffer, sizeof buffer);
        pst_text_add(&text, pst_ppm_rows[out->row].key);
        pst_text_add(&text,
                     verb ? " does not take the verb " : ": there is no verb ");
        pst_text_add_quoted(&text, node->name);
        return pst_ppm_refuse(in, node, "E_VERB", buffer);
    }
    if (verb & (ALLOW | FORBID | REQUIRE)) {
        return read_word_verb(in, verb, node, out);
    }
    return verb & (CAP | FLOOR) ? read_limit(in, verb, node, out)
                                : read_set(in, verb, node, out);
}

/* One verb, or a cap and a floor. */
static postern_status read_verbs(struct pst_ppm_loader *in,
                                 const struct pst_node *node,
                                 struct pst_ppm_statement *out)
{
    bool both = node->count == 2 && pst_node_member(node, "cap") &&
                pst_node_member(node, "floor");

    if (node->count != 1 && !both) {
        return pst_ppm_expected(in, out->row, node, "E_VERB",
                                "one verb, or cap and floor,");
    }
    for (const struct pst_node *verb = node->children; verb;
         verb = verb->next) {
        PST_TRY(read_verb(in, verb, out));
    }
    return POSTERN_OK;
}

static bool is_scope(uint32_t row, const struct pst_node *node)
{
    return pst_ppm_rows[row].comparison == POSTERN_PPM_COMPARE_SCOPE_SUBSET &&
           (pst_node_member(node, "scope") || pst_node_member(node, "reason") ||
            pst_node_member(node, "bodies"));
}

/* Texts are not Yes or No where texts are expected; "NO" of places is left to
 * the reader of values. */
static bool may_be_word(uint32_t row, const struct pst_node *node)
{
    return pst_ppm_rows[row].polarity != POSTERN_PPM_POLARITY_INFO &&
           !(pst_ppm_rows[row].type == POSTERN_PPM_TYPE_NATION_BLOCK_SET &&
             node->type == PST_NODE_STRING && pst_str_is(node->text, "NO"));
}

postern_status pst_ppm_read_preference(struct pst_ppm_loader *in,
                                       const struct pst_node *node,
                                       struct pst_ppm_statement *out)
{
    int word = may_be_word(out->row, node) ? pst_ppm_yes_or_no(node) : -1;

    if (word == 1) {
        return read_yes(in, node, out);
    }
    if (word == 0) {
        return read_no(in, node, out);
    }
    return node->type == PST_NODE_OBJECT && !is_scope(out->row, node)
               ? read_verbs(in, node, out)
               : read_bare(in, node, out);
}
