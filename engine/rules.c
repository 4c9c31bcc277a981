#include "engine/rules.h"

#include "engine/run.h"
#include "prp/attribute.h"

/* ---- whether there are any ----------------------------------------------- */

static bool may_apply(const struct pst_run *run)
{
    const struct pst_selection *selection = &run->selection;

    switch (selection->kind) {
    case PST_SELECTION_ACPS:
        return selection->which == POSTERN_PRIVILEGES;
    case PST_SELECTION_ONE:
        return selection->decider.type != PST_TYPE_POLLING_CHANNEL;
    case PST_SELECTION_NONE:
    default:
        return false; /* what protects the target is not known */
    }
}

static size_t count_extra(const struct pst_run *run)
{
    const postern_primitive *primitive = &run->primitive;

    return run->tokens.scoped_count +
           (primitive->granted ? primitive->granted_count : 0);
}

void pst_rules_select(struct pst_run *run, bool acpi_is_target)
{
    run->extra.applies = !acpi_is_target && may_apply(run);
    pst_rules_rewind(run);
}

void pst_rules_rewind(struct pst_run *run)
{
    run->links.next = 0;
    run->extra.next = 0;
    run->extra.first = PST_LINKS_AT_ONCE;
}

/* ---- one after the other ------------------------------------------------- */

static postern_str name_of(const postern_acp_link *granted)
{
    postern_str name =
        granted->set ? postern_acp_set_name(granted->set, granted->ref.acp)
                     : (postern_str){NULL, 0};

    return name.data ? name : (postern_str){"granted", 7};
}

/* False when the permission has no rules. */
static bool take_extra(const struct pst_run *run, size_t number,
                       postern_acp_link *link, postern_str *id)
{
    const struct pst_tokens *tokens = &run->tokens;

    if (number >= tokens->scoped_count) {
        *link = run->primitive.granted[number - tokens->scoped_count];
        *id = name_of(link);
        return true;
    }
    *link = (postern_acp_link){tokens->scoped[number].permission->rules,
                               {0, POSTERN_PRIVILEGES}};
    *id = tokens->scoped[number].token->claims.token_id;
    return link->set != NULL;
}

static void append_extra(struct pst_run *run)
{
    struct pst_extra *extra = &run->extra;
    struct pst_links *links = &run->links;
    size_t count = count_extra(run);

    extra->first = links->count;
    while (extra->next < count && links->count < PST_LINKS_AT_ONCE) {
        size_t at = links->count;

        extra->numbers[at] = (uint32_t)extra->next;
        links->count +=
            take_extra(run, extra->next, &links->links[at], &links->ids[at]);
        extra->next++;
    }
}

bool pst_rules_next(struct pst_run *run, const struct pst_link_context *context)
{
    struct pst_links *links = &run->links;
    bool has_extra = run->extra.applies && run->extra.next < count_extra(run);
    bool more = run->selection.kind == PST_SELECTION_ACPS &&
                pst_links_next(links, &run->selection, context);

    if (!more && !has_extra) {
        return false;
    }
    links->count = more ? links->count : 0;
    run->extra.first = links->count;
    if (has_extra) {
        append_extra(run);
    }
    return true;
}

enum pst_origin pst_rules_origin(const struct pst_run *run, size_t link)
{
    if (link < run->extra.first) {
        return PST_ORIGIN_ACP;
    }
    return run->extra.numbers[link] < run->tokens.scoped_count
               ? PST_ORIGIN_TOKEN
               : PST_ORIGIN_GRANT;
}
