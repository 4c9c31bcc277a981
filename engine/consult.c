#include "engine/consult.h"

#include "base/text.h"
#include "engine/memo.h"
#include "policy-lang/vocabulary.h"

/* What cannot fit is cut: a message, not evidence. */
enum { LISTED_MAX = 8 };

/* The bits of acop are the low bits of an operation. */
const char *pst_verb_of(postern_operation operation)
{
    uint32_t above = POSTERN_OP_CREATE - POSTERN_ACOP_CREATE;
    const char *word = pst_operation_word((uint32_t)operation - above);

    return word[0] ? word : "nothing";
}

static int success_code(postern_operation operation)
{
    switch (operation) {
    case POSTERN_OP_CREATE:
        return POSTERN_RSC_CREATED;
    case POSTERN_OP_UPDATE:
        return POSTERN_RSC_UPDATED;
    case POSTERN_OP_DELETE:
        return POSTERN_RSC_DELETED;
    case POSTERN_OP_RETRIEVE:
    case POSTERN_OP_DISCOVERY:
    case POSTERN_OP_NOTIFY:
    case POSTERN_OP_NONE:
    default:
        return POSTERN_RSC_OK;
    }
}

static bool permit(struct pst_run *run, postern_stage stage, const char *reason)
{
    run->answer.effect = POSTERN_PERMIT;
    run->answer.rsc = success_code(run->operation);
    run->answer.stage = stage;
    run->answer.reason = reason;
    return true;
}

static void begin_message(struct pst_run *run, struct pst_text *text)
{
    pst_text_init(text, run->message, sizeof run->message);
}

/* ---- by rules ----------------------------------------------------------- */

static bool permit_by_rule(struct pst_run *run,
                           const struct pst_grounds *grounds)
{
    static const char *const reasons[] = {[PST_ORIGIN_ACP] = "rule",
                                          [PST_ORIGIN_TOKEN] = "token-rule",
                                          [PST_ORIGIN_GRANT] = "granted"};
    static const char *const prefixes[] = {[PST_ORIGIN_ACP] = "",
                                           [PST_ORIGIN_TOKEN] = "token ",
                                           [PST_ORIGIN_GRANT] = "granted: "};
    const postern_decision *made = &grounds->decision;
    bool together = made->reason == POSTERN_REASON_RULES;
    struct pst_text text;

    if (grounds->origin == PST_ORIGIN_ACP) {
        run->answer.acp = grounds->acp;
    } else if (grounds->origin == PST_ORIGIN_TOKEN) {
        run->answer.token = grounds->acp;
    }
    run->answer.rule = made->rule;
    run->answer.which = made->which;
    if (!run->terse) {
        begin_message(run, &text);
        pst_text_add(&text, prefixes[grounds->origin]);
        pst_text_add_str(&text, grounds->acp);
        pst_text_add(&text, " rule ");
        pst_text_add_uint(&text, made->rule);
        pst_text_add(&text, made->which == POSTERN_SELF_PRIVILEGES
                                ? " of the self-privileges"
                                : "");
        pst_text_add(&text,
                     together ? " and others, each for its attributes" : "");
    }
    return permit(run, POSTERN_STAGE_RULES,
                  together ? "rules" : reasons[grounds->origin]);
}

/* The first links again, where there were more than fit at once. */
static void rewind_links(struct pst_run *run)
{
    struct pst_link_context context = {.view = &run->view, .now = run->now};

    if (run->rounds > 1) {
        pst_rules_rewind(run);
        (void)pst_rules_next(run, &context);
    }
}

/* "no rule of acpA, acpB permits to retrieve" */
static bool deny_by_rules(struct pst_run *run)
{
    const struct pst_links *links = &run->links;
    struct pst_text text;

    (void)pst_deny(run, POSTERN_STAGE_RULES, POSTERN_RSC_NO_PRIVILEGE,
                   "no-rule", "none of the policies linked can be used");
    if (run->terse || run->link_count == 0) {
        return false;
    }
    rewind_links(run);
    begin_message(run, &text);
    pst_text_add(&text, "no rule of ");
    for (size_t i = 0; i < links->count && i < LISTED_MAX; i++) {
        pst_text_add(&text, i ? ", " : "");
        pst_text_add_str(&text, links->ids[i]);
    }
    pst_text_add(&text, run->link_count > LISTED_MAX ? " ..." : "");
    pst_text_add(&text, run->selection.which == POSTERN_SELF_PRIVILEGES
                            ? " (self-privileges)"
                            : "");
    pst_text_add(&text, " permits to ");
    pst_text_add(&text, pst_verb_of(run->request.operation));
    return false;
}

