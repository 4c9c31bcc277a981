/* The checks in their order; the first that fails names the response status
 * code. [DEC-10] [PRP-12] */
#include "engine/authorize.h"

#include "base/str.h"
#include "engine/admission.h"
#include "engine/run.h"
#include "prp/attribute.h"

static bool deny_memory(struct pst_run *run)
{
    return pst_deny(run, PST_RSC_INTERNAL, "memory", "out of memory");
}

static bool check_originator(struct pst_run *run)
{
    struct pst_refusal refusal =
        pst_check_originator(&run->asker, &run->engine->registry,
                             &run->engine->policy->host.cse, run->primitive);

    return refusal.rsc == 0 ||
           pst_deny(run, refusal.rsc, refusal.reason, refusal.message);
}

/* Existence goes before authorization: 4004, not 4103. */
static bool find_target(struct pst_run *run)
{
    return pst_tree_resolve(&run->engine->tree, run->primitive->to,
                            &run->target) ||
           pst_deny(run, PST_RSC_NOT_FOUND, "not-found",
                    "the target is no resource of this CSE");
}

static uint32_t count_acpi(const struct pst_texts *attributes)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < attributes->count; i++) {
        count += pst_attribute_is(attributes->items[i], PST_ATTRIBUTE_ACPI);
    }
    return count;
}

static bool updates_acpi(const struct pst_run *run)
{
    return run->operation == POSTERN_OP_UPDATE &&
           count_acpi(&run->primitive->attributes) > 0;
}

/* [PRP-05] */
static bool check_acpi_update(struct pst_run *run)
{
    const struct pst_texts *attributes = &run->primitive->attributes;

    if (run->operation == POSTERN_OP_UPDATE && attributes->count == 0) {
        pst_note(&run->notes, run->arena, "the update of", run->primitive->to,
                 "names no attribute: it is taken to leave the policy links "
                 "alone");
    }
    if (!updates_acpi(run)) {
        return true;
    }
    if (count_acpi(attributes) != attributes->count) {
        return pst_deny(run, PST_RSC_BAD_REQUEST, "acpi-not-alone",
                        "accessControlPolicyIDs is updated alone or not at "
                        "all");
    }
    if (run->target.kind == PST_TARGET_RESOURCE &&
        !pst_type_has_acpi(run->target.resource->ty)) {
        return pst_deny(run, PST_RSC_BAD_REQUEST, "no-acpi",
                        "resources of this type have no "
                        "accessControlPolicyIDs");
    }
    return true;
}

static bool writes_acp(const struct pst_run *run)
{
    if (run->operation == POSTERN_OP_CREATE) {
        return run->primitive->child_type == PST_TYPE_ACP;
    }
    return run->operation == POSTERN_OP_UPDATE &&
           run->target.kind == PST_TARGET_RESOURCE &&
           run->target.resource->ty == PST_TYPE_ACP;
}

static bool deny_content(struct pst_run *run, const postern_diag *diag)
{
    struct pst_text text;

    (void)pst_deny(run, PST_RSC_BAD_REQUEST, "content", "");
    pst_text_init(&text, run->verdict.message, sizeof run->verdict.message);
    pst_text_add(&text, diag->path);
    pst_text_add(&text, diag->path[0] ? ": " : "");
    pst_text_add(&text, diag->message);
    return false;
}

static bool check_content(struct pst_run *run)
{
    postern_diag diag = {.status = POSTERN_OK};
    postern_status status;

    if (!writes_acp(run)) {
        return true;
    }
    if (!run->primitive->content) {
        return run->operation == POSTERN_OP_UPDATE ||
               pst_deny(run, PST_RSC_BAD_REQUEST, "content",
                        "the content is missing");
    }
    status =
        pst_admit_acp(run->engine->policy, run->primitive, run->arena, &diag);
    if (status == POSTERN_ERR_MEMORY) {
        return deny_memory(run);
    }
    return status == POSTERN_OK || deny_content(run, &diag);
}

/* A token that cannot be verified is an error of the request, even if the ACPs
 * permit: this build verifies none. [IDA-12] */
static bool check_tokens(struct pst_run *run)
{
    return !run->primitive->carries_tokens ||
           pst_deny(run, PST_RSC_NO_PRIVILEGE, "tokens-unsupported",
                    "the request carries tokens, which cannot be verified "
                    "here");
}

static postern_status select_rules(struct pst_run *run,
                                   struct pst_selection *selection)
{
    enum pst_inheritance inheritance = run->options->inherit_parent
                                           ? PST_INHERIT_ALWAYS
                                           : PST_INHERIT_WITHOUT_ACPI;

    if (updates_acpi(run) && run->target.kind == PST_TARGET_RESOURCE) {
        return pst_select_for_acpi(selection, &run->engine->tree,
                                   run->target.resource, run->arena);
    }
    return pst_select(selection, &run->engine->tree, &run->target, inheritance,
                      run->arena);
}

/* A subscriber has to be able to read what it subscribes to. [PRP-06] Members
 * of a group are asked one by one, not at the fan-out point. */
static bool needs_retrieve(const struct pst_run *run)
{
    return run->operation == POSTERN_OP_CREATE &&
           run->primitive->child_type == PST_TYPE_SUBSCRIPTION &&
           run->target.kind != PST_TARGET_FAN_OUT;
}

static void decide(struct pst_run *run)
{
    struct pst_selection selection;
    struct pst_verdict verdict;

    if (select_rules(run, &selection) != POSTERN_OK ||
        pst_gather_facts(run) != POSTERN_OK) {
        (void)deny_memory(run);
        return;
    }
    if (!pst_consult(run, &selection) || !needs_retrieve(run)) {
        return;
    }
    verdict = run->verdict;
    if (pst_turn_to_retrieve(run) != POSTERN_OK) {
        (void)deny_memory(run);
    } else if (pst_consult(run, &selection)) {
        run->verdict = verdict; /* that of the Create, which is what happens */
    }
}

struct pst_verdict pst_authorize(const struct pst_engine *engine,
                                 const struct pst_primitive *primitive,
                                 const struct pst_authorize_options *options,
                                 struct pst_arena *arena)
{
    struct pst_run run = {.engine = engine,
                          .primitive = primitive,
                          .options = options,
                          .arena = arena};
    struct pst_rule_report *reports = NULL;

    run.last_report = &reports;
    pst_notes_init(&run.notes);
    run.operation = postern_operation_of_primitive(primitive->operation,
                                                   primitive->filter_usage);
    if (check_originator(&run) && find_target(&run) &&
        check_acpi_update(&run) && check_content(&run) && check_tokens(&run)) {
        decide(&run);
    }
    run.verdict.rules = reports;
    run.verdict.notes = options->explain ? run.notes.first : NULL;
    return run.verdict;
}

struct pst_verdict pst_verdict_of_malformed(const postern_diag *diag)
{
    struct pst_verdict verdict = {.effect = POSTERN_DENY,
                                  .rsc = PST_RSC_BAD_REQUEST,
                                  .reason = "malformed",
                                  .rule = POSTERN_NO_RULE};

    if (diag->status == POSTERN_ERR_MEMORY) {
        verdict.rsc = PST_RSC_INTERNAL;
        verdict.reason = "memory";
    }
    pst_diag_copy(verdict.message, sizeof verdict.message, diag->message);
    return verdict;
}
