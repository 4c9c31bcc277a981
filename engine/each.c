/* One request for many targets: what they share is found out once. */
#include "engine/authorize.h"
#include "engine/facts.h"
#include "engine/reader.h"

static void begin(postern_reader *reader)
{
    struct pst_run *run = &reader->run;

    run->listener = NULL;
    run->terse = true;
    run->memo = &reader->of.memo;
    pst_memo_clear(run->memo);
}

/* The targets that are judged next. */
static void announce(const struct pst_run *run, const postern_str *targets,
                     size_t left)
{
    pst_view_announce(&run->view, targets,
                      left < PST_ANNOUNCED ? left : PST_ANNOUNCED);
}

/* What a token permits counts for one target: then nothing is shared, and each
 * is decided as if it were the only one. [TOK-09] */
static bool judge(struct pst_run *run)
{
    if (pst_brings_permissions(run)) {
        run->memo = NULL;
        pst_set_facts(run);
    }
    return pst_judge_target(run);
}

size_t postern_authorize_each(postern_reader *reader,
                              const postern_primitive *primitive,
                              const postern_str *targets, size_t target_count,
                              bool *permitted)
{
    struct pst_run *run = &reader->run;
    size_t count = 0;
    bool begun;

    begin(reader);
    begun = pst_call_begin(run, primitive, PST_TARGET_APART);
    for (size_t i = 0; i < target_count; i++) {
        if (begun && i % PST_ANNOUNCED == 0) {
            announce(run, targets + i, target_count - i);
        }
        run->primitive.to = targets[i];
        permitted[i] = begun && pst_find_target(run) && judge(run);
        count += permitted[i];
    }
    pst_call_end(run);
    return count;
}

static postern_grant grant_of(const struct pst_run *run)
{
    const postern_answer *answer = &run->answer;

    return (postern_grant){.resource = &run->target.resource,
                           .acp = answer->acp,
                           .token = answer->token,
                           .rule = answer->rule,
                           .which = answer->which,
                           .reason = answer->reason};
}

static size_t list(struct pst_run *run,
                   bool (*report)(void *user, const postern_grant *grant),
                   void *user)
{
    postern_str root = run->primitive.to;
    postern_resource *resource = &run->target.resource;
    postern_cursor cursor = {{0, 0, 0, 0}};
    size_t count = 0;
    bool more = true;

    while (more && pst_view_next(&run->view, root, &cursor, resource) ==
                       POSTERN_FOUND) {
        run->target.kind = PST_TARGET_RESOURCE;
        run->target.behind = (postern_str){NULL, 0};
        run->primitive.to = resource->id;
        if (judge(run)) {
            postern_grant grant = grant_of(run);

            more = report(user, &grant);
            count++;
        }
    }
    return count;
}

size_t postern_permitted(postern_reader *reader,
                         const postern_primitive *primitive,
                         bool (*report)(void *user, const postern_grant *grant),
                         void *user)
{
    struct pst_run *run = &reader->run;
    size_t count = 0;

    begin(reader);
    if (pst_call_begin(run, primitive, PST_TARGET_APART)) {
        count = list(run, report, user);
    }
    pst_call_end(run);
    return count;
}
