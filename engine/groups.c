/*
 * Which groups the originator is a member of: a <group> lists resources, an
 * <AE> or <remoteCSE> among them stands for the entity that has it. One level;
 * a member that is no resource here is no member. [ORI-11]
 */
#include "engine/run.h"

#include "prp/attribute.h"

enum { ADDRESS_SIZE = 1024 };

/* Whether one of the resources that stand for the originator is listed. */
static postern_reply find_member(struct pst_run *run,
                                 const postern_resource *group)
{
    const struct pst_view *view = &run->view;
    postern_reply reply = POSTERN_REPLY_NO;
    postern_resource member;
    postern_found found;
    uint32_t n = 0;

    while ((found = pst_view_registree(view, &run->asker.id, n++, &member)) ==
           POSTERN_FOUND) {
        postern_truth lists;

        if (pst_is_over(member.expires_s, &run->now)) {
            continue;
        }
        lists = pst_view_has_member(view, group, &member);
        if (lists == POSTERN_TRUE) {
            return POSTERN_REPLY_YES;
        }
        reply = lists == POSTERN_FALSE ? reply : POSTERN_REPLY_UNKNOWN;
    }
    return found == POSTERN_FOUND_NOT ? reply : POSTERN_REPLY_UNKNOWN;
}

static postern_reply ask(struct pst_run *run, const postern_id *group,
                         enum pst_sources sources)
{
    const postern_pip *pip = &run->engine->pip;
    postern_known told;
    postern_reply reply;

    if (pst_is_told(run, POSTERN_NEED_GROUP, group, &told)) {
        return told.reply;
    }
    if (!pip->group || sources == PST_FROM_RESOURCES) {
        return POSTERN_REPLY_UNKNOWN;
    }
    reply = pip->group(pip->user, &run->asker.id, group);
    if (reply == POSTERN_REPLY_LATER) {
        pst_need(run, POSTERN_NEED_GROUP, group);
    }
    return reply;
}

postern_reply pst_find_group(struct pst_run *run, const postern_id *group,
                             enum pst_sources sources)
{
    char address[ADDRESS_SIZE];
    postern_resource resource;
    size_t len = postern_id_text(group, address, sizeof address);

    if (len >= sizeof address) {
        pst_note(run, "group", (postern_str){address, sizeof address - 1},
                 "has too long a name to be looked up");
        return POSTERN_REPLY_UNKNOWN;
    }
    switch (pst_view_find(&run->view, (postern_str){address, len}, &resource)) {
    case POSTERN_FOUND:
        return resource.type == PST_TYPE_GROUP &&
                       !pst_is_over(resource.expires_s, &run->now)
                   ? find_member(run, &resource)
                   : POSTERN_REPLY_NO;
    case POSTERN_FOUND_NOT:
        return ask(run, group, sources);
    case POSTERN_FOUND_FAILED:
    default:
        return POSTERN_REPLY_UNKNOWN;
    }
}