static const char *need_word(postern_need_kind kind)
{
    switch (kind) {
    case POSTERN_NEED_GROUP:
        return "group";
    case POSTERN_NEED_ROLE:
        return "role";
    case POSTERN_NEED_ROLE_ALLOWED:
        return "allowance for role";
    case POSTERN_NEED_LOCATION:
        return "location";
    case POSTERN_NEED_COUNTRY_OF_IP:
        return "country of the address";
    case POSTERN_NEED_COUNTRY_OF_POINT:
        return "country of the location";
    case POSTERN_NEED_TOKEN:
        return "token";
    case POSTERN_NEED_NONE:
    default:
        return "nothing";
    }
}

/* "to be found out: group //sp.example/cse/g1, location" */
bool pst_deny_waiting(struct pst_run *run)
{
    const struct pst_inquiry *inquiry = &run->inquiry;
    struct pst_text text;

    (void)pst_deny(run, POSTERN_STAGE_WAITING, POSTERN_RSC_NO_PRIVILEGE,
                   "waiting", "");
    if (run->terse) {
        return false;
    }
    begin_message(run, &text);
    pst_text_add(&text, "to be found out: ");
    for (size_t i = 0; i < inquiry->need_count && i < LISTED_MAX; i++) {
        const postern_need *need = &inquiry->needs[i];

        pst_text_add(&text, i ? ", " : "");
        pst_text_add(&text, need_word(need->kind));
        pst_text_add(&text, need->id.len ? " " : "");
        pst_text_add_str(&text, need->id);
    }
    pst_text_add(&text, inquiry->need_count > LISTED_MAX ? " ..." : "");
    return false;
}

/* What the rules come to. */
enum verdict { PERMITTED, DENIED, FAULTY };

static enum verdict consult_rules(struct pst_run *run)
{
    struct pst_grounds grounds;
    bool permitted = run->memo ? pst_settle_by_memo(run, &grounds)
                               : pst_settle(run, &grounds);

    if (run->listener && run->listener->rule && !pst_explain(run, permitted)) {
        (void)pst_deny_internal(run, POSTERN_STAGE_RULES,
                                "the decision and its explanation differ: "
                                "please report this");
        return FAULTY;
    }
    if (permitted) {
        (void)permit_by_rule(run, &grounds);
    }
    return permitted ? PERMITTED : DENIED;
}

static bool consult_acps(struct pst_run *run)
{
    enum verdict verdict = consult_rules(run);

    if (verdict != DENIED) {
        return verdict == PERMITTED;
    }
    return run->inquiry.need_count ? pst_deny_waiting(run) : deny_by_rules(run);
}

/* ---- without rules ------------------------------------------------------ */

static void tell_default(struct pst_run *run)
{
    const struct pst_selection *selection = &run->selection;
    struct pst_text text;

    begin_message(run, &text);
    pst_text_add_str(&text, selection->decider.id);
    pst_text_add(&text, " has no policy, ");
    if (selection->one_text.len == 0) {
        pst_text_add(&text, "and its ");
        pst_text_add(&text, selection->role);
        pst_text_add(&text, " is not known");
        return;
    }
    pst_text_add(&text, "so only its ");
    pst_text_add(&text, selection->role);
    pst_text_add(&text, " ");
    pst_text_add_quoted(&text, selection->one_text);
    pst_text_add(&text, " has access");
}

static bool permit_one(struct pst_run *run)
{
    (void)permit(run, POSTERN_STAGE_DEFAULT, run->selection.role);
    if (!run->terse) {
        tell_default(run);
    }
    return true;
}

static bool deny_others(struct pst_run *run)
{
    (void)pst_deny(run, POSTERN_STAGE_DEFAULT, POSTERN_RSC_NO_PRIVILEGE,
                   "default-policy", "");
    if (!run->terse) {
        tell_default(run);
    }
    return false;
}

/* [PRP-04]. Without a policy there may yet be rules that a token brings.
 * [TOK-10] */
static bool consult_default(struct pst_run *run)
{
    enum verdict verdict;

    if (postern_id_equal(&run->selection.one, &run->request.originator)) {
        return permit_one(run);
    }
    verdict = run->extra.applies && pst_brings_permissions(run)
                  ? consult_rules(run)
                  : DENIED;
    if (verdict != DENIED) {
        return verdict == PERMITTED;
    }
    return run->inquiry.need_count ? pst_deny_waiting(run) : deny_others(run);
}

bool pst_consult(struct pst_run *run)
{
    run->answer.acp = (postern_str){NULL, 0};
    run->answer.token = (postern_str){NULL, 0};
    run->answer.rule = POSTERN_NO_RULE;
    run->answer.which = POSTERN_PRIVILEGES;
    switch (run->selection.kind) {
    case PST_SELECTION_ACPS:
        return consult_acps(run);
    case PST_SELECTION_ONE:
        return consult_default(run);
    case PST_SELECTION_NONE:
    default:
        return pst_deny(run, POSTERN_STAGE_DEFAULT, POSTERN_RSC_NO_PRIVILEGE,
                        "no-policy",
                        run->selection.why ? run->selection.why : "");
    }
}
