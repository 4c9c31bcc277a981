/* Decisions and explanations, for people and for programs. [DRQ-02] */
#include "cli/render.h"

#include "base/time_text.h"
#include "cli/plain.h"
#include "engine/primitive.h"

#define GREEN "\033[32m"
#define RED "\033[31m"
#define BLACK "\033[0m"

const char *pst_effect_word(postern_effect effect)
{
    return effect == POSTERN_PERMIT ? "permit" : "deny";
}

static const char *truth_word(postern_truth truth)
{
    switch (truth) {
    case POSTERN_TRUE:
        return "true";
    case POSTERN_UNKNOWN:
        return "unknown";
    case POSTERN_FALSE:
    default:
        return "false";
    }
}

const char *pst_privileges_word(postern_privileges which)
{
    return which == POSTERN_SELF_PRIVILEGES ? "selfPrivileges" : "privileges";
}

/* The five terms of clause 7.1.5, and the one of a later release. */
enum { TERMS = 6, ATTRS = 5 };

struct term {
    const char *name;
    postern_truth truth;
};

/* How many of the terms the rule has. */
static size_t terms_of(const struct pst_rule_report *report,
                       struct term terms[TERMS])
{
    const postern_rule_explanation *rule = &report->rule;

    terms[0] = (struct term){"authn", rule->authn};
    terms[1] = (struct term){"origs", rule->origs};
    terms[2] = (struct term){"ops", rule->ops};
    terms[3] = (struct term){"ctxts", rule->ctxts};
    terms[4] = (struct term){"objd", rule->objd};
    terms[ATTRS] = (struct term){"attrs", rule->attrs};
    return report->limits_attributes ? TERMS : ATTRS;
}

static void text_rule(FILE *stream, const struct pst_rule_report *report)
{
    const postern_rule_explanation *rule = &report->rule;
    struct term terms[TERMS];
    size_t count = terms_of(report, terms);

    fprintf(stream, "    %-7s ", truth_word(rule->result));
    pst_plain(stream, rule->acp_id);
    fprintf(stream, " %s rule %u, %s: ", pst_privileges_word(rule->which),
            (unsigned)rule->rule, report->operation);
    pst_plain(stream, postern_str_of(rule->why));
    fputs(" [", stream);
    for (size_t i = 0; i < count; i++) {
        fprintf(stream, "%s%s %s", i ? ", " : "", terms[i].name,
                truth_word(terms[i].truth));
    }
    fputs("]\n", stream);
}

static void text_explanation(FILE *stream,
                             const struct pst_explanation *explanation)
{
    for (const struct pst_rule_report *report = explanation->rules; report;
         report = report->next) {
        text_rule(stream, report);
    }
    for (const struct pst_remark *remark = explanation->remarks; remark;
         remark = remark->next) {
        fputs("    note: ", stream);
        pst_plain(stream, remark->text);
        fputc('\n', stream);
    }
}

void pst_render_request(FILE *stream, const postern_primitive *primitive)
{
    if (primitive->from.len) {
        pst_plain(stream, primitive->from);
    } else {
        fputs("(nobody)", stream);
    }
    fprintf(stream, " %s ", pst_primitive_operation_name(primitive));
    if (primitive->to.len) {
        pst_plain(stream, primitive->to);
    } else {
        fputs("(nothing)", stream);
    }
}

/* [CTX-18] */
static void text_until(FILE *stream, int64_t until_s)
{
    char text[PST_TIME_TEXT];

    if (until_s == 0) {
        return; /* not asked for, or not to be kept */
    }
    pst_time_text(text, PST_TIME_ISO, until_s);
    fprintf(stream, "    %s%s\n", until_s == INT64_MAX ? "for ever" : "until ",
            until_s == INT64_MAX ? "" : text);
}

void pst_render_text(FILE *stream, bool colour,
                     const postern_primitive *primitive,
                     const postern_answer *answer,
                     const struct pst_explanation *explanation)
{
    bool permitted = answer->effect == POSTERN_PERMIT;

    if (colour) {
        fputs(permitted ? GREEN : RED, stream);
    }
    fputs(pst_effect_word(answer->effect), stream);
    if (colour) {
        fputs(BLACK, stream);
    }
    fprintf(stream, " %d  ", answer->rsc);
    pst_render_request(stream, primitive);
    fputs("  (", stream);
    if (!answer->acp.data) {
        fprintf(stream, "%s: ", answer->reason);
    }
    pst_plain(stream, answer->message);
    fputs(")\n", stream);
    text_until(stream, answer->until_s);
    if (explanation) {
        text_explanation(stream, explanation);
    }
}

