/* Channels of information and of consent: of those that somebody likes one that
 * is offered is enough. [ANJ-09] */
#include "ppm/sound.h"

#include "ppm/demand.h"

static bool likes(const struct pst_ppm_view *view, uint32_t place, uint32_t row)
{
    const struct pst_ppm_statement *said = pst_ppm_said(view, place, row);

    return said && said->say == PST_PPM_LIKES;
}

/* Whether those in front of a place leave room for offering a channel. */
static bool is_possible(const struct pst_ppm_view *view, uint32_t place,
                        uint32_t row)
{
    struct pst_ppm_room room = pst_ppm_whole_room();

    for (uint32_t front = 0; front < place; front++) {
        if (pst_ppm_demand_of(view, front, row).states) {
            (void)pst_ppm_room_take(&room, view, front, row);
        }
    }
    return room.present;
}

/* The first in front that refuses this channel. */
static int32_t refuser(const struct pst_ppm_view *view, uint32_t place,
                       uint32_t row)
{
    for (uint32_t front = 0; front < place; front++) {
        struct pst_ppm_demand demand = pst_ppm_demand_of(view, front, row);

        if (demand.states && demand.say == PST_PPM_FORBIDS) {
            return (int32_t)front;
        }
    }
    return POSTERN_PPM_NO_FRAME;
}

struct pst_ppm_finding pst_ppm_sound_channel(const struct pst_ppm_view *view,
                                             uint32_t row,
                                             struct pst_ppm_finding found)
{
    const postern_ppm_tag *tag = &pst_ppm_tags[pst_ppm_rows[row].tag];
    uint32_t user = view->stack->preferences - 1;
    bool possible = false;
    bool served = false;

    if (found.red || !likes(view, user, row) || pst_ppm_practice(view, row)) {
        return found;
    }
    for (uint32_t i = 0; i < tag->row_count; i++) {
        uint32_t other = tag->first_row + i;

        if (likes(view, user, other) && is_possible(view, user, other)) {
            possible = true;
            served = served || pst_ppm_practice(view, other);
        }
    }
    if (served) {
        found.code = POSTERN_PPM_SERVED_BY_OTHER_CHANNEL;
    } else if (possible) {
        found.red = true;
        found.code = POSTERN_PPM_MANDATED_MISSING;
        found.place = (int32_t)user;
    } else {
        found.code = POSTERN_PPM_OVERRULES_PREFERENCE;
        found.overruled |= UINT32_C(1) << user;
        found.place = refuser(view, user, row);
    }
    return found;
}
