#include "cli/ppm_broader.h"

#include "base/diag.h"
#include "base/str.h"
#include "cli/plain.h"
#include "cli/source.h"

#include <postern/prp.h>

/* Documents side by side, each with something to read it by. */
struct side {
    postern_policy *policy;
    postern_store *store;
    const postern_prp *prp;
    void *reader;
};

struct comparing {
    const char *name; /* of the CSE's document */
    struct side ours;
    struct side theirs;
    const postern_resource *resource; /* of theirs */
    postern_str their_acp;
    postern_acp_link link;
    uint64_t found;
};

/* ---- opening ------------------------------------------------------------- */

static postern_status enter(struct side *side, postern_diag *diag)
{
    PST_TRY(postern_store_of_policy(&side->store, side->policy, NULL, diag));
    side->prp = postern_store_prp(side->store);
    PST_TRY(side->prp->reader_new(side->prp->user, &side->reader));
    (void)side->prp->enter(side->prp->user, side->reader);
    return POSTERN_OK;
}

static void close_side(struct side *side)
{
    if (side->reader) {
        side->prp->leave(side->prp->user, side->reader);
        side->prp->reader_free(side->prp->user, side->reader);
    }
    postern_store_free(side->store);
    postern_policy_free(side->policy);
}

static postern_status open_ours(struct side *side, postern_str compiled,
                                postern_diag *diag)
{
    postern_load_options options;

    postern_load_options_init(&options);
    PST_TRY(postern_policy_load(&side->policy, compiled, &options, diag));
    return enter(side, diag);
}

static postern_status open_theirs(struct side *side, const char *name,
                                  const postern_cse *cse, postern_diag *diag)
{
    const struct pst_source_list list = {&name, 1};
    postern_load_options options;

    postern_load_options_init(&options);
    options.cse = cse;
    options.rule_errors = POSTERN_RULE_ERRORS_DISABLE;
    PST_TRY(pst_source_load(&side->policy, &list, &options, diag));
    return enter(side, diag);
}

/* ---- comparing ----------------------------------------------------------- */

/* Missing roles and groups are the originator's to have; contexts change. */
static bool could_be(void *user, const postern_missing *missing)
{
    bool *could = user;

    *could = *could || (missing->kind != POSTERN_MISSING_ROLE &&
                        missing->kind != POSTERN_MISSING_GROUP);
    return !*could;
}

static bool lets_in(const struct comparing *self, postern_str originator)
{
    postern_request request;
    bool could = false;

    postern_request_init(&request);
    request.operation = POSTERN_OP_RETRIEVE;
    request.authenticated = true;
    request.target_type = self->resource->type;
    if (postern_id_parse_entity(&request.originator,
                                postern_policy_cse(self->theirs.policy),
                                originator) != POSTERN_OK) {
        return false;
    }
    if (postern_decide_links(&self->link, 1, &request).effect ==
        POSTERN_PERMIT) {
        return true;
    }
    (void)postern_missing_links(&self->link, 1, &request, could_be, &could);
    return could;
}

static void report(struct comparing *self, postern_str originator)
{
    self->found++;
    fprintf(stderr, "%s: warning: ", self->name);
    pst_plain(stderr, self->their_acp);
    fputs(" lets ", stderr);
    pst_plain(stderr, originator);
    fputs(" read ", stderr);
    pst_plain(stderr, self->resource->id);
    fputs(", whatever is accepted or withdrawn [E_BROADER_ACP]\n", stderr);
}

static bool take_originator(void *user, const postern_originator *originator)
{
    struct comparing *self = user;
    postern_str text = postern_str_of(originator->text);

    if (lets_in(self, text)) {
        report(self, text);
    }
    return true;
}

static bool find_acp(const struct side *side, postern_str address,
                     postern_acp_link *link, postern_resource *acp)
{
    postern_resource_init(acp);
    if (side->prp->find(side->prp->user, side->reader, address, acp) !=
            POSTERN_FOUND ||
        !acp->acp_set) {
        return false;
    }
    *link = (postern_acp_link){acp->acp_set, {acp->acp, POSTERN_PRIVILEGES}};
    return true;
}

/* Each originator of each of our policies against one of theirs. */
static void compare_with(struct comparing *self, const postern_resource *ours)
{
    for (size_t i = 0; ours->policy_ids.items && i < ours->policy_ids.count;
         i++) {
        postern_acp_link link;
        postern_resource acp;

        if (find_acp(&self->ours, ours->policy_ids.items[i], &link, &acp)) {
            (void)postern_acp_set_originators(
                link.set, link.ref, POSTERN_OP_RETRIEVE, take_originator, self);
        }
    }
}

/* Those that the CSE has of ours already are no other's. */
static bool is_ours(const struct comparing *self, postern_str id)
{
    postern_acp_link link;
    postern_resource acp;

    return find_acp(&self->ours, id, &link, &acp);
}

static void compare_resource(struct comparing *self,
                             const postern_resource *ours)
{
    const struct side *side = &self->theirs;
    postern_resource theirs;

    postern_resource_init(&theirs);
    if (ours->acp_set || side->prp->find(side->prp->user, side->reader,
                                         ours->id, &theirs) != POSTERN_FOUND) {
        return;
    }
    self->resource = &theirs;
    for (size_t i = 0; theirs.policy_ids.items && i < theirs.policy_ids.count;
         i++) {
        postern_resource acp;

        if (find_acp(side, theirs.policy_ids.items[i], &self->link, &acp) &&
            !is_ours(self, acp.id)) {
            self->their_acp = acp.id;
            compare_with(self, ours);
        }
    }
    self->resource = NULL;
}

static void compare(struct comparing *self)
{
    const struct side *side = &self->ours;
    postern_cursor cursor = {{0}};
    postern_resource resource;

    postern_resource_init(&resource);
    while (side->prp->next(side->prp->user, side->reader,
                           (postern_str){NULL, 0}, &cursor,
                           &resource) == POSTERN_FOUND) {
        compare_resource(self, &resource);
        postern_resource_init(&resource);
    }
}

bool pst_ppm_find_broader(postern_str compiled, const char *policy_name,
                          uint64_t *found)
{
    struct comparing self = {.name = policy_name};
    postern_diag diag = {.status = POSTERN_OK};
    postern_status status = open_ours(&self.ours, compiled, &diag);

    if (status == POSTERN_OK) {
        status = open_theirs(&self.theirs, policy_name,
                             postern_policy_cse(self.ours.policy), &diag);
    }
    if (status == POSTERN_OK) {
        compare(&self);
    } else {
        (void)pst_diag_plain(&diag, status);
        pst_print_diag(stderr, &diag);
    }
    close_side(&self.theirs);
    close_side(&self.ours);
    *found = self.found;
    return status == POSTERN_OK;
}
