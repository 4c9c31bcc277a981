/* Who may do something with a resource: the originators of the rules that
 * protect it, one by one. */
#include "engine/authorize.h"
#include "engine/reader.h"

enum { ORIGINATOR_SIZE = 512 };

struct list {
    postern_str acp;
    postern_privileges which;
    size_t count;
    bool ended; /* the caller has heard enough */
    bool (*report)(void *user, const postern_holder_entry *entry);
    void *user;
};

static bool tell(struct list *self, const postern_holder_entry *entry)
{
    self->count++;
    self->ended = !self->report(self->user, entry);
    return !self->ended;
}

static bool hear(void *user, const postern_originator *originator)
{
    struct list *self = user;
    postern_holder_entry entry = {
        .acp = self->acp,
        .rule = originator->rule,
        .which = self->which,
        .kind = originator->kind,
        .originator = postern_str_of(originator->text),
        .needs_authentication = originator->needs_authentication,
        .has_contexts = originator->has_contexts,
        .has_object_details = originator->has_object_details,
        .has_attributes = originator->has_attributes};

    return tell(self, &entry);
}

/* An ACP that is linked twice has its rules once. */
static bool is_linked_before(const struct pst_links *links, size_t at)
{
    const postern_acp_link *link = &links->links[at];

    for (size_t i = 0; i < at; i++) {
        if (links->links[i].set == link->set &&
            links->links[i].ref.acp == link->ref.acp) {
            return true;
        }
    }
    return false;
}

static void list_links(struct pst_run *run, struct list *list,
                       postern_operation operation)
{
    const struct pst_links *links = &run->links;

    for (size_t i = 0; i < links->count && !list->ended; i++) {
        const postern_acp_link *link = &links->links[i];

        if (link->set && !is_linked_before(links, i)) {
            list->acp = links->ids[i];
            list->which = link->ref.which;
            (void)postern_acp_set_originators(link->set, link->ref, operation,
                                              hear, list);
        }
    }
}

static void list_one(const struct pst_selection *selection, struct list *list)
{
    char text[ORIGINATOR_SIZE];
    postern_holder_entry entry = {.rule = POSTERN_NO_RULE,
                                  .kind = selection->role};
    size_t len;

    if (selection->one.kind != POSTERN_ID_ENTITY) {
        return;
    }
    len = postern_id_text(&selection->one, text, sizeof text);
    entry.originator =
        (postern_str){text, len < sizeof text ? len : sizeof text - 1};
    (void)tell(list, &entry);
}

static void list_all(struct pst_run *run, struct list *list,
                     postern_operation operation)
{
    struct pst_link_context context = {.view = &run->view, .now = run->now};

    if (run->selection.kind == PST_SELECTION_ONE) {
        list_one(&run->selection, list);
    }
    if (run->selection.kind != PST_SELECTION_ACPS) {
        return;
    }
    run->links.next = 0;
    while (!list->ended &&
           pst_links_next(&run->links, &run->selection, &context)) {
        list_links(run, list, operation);
    }
}

size_t postern_who(postern_reader *reader, postern_str resource,
                   postern_operation operation, int64_t now_s,
                   bool (*report)(void *user,
                                  const postern_holder_entry *entry),
                   void *user)
{
    struct pst_run *run = &reader->run;
    struct list list = {.report = report, .user = user};

    pst_call_enter(run);
    /* At an unknown time nothing can be said to be over. */
    run->now = (struct pst_now){true, now_s, NULL};
    if (pst_target_find(&run->view, resource, &run->target) != POSTERN_FOUND) {
        list.count = SIZE_MAX;
    } else {
        pst_select(&run->selection, &run->view, &run->target,
                   pst_inheritance_of(run->engine));
        list_all(run, &list, operation);
    }
    pst_call_leave(run);
    return list.count;
}
