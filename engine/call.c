/* The frame of every call: what is seen is fixed, the request is looked at, and
 * what the answer names is copied before it is let go. */
#include "engine/authorize.h"

#include "base/sized.h"
#include "engine/facts.h"
#include "engine/lease.h"
#include "engine/originator_check.h"

void postern_primitive_init_sized(postern_primitive *primitive,
                                  size_t struct_size)
{
    pst_sized_init(primitive, struct_size);
}

/* ---- the request --------------------------------------------------------- */

static bool refuse_form(struct pst_run *run, const char *message)
{
    return pst_deny(run, POSTERN_STAGE_REQUEST, POSTERN_RSC_BAD_REQUEST,
                    "malformed", message);
}

static bool check_form(struct pst_run *run, enum pst_target_use use)
{
    const postern_primitive *primitive = &run->primitive;

    run->operation = postern_operation_of_primitive(primitive->operation,
                                                    primitive->filter_usage);
    if (run->operation == POSTERN_OP_NONE) {
        return refuse_form(run, "the operation is none of 1 (Create) to 5 "
                                "(Notify)");
    }
    if (use == PST_TARGET_NEEDED && primitive->to.len == 0) {
        return refuse_form(run, "\"to\" is missing");
    }
    if (run->operation == POSTERN_OP_CREATE && primitive->child_type == 0) {
        return refuse_form(run, "a Create names the type of the new resource");
    }
    return true;
}

/* What the caller has changed itself it wants to see. */
static bool check_revision(struct pst_run *run)
{
    return run->answer.revision >= run->primitive.min_revision ||
           pst_deny(run, POSTERN_STAGE_REQUEST, POSTERN_RSC_INTERNAL, "stale",
                    "the resources are older than the request asks for");
}

/* Nothing is known and nothing is permitted. */
static void clear(struct pst_run *run)
{
    run->message[0] = '\0';
    run->told.used = 0;
    run->needed.used = 0;
    run->of_tokens.used = 0;
    run->remarked = false;
    run->rounds = 0;
    run->link_count = 0;
    run->inquiry.need_count = 0;
    pst_tokens_clear(&run->tokens);
    run->selection.kind = PST_SELECTION_NONE;
    run->extra.applies = false;
    pst_rules_rewind(run);
    run->target.kind = PST_TARGET_RESOURCE;
    run->target.behind = (postern_str){NULL, 0};
    postern_resource_init(&run->target.resource);
    run->asker =
        (struct pst_asker){.id = {.kind = POSTERN_ID_UNSET},
                           .record = {.why = "the request was refused before"}};
    run->answer = (postern_answer){.effect = POSTERN_DENY,
                                   .rsc = POSTERN_RSC_INTERNAL,
                                   .reason = "internal",
                                   .rule = POSTERN_NO_RULE};
}

void pst_call_enter(struct pst_run *run)
{
    const postern_prp *prp = run->view.prp;

    clear(run);
    pst_epoch_enter(&run->engine->settings.epochs, run->slot);
    run->settings = pst_settings_now(&run->engine->settings);
    if (prp->enter) {
        run->answer.revision = prp->enter(prp->user, run->view.reader);
    }
}

bool pst_call_begin(struct pst_run *run, const postern_primitive *primitive,
                    enum pst_target_use use)
{
    bool known = primitive && pst_sized_copy(&run->primitive,
                                             sizeof run->primitive, primitive);

    pst_call_enter(run);
    if (!known) {
        (void)pst_sized_copy(&run->primitive, sizeof run->primitive, NULL);
        return refuse_form(run, "the request is not one of this release");
    }
    run->now = (struct pst_now){run->primitive.time_known,
                                run->primitive.time_s, NULL};
    pst_lease_begin(run);
    if (!check_form(run, use) || !check_revision(run) ||
        !pst_check_originator(run)) {
        return false;
    }
    pst_tokens_associate(run);
    pst_set_facts(run);
    return true;
}

void pst_call_leave(struct pst_run *run)
{
    const postern_prp *prp = run->view.prp;

    if (prp->leave) {
        prp->leave(prp->user, run->view.reader);
    }
    pst_epoch_leave(run->slot);
}

void pst_call_end(struct pst_run *run)
{
    postern_answer *answer = &run->answer;
    bool waits = answer->stage == POSTERN_STAGE_WAITING;

    answer->message = postern_str_of(run->message);
    answer->target = pst_shelve(&run->told, run->target.resource.id);
    answer->acp = pst_shelve(&run->told, answer->acp);
    answer->token = pst_shelve(&run->told, answer->token);
    answer->authn = run->asker.record;
    answer->authn.identity = pst_shelve(&run->told, answer->authn.identity);
    answer->authn.credential = pst_shelve(&run->told, answer->authn.credential);
    answer->needs = waits ? run->inquiry.needs : NULL;
    answer->need_count = waits ? run->inquiry.need_count : 0;
    answer->assigned = run->tokens.assigned_count ? run->tokens.assigned : NULL;
    answer->assigned_count = run->tokens.assigned_count;
    answer->token_ids = (postern_texts){run->tokens.ids, run->tokens.id_count};
    pst_tokens_end(run);
    pst_call_leave(run);
}
