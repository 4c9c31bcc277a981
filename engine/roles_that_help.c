/* The Role-IDs with which a request would have been permitted: to be asked for
 * in a dynamic authorization request (TS-0003 7.3.2.2). Of more than
 * PST_ROLES_AT_ONCE the rest is left out. */
#include "engine/authorize.h"
#include "engine/reader.h"

struct search {
    postern_reader *reader;
    size_t count;
    void (*report)(void *user, const postern_id *role);
    void *user;
};

static bool is_reported(const struct search *self, const postern_id *role)
{
    for (size_t i = 0; i < self->count; i++) {
        if (postern_id_equal(&self->reader->of.roles[i], role)) {
            return true;
        }
    }
    return false;
}

static bool hear(void *user, const postern_missing *missing)
{
    struct search *self = user;
    const struct pst_run *run = &self->reader->run;

    if (missing->kind == POSTERN_MISSING_ROLE && missing->suffices &&
        !pst_is_presented(run, missing->id) &&
        !is_reported(self, missing->id)) {
        self->reader->of.roles[self->count++] = *missing->id;
        self->report(self->user, missing->id);
    }
    return self->count < PST_ROLES_AT_ONCE;
}

/* Of the operation that was denied: a subscription takes two. */
static void look(struct search *self)
{
    struct pst_run *run = &self->reader->run;
    struct pst_link_context context = {.view = &run->view, .now = run->now};

    pst_rules_rewind(run);
    while (self->count < PST_ROLES_AT_ONCE && pst_rules_next(run, &context)) {
        (void)postern_missing_links(run->links.links, run->links.count,
                                    &run->request, hear, self);
    }
}

static bool is_denied_by_rules(const struct pst_run *run)
{
    return run->request.originator.kind == POSTERN_ID_ENTITY &&
           (run->answer.stage == POSTERN_STAGE_RULES ||
            run->answer.stage == POSTERN_STAGE_WAITING);
}

size_t postern_roles_that_help(
    postern_reader *reader, const postern_primitive *primitive,
    void (*report)(void *user, const postern_id *role), void *user)
{
    struct pst_run *run = &reader->run;
    struct search search = {reader, 0, report, user};

    run->listener = NULL;
    run->terse = true;
    run->memo = NULL;
    if (pst_call_begin(run, primitive, PST_TARGET_NEEDED) &&
        pst_find_target(run) && !pst_judge_target(run) &&
        is_denied_by_rules(run)) {
        look(&search);
    }
    pst_call_end(run);
    return search.count;
}
