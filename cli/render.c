/* Decisions and explanations, for people and for programs. [DRQ-02] */
#include "cli/render.h"

#include "cli/plain.h"

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

static const char *which_word(postern_privileges which)
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
    fprintf(stream, " %s rule %u, %s: ", which_word(rule->which),
            (unsigned)rule->rule, report->operation);
    pst_plain(stream, postern_str_of(rule->why));
    fputs(" [", stream);
    for (size_t i = 0; i < count; i++) {
        fprintf(stream, "%s%s %s", i ? ", " : "", terms[i].name,
                truth_word(terms[i].truth));
    }
    fputs("]\n", stream);
}

static void text_explanation(FILE *stream, const struct pst_verdict *verdict)
{
    for (const struct pst_rule_report *report = verdict->rules; report;
         report = report->next) {
        text_rule(stream, report);
    }
    for (const struct pst_note *note = verdict->notes; note;
         note = note->next) {
        fputs("    note: ", stream);
        pst_plain(stream, postern_str_of(note->text));
        fputc('\n', stream);
    }
}

static void text_subject(FILE *stream, const struct pst_primitive *primitive)
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

void pst_render_text(FILE *stream, const struct pst_rendering *rendering,
                     const struct pst_primitive *primitive,
                     const struct pst_verdict *verdict)
{
    bool permitted = verdict->effect == POSTERN_PERMIT;

    if (rendering->colour) {
        fputs(permitted ? GREEN : RED, stream);
    }
    fputs(pst_effect_word(verdict->effect), stream);
    if (rendering->colour) {
        fputs(BLACK, stream);
    }
    fprintf(stream, " %d  ", verdict->rsc);
    text_subject(stream, primitive);
    fputs("  (", stream);
    if (!verdict->acp.data) {
        fprintf(stream, "%s: ", verdict->reason);
    }
    pst_plain(stream, postern_str_of(verdict->message));
    fputs(")\n", stream);
    if (rendering->explain) {
        text_explanation(stream, verdict);
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
    pst_json_out_text(out, "which", which_word(rule->which));
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
                             const struct pst_verdict *verdict)
{
    pst_json_out_name(out, "rules");
    pst_json_out_open(out, '[');
    for (const struct pst_rule_report *report = verdict->rules; report;
         report = report->next) {
        json_rule(out, report);
    }
    pst_json_out_close(out, ']');
    if (!verdict->notes) {
        return;
    }
    pst_json_out_name(out, "notes");
    pst_json_out_open(out, '[');
    for (const struct pst_note *note = verdict->notes; note;
         note = note->next) {
        pst_json_out_str(out, postern_str_of(note->text));
    }
    pst_json_out_close(out, ']');
}

/* What the reason alone does not say. */
static bool has_more_to_say(const struct pst_rendering *rendering,
                            const struct pst_verdict *verdict)
{
    return rendering->explain || (verdict->effect == POSTERN_DENY &&
                                  verdict->rsc != PST_RSC_NO_PRIVILEGE);
}

void pst_render_json(struct pst_json_out *out,
                     const struct pst_rendering *rendering,
                     const struct pst_verdict *verdict)
{
    pst_json_out_open(out, '{');
    pst_json_out_text(out, "decision", pst_effect_word(verdict->effect));
    pst_json_out_number(out, "rsc", verdict->rsc);
    if (verdict->acp.data) {
        pst_json_out_name(out, "acp");
        pst_json_out_str(out, verdict->acp);
        pst_json_out_number(out, "rule", verdict->rule);
    }
    pst_json_out_text(out, "reason", verdict->reason);
    if (has_more_to_say(rendering, verdict)) {
        pst_json_out_text(out, "message", verdict->message);
    }
    if (rendering->explain) {
        json_explanation(out, verdict);
    }
    pst_json_out_close(out, '}');
}
