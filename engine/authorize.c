/* The checks in their order; the first that fails names the response status
 * code. [DEC-10] [PRP-12] [ARC-06] */
#include "engine/authorize.h"

#include "base/text.h"
#include "engine/consult.h"
#include "engine/facts.h"
#include "engine/heirs.h"
#include "engine/lease.h"
#include "engine/reader.h"
#include "prp/attribute.h"

/* ---- the target ---------------------------------------------------------- */

/* A host that hides what exists looks at the tokens as if it did. */
static bool deny_missing(struct pst_run *run)
{
    bool hides = run->engine->options.hide_missing_targets;

    if (hides && !pst_check_tokens(run)) {
        return false;
    }
    return pst_deny(run, POSTERN_STAGE_TARGET,
                    hides ? POSTERN_RSC_NO_PRIVILEGE : POSTERN_RSC_NOT_FOUND,
                    "not-found", "the target is no resource of this CSE");
}

/* Existence goes before authorization: 4004, unless the host hides it. */
bool pst_find_target(struct pst_run *run)
{
    switch (pst_target_find(&run->view, run->primitive.to, &run->target)) {
    case POSTERN_FOUND:
        return true;
    case POSTERN_FOUND_NOT:
        return deny_missing(run);
    case POSTERN_FOUND_FAILED:
    default:
        return pst_deny_internal(run, POSTERN_STAGE_TARGET,
                                 "the target could not be looked up");
    }
}

/* ---- the content --------------------------------------------------------- */

static bool refuse_content(struct pst_run *run, const char *reason,
                           const char *message)
{
    return pst_deny(run, POSTERN_STAGE_CONTENT, POSTERN_RSC_BAD_REQUEST, reason,
                    message);
}

static size_t count_names(const struct pst_run *run)
{
    const postern_texts *attributes = &run->primitive.attributes;

    return attributes->items ? attributes->count : 0;
}

static size_t count_acpi(const struct pst_run *run)
{
    const postern_str *names = run->primitive.attributes.items;
    size_t count = 0;

    for (size_t i = 0; i < count_names(run); i++) {
        count +=
            names[i].data && pst_attribute_is(names[i], PST_ATTRIBUTE_ACPI);
    }
    return count;
}

static bool updates_acpi(const struct pst_run *run)
{
    return run->operation == POSTERN_OP_UPDATE && count_acpi(run) > 0;
}

/* [PRP-05] */
static bool check_acpi_update(struct pst_run *run)
{
    if (run->operation == POSTERN_OP_UPDATE && count_names(run) == 0) {
        pst_note(run, "the update of", run->primitive.to,
                 "names no attribute: it is taken to leave the policy links "
                 "alone");
    }
    if (!updates_acpi(run)) {
        return true;
    }
    if (count_acpi(run) != count_names(run)) {
        return refuse_content(run, "acpi-not-alone",
                              "accessControlPolicyIDs is updated alone or not "
                              "at all");
    }
    if (run->target.kind == PST_TARGET_RESOURCE &&
        !pst_type_has_acpi(run->target.resource.type)) {
        return refuse_content(run, "no-acpi",
                              "resources of this type have no "
                              "accessControlPolicyIDs");
    }
    return true;
}

static bool refuse_by(struct pst_run *run, const postern_diag *diag)
{
    struct pst_text text;

    (void)refuse_content(run, "content", "");
    pst_text_init(&text, run->message, sizeof run->message);
    pst_text_add(&text, diag->path);
    pst_text_add(&text, diag->path[0] ? ": " : "");
    pst_text_add(&text, diag->message);
    return false;
}

/* [PRP-08] */
static bool admit_content(struct pst_run *run)
{
    const postern_engine_options *options = &run->engine->options;
    postern_diag diag = {.status = POSTERN_OK};
    postern_status status;

    status = options->admit(options->admit_user, &run->primitive,
                            &run->target.resource, &diag);
    if (status == POSTERN_ERR_MEMORY) {
        return pst_deny(run, POSTERN_STAGE_CONTENT, POSTERN_RSC_INTERNAL,
                        "memory", "out of memory");
    }
    return status == POSTERN_OK || refuse_by(run, &diag);
}

static bool check_content(struct pst_run *run)
{
    bool writes = run->operation == POSTERN_OP_CREATE ||
                  run->operation == POSTERN_OP_UPDATE;

    return !run->engine->options.admit || !writes || admit_content(run);
}

/* ---- the decision -------------------------------------------------------- */

static void select_rules(struct pst_run *run)
{
    if (updates_acpi(run) && run->target.kind == PST_TARGET_RESOURCE) {
        pst_select_for_acpi(&run->selection, &run->view, &run->target.resource);
    } else {
        pst_select(&run->selection, &run->view, &run->target,
                   pst_inheritance_of(run->engine));
    }
    pst_rules_select(run, updates_acpi(run));
}

/* A subscriber has to be able to read what it subscribes to. [PRP-06] Members
 * of a group are asked one by one, not at the fan-out point. */
static bool needs_retrieve(const struct pst_run *run)
{
    return run->operation == POSTERN_OP_CREATE &&
           run->primitive.child_type == PST_TYPE_SUBSCRIPTION &&
           run->target.kind != PST_TARGET_FAN_OUT;
}

/* The answer to a permitted subscription is that to its Create, which is what
 * happens. */
static bool decide_retrieve(struct pst_run *run)
{
    postern_answer created = run->answer;
    char message[PST_MESSAGE_SIZE];

    memcpy(message, run->message, sizeof message);
    pst_turn_to_retrieve(run);
    if (!pst_consult(run)) {
        return false;
    }
    run->answer = created;
    memcpy(run->message, message, sizeof message);
    return true;
}

static bool decide(struct pst_run *run)
{
    bool permitted;

    pst_set_facts_of_target(run);
    pst_tokens_scope(run);
    if (pst_heirs_recall(run)) {
        return run->answer.effect == POSTERN_PERMIT;
    }
    select_rules(run);
    permitted =
        pst_consult(run) && (!needs_retrieve(run) || decide_retrieve(run));
    pst_heirs_keep(run);
    return permitted;
}

/* A host that hides what exists answers 4103 to all who are not permitted, also
 * where the content is at odds with the target. */
bool pst_judge_target(struct pst_run *run)
{
    if (run->engine->options.hide_missing_targets) {
        return pst_check_tokens(run) && decide(run) && check_acpi_update(run) &&
               check_content(run);
    }
    return check_acpi_update(run) && check_content(run) &&
           pst_check_tokens(run) && decide(run);
}

void postern_authorize(postern_reader *reader,
                       const postern_primitive *primitive,
                       const postern_listener *listener, postern_answer *answer)
{
    const postern_engine_options *options = &reader->run.engine->options;
    struct pst_run *run = &reader->run;

    run->listener = listener;
    run->terse = false;
    run->memo = NULL;
    run->leases = true;
    if (pst_call_begin(run, primitive, PST_TARGET_NEEDED) &&
        pst_find_target(run)) {
        (void)pst_judge_target(run);
    }
    pst_lease_end(run);
    pst_call_end(run);
    *answer = run->answer;
    if (options->decided) {
        options->decided(options->decided_user, primitive, answer);
    }
}
