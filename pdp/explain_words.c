#include "pdp/explain_words.h"

#include "base/text.h"
#include "base/time_text.h"
#include "pdp/rule_terms.h"

static const char *const operation_names[] = {
    "Create", "Retrieve", "Update", "Delete", "Notify", "Discovery"};

static void add_operations(struct pst_text *text, uint32_t operations)
{
    const char *between = "";

    for (uint32_t i = 0; i < 6; i++) {
        if (operations & (uint32_t)1 << i) {
            pst_text_add(text, between);
            pst_text_add(text, operation_names[i]);
            between = ", ";
        }
    }
}

static void add_id(struct pst_text *text, const postern_id *id)
{
    char name[POSTERN_WHY_SIZE / 2];
    size_t len = postern_id_text(id, name, sizeof name);

    pst_text_add_str(
        text, (postern_str){name, len < sizeof name ? len : sizeof name - 1});
}

static void add_time(struct pst_text *text, struct pst_facts *facts)
{
    pst_text_add_time(text, PST_TIME_PLAIN, pst_facts_civil(facts));
}

static void add_hex(struct pst_text *text, unsigned value)
{
    static const char digits[] = "0123456789abcdef";
    bool started = false;

    for (int shift = 12; shift >= 0; shift -= 4) {
        unsigned digit = value >> shift & 15;

        started = started || digit || shift == 0;
        if (started) {
            pst_text_add_str(text, (postern_str){&digits[digit], 1});
        }
    }
}

static void add_address(struct pst_text *text, const postern_ip *ip)
{
    for (int i = 0; ip->family == 4 && i < 4; i++) {
        pst_text_add(text, i ? "." : "");
        pst_text_add_uint(text, ip->bytes[i]);
    }
    for (int i = 0; ip->family == 6 && i < 16; i += 2) {
        pst_text_add(text, i ? ":" : "");
        add_hex(text, (unsigned)ip->bytes[i] << 8 | ip->bytes[i + 1]);
    }
}

/* ---- what failed ------------------------------------------------------- */

static void say_authn(struct pst_text *text)
{
    pst_text_add(text, "the rule is for authenticated originators and this one "
                       "is not");
}

static void say_origs(struct pst_text *text, const struct pst_rule_words *words,
                      const postern_request *request)
{
    uint32_t count = words->originators;

    add_id(text, &request->originator);
    pst_text_add(text, " is none of the rule's ");
    pst_text_add_uint(text, count);
    pst_text_add(text, count == 1 ? " originator" : " originators");
}

static void say_ops(struct pst_text *text, const struct pst_rule_words *words,
                    const struct pst_facts *facts)
{
    add_operations(text, facts->operation);
    pst_text_add(text, " is not among the rule's operations: ");
    add_operations(text, words->rule.operations);
}

static void say_time(struct pst_text *text, postern_truth time,
                     struct pst_facts *facts)
{
    if (time == POSTERN_UNKNOWN) {
        pst_text_add(text, "the time of the request is unknown");
        return;
    }
    if (!pst_facts_civil(facts)) {
        pst_text_add(text, "the time of the request is in no calendar year");
        return;
    }
    add_time(text, facts);
    pst_text_add(text, " is outside the time windows");
}

static void say_ip(struct pst_text *text, postern_truth ip,
                   struct pst_facts *facts)
{
    if (ip == POSTERN_UNKNOWN) {
        pst_text_add(text, "the originator's IP address is unknown");
        return;
    }
    pst_text_add(text, "address ");
    add_address(text, pst_facts_ip(facts));
    pst_text_add(text, " is outside the IP prefixes");
}

static void say_loc(struct pst_text *text, postern_truth loc)
{
    pst_text_add(text, loc == POSTERN_UNKNOWN
                           ? "the originator's location is unknown"
                           : "the originator is outside the location regions");
}

static void say_ctxts(struct pst_text *text, const struct pst_rule_words *words,
                      struct pst_facts *facts)
{
    const struct pst_context_truth *context = &words->context;
    uint32_t count = words->rule.condition->contexts;

    if (count > 1) {
        pst_text_add(text, "none of ");
        pst_text_add_uint(text, count);
        pst_text_add(text, " contexts holds; in the first ");
    }
    if (context->time != POSTERN_TRUE) {
        say_time(text, context->time, facts);
    } else if (context->ip != POSTERN_TRUE) {
        say_ip(text, context->ip, facts);
    } else {
        say_loc(text, context->loc);
    }
}

static void say_objd(struct pst_text *text, const postern_request *request)
{
    if (request->child_type == 0) {
        pst_text_add(text, "the type of the resource to create is unknown");
        return;
    }
    pst_text_add(text, "creating type ");
    pst_text_add_uint(text, request->child_type);
    pst_text_add(text, " under type ");
    pst_text_add_uint(text, request->target_type);
    pst_text_add(text, " is not in the object details");
}

static void say_attrs(struct pst_text *text, postern_truth attrs)
{
    pst_text_add(text, attrs == POSTERN_UNKNOWN
                           ? "the rule is limited to attributes and those of "
                             "the request are unknown"
                           : "the rule does not list every attribute of the "
                             "request");
}

static void say_true(struct pst_text *text, const postern_request *request)
{
    pst_text_add(text, "every term holds for ");
    add_id(text, &request->originator);
}

static const char *first_failed(const struct pst_rule_words *words)
{
    const postern_rule_explanation *out = words->out;
    const struct {
        postern_truth truth;
        const char *name;
    } terms[] = {{out->authn, "authn"}, {out->origs, "origs"},
                 {out->ops, "ops"},     {out->ctxts, "ctxts"},
                 {out->objd, "objd"},   {out->attrs, "attrs"}};

    if (pst_rule_flags(&words->rule) & PST_CONDITION_NEVER) {
        return "rule";
    }
    for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
        if (terms[i].truth != POSTERN_TRUE) {
            return terms[i].name;
        }
    }
    return NULL;
}

void pst_explain_in_words(struct pst_rule_words *words, struct pst_facts *facts)
{
    postern_rule_explanation *out = words->out;
    struct pst_text text;

    pst_text_init(&text, out->why, sizeof out->why);
    out->first_failed = first_failed(words);
    if (!out->first_failed) {
        say_true(&text, facts->request);
    } else if (pst_rule_flags(&words->rule) & PST_CONDITION_NEVER) {
        pst_text_add_str(
            &text,
            pst_text_at(words->set, *pst_attributes(words->rule.condition)));
    } else if (out->authn != POSTERN_TRUE) {
        say_authn(&text);
    } else if (out->origs != POSTERN_TRUE) {
        say_origs(&text, words, facts->request);
    } else if (out->ops != POSTERN_TRUE) {
        say_ops(&text, words, facts);
    } else if (out->ctxts != POSTERN_TRUE) {
        say_ctxts(&text, words, facts);
    } else if (out->objd != POSTERN_TRUE) {
        say_objd(&text, facts->request);
    } else {
        say_attrs(&text, out->attrs);
    }
}