static void json_truth(struct pst_json_out *out, const char *name,
                       postern_truth truth)
{
    pst_json_out_name(out, name);
    if (truth == POSTERN_UNKNOWN) {
        pst_json_out_str(out, postern_str_of("unknown"));
    } else {
        pst_json_out_bool(out, truth == POSTERN_TRUE);
    }
}

static void json_rule(struct pst_json_out *out,
                      const struct pst_rule_report *report)
{
    const postern_rule_explanation *rule = &report->rule;
    struct term terms[TERMS];
    size_t count = terms_of(report, terms);

    pst_json_out_open(out, '{');
    pst_json_out_name(out, "acp");
    pst_json_out_str(out, rule->acp_id);
    pst_json_out_number(out, "rule", rule->rule);
    pst_json_out_text(out, "which", pst_privileges_word(rule->which));
    pst_json_out_text(out, "op", report->operation);
    json_truth(out, "result", rule->result);
    for (size_t i = 0; i < count; i++) {
        json_truth(out, terms[i].name, terms[i].truth);
    }
    if (rule->first_failed) {
        pst_json_out_text(out, "failed", rule->first_failed);
    }
    pst_json_out_text(out, "why", rule->why);
    pst_json_out_close(out, '}');
}

static void json_explanation(struct pst_json_out *out,
                             const struct pst_explanation *explanation)
{
    pst_json_out_name(out, "rules");
    pst_json_out_open(out, '[');
    for (const struct pst_rule_report *report = explanation->rules; report;
         report = report->next) {
        json_rule(out, report);
    }
    pst_json_out_close(out, ']');
    if (!explanation->remarks) {
        return;
    }
    pst_json_out_name(out, "notes");
    pst_json_out_open(out, '[');
    for (const struct pst_remark *remark = explanation->remarks; remark;
         remark = remark->next) {
        pst_json_out_str(out, remark->text);
    }
    pst_json_out_close(out, ']');
}

/* What counts of tokens, by their IDs; and what the originator is told of those
 * that are remembered from now on. [IDA-14] */
static void json_tokens(struct pst_json_out *out, const postern_answer *answer)
{
    if (answer->token.data) {
        pst_json_out_name(out, "token");
        pst_json_out_str(out, answer->token);
    }
    if (answer->refusal != POSTERN_REFUSAL_NONE) {
        pst_json_out_text(out, "refusal",
                          postern_refusal_word(answer->refusal));
    }
    if (answer->assigned_count == 0) {
        return;
    }
    pst_json_out_name(out, "ati");
    pst_json_out_open(out, '[');
    for (size_t i = 0; i < answer->assigned_count; i++) {
        pst_json_out_open(out, '{');
        pst_json_out_name(out, "lti");
        pst_json_out_str(out, answer->assigned[i].local_id);
        pst_json_out_name(out, "tkid");
        pst_json_out_str(out, answer->assigned[i].token_id);
        pst_json_out_close(out, '}');
    }
    pst_json_out_close(out, ']');
}

static void json_until(struct pst_json_out *out, int64_t until_s)
{
    char text[PST_TIME_TEXT];

    if (until_s == 0) {
        return;
    }
    pst_json_out_name(out, "until");
    if (until_s == INT64_MAX) {
        pst_json_out_null(out);
        return;
    }
    pst_time_text(text, PST_TIME_ISO, until_s);
    pst_json_out_str(out, postern_str_of(text));
}

/* What the reason alone does not say. */
static bool has_more_to_say(const postern_answer *answer)
{
    return answer->effect == POSTERN_DENY &&
           (answer->rsc != POSTERN_RSC_NO_PRIVILEGE ||
            answer->refusal != POSTERN_REFUSAL_NONE);
}

void pst_render_json(struct pst_json_out *out, const postern_answer *answer,
                     const struct pst_explanation *explanation)
{
    pst_json_out_open(out, '{');
    pst_json_out_text(out, "decision", pst_effect_word(answer->effect));
    pst_json_out_number(out, "rsc", answer->rsc);
    if (answer->acp.data) {
        pst_json_out_name(out, "acp");
        pst_json_out_str(out, answer->acp);
    }
    if (answer->rule != POSTERN_NO_RULE) {
        pst_json_out_number(out, "rule", answer->rule);
    }
    json_tokens(out, answer);
    pst_json_out_text(out, "reason", answer->reason);
    json_until(out, answer->until_s);
    if (explanation || has_more_to_say(answer)) {
        pst_json_out_name(out, "message");
        pst_json_out_str(out, answer->message);
    }
    if (explanation) {
        json_explanation(out, explanation);
    }
    pst_json_out_close(out, '}');
}
