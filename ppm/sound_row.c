/* Rows that stand for themselves: permissions, claims for services, sets of
 * nations, whom data is shared with, numbers. */
#include "ppm/sound.h"

#include "ppm/demand.h"

struct walk {
    const struct pst_ppm_view *view;
    uint32_t row;
    const struct pst_ppm_value *value; /* NULL: the provider does not */
    bool declared;
    struct pst_ppm_room room;
    bool limited; /* somebody sets limits, or a set */
    bool refused; /* somebody says no */
    struct pst_ppm_finding found;
};

static postern_ppm_code reason(const struct walk *self,
                               const struct pst_ppm_demand *demand,
                               postern_ppm_kind kind,
                               enum pst_ppm_answer answer)
{
    switch (demand->say) {
    case PST_PPM_LIMITS:
        return self->value->number < self->room.low ? POSTERN_PPM_UNDER_FLOOR
                                                    : POSTERN_PPM_OVER_LIMIT;
    case PST_PPM_WITHIN:
    case PST_PPM_REQUIRE_WITHIN:
        return answer == PST_PPM_UNKNOWN ? POSTERN_PPM_UNCOMPARABLE
                                         : POSTERN_PPM_OUTSIDE_SET;
    case PST_PPM_CONTAINS:
        return POSTERN_PPM_LACKS_COUNTRY;
    case PST_PPM_SUBSTITUTES:
        return POSTERN_PPM_SUBSTITUTE_WANTED;
    default:
        return demand->closed ? POSTERN_PPM_OUTSIDE_SET
                              : pst_ppm_refused_by(kind);
    }
}

static void decide(struct walk *self, uint32_t place, postern_ppm_code code)
{
    if (!self->found.red) {
        self->found.red = true;
        self->found.place = (int32_t)place;
        self->found.code = code;
    }
}

/* What the provider does, against what a frame says. */
static void judge_practice(struct walk *self, uint32_t place,
                           const struct pst_ppm_demand *demand, bool holds)
{
    enum pst_ppm_answer answer = PST_PPM_IN;

    if (demand->say == PST_PPM_LIMITS) {
        answer = self->value->number < self->room.low ||
                         self->value->number > self->room.high
                     ? PST_PPM_OUT
                     : PST_PPM_IN;
    } else if (holds) {
        answer =
            pst_ppm_demand_takes(demand, self->value, self->view->stack->day);
    }
    if (answer != PST_PPM_IN) {
        decide(
            self, place,
            reason(self, demand, pst_ppm_kind_at(self->view, place), answer));
    }
}

/* That it does not: asked of a frame that holds. */
static void judge_absence(struct walk *self, uint32_t place,
                          const struct pst_ppm_demand *demand)
{
    if (!self->declared) {
        if (demand->statement && pst_ppm_demand_restricts(demand)) {
            decide(self, place, POSTERN_PPM_UNDECLARED);
        }
    } else if (!pst_ppm_demand_is_idle(demand)) {
        decide(self, place, POSTERN_PPM_MANDATED_MISSING);
    }
}

static void step(struct walk *self, uint32_t place)
{
    struct pst_ppm_demand demand =
        pst_ppm_demand_of(self->view, place, self->row);
    bool holds;

    if (!demand.states) {
        return;
    }
    holds = pst_ppm_room_take(&self->room, self->view, place, self->row);
    if (!holds) {
        self->found.overruled |= UINT32_C(1) << place;
    }
    self->limited = self->limited || demand.say == PST_PPM_LIMITS ||
                    demand.say == PST_PPM_WITHIN ||
                    demand.say == PST_PPM_REQUIRE_WITHIN || demand.local;
    self->refused = self->refused || demand.say == PST_PPM_FORBIDS;
    if (self->value) {
        judge_practice(self, place, &demand, holds);
    } else if (holds) {
        judge_absence(self, place, &demand);
    }
}

/* Whether two frames cannot hold together. */
static bool exclude(const struct walk *self, uint32_t front, uint32_t back)
{
    struct pst_ppm_room room = pst_ppm_whole_room();

    return pst_ppm_room_take(&room, self->view, front, self->row) &&
           !pst_ppm_room_take(&room, self->view, back, self->row);
}

static int32_t overruler(const struct walk *self, uint32_t overruled)
{
    int32_t first = POSTERN_PPM_NO_FRAME;

    for (uint32_t place = 0; place < overruled; place++) {
        if (!(self->room.applied >> place & 1)) {
            continue;
        }
        if (exclude(self, place, overruled)) {
            return (int32_t)place;
        }
        first = first == POSTERN_PPM_NO_FRAME ? (int32_t)place : first;
    }
    return first;
}

static postern_ppm_code agreement(const struct walk *self)
{
    if (!self->room.applied && !self->found.overruled) {
        return POSTERN_PPM_NO_PREF;
    }
    if (!self->value) {
        return self->refused ? POSTERN_PPM_BOTH_NO : POSTERN_PPM_NOT_USED;
    }
    if (!self->limited) {
        return POSTERN_PPM_MATCH;
    }
    return self->value->form == PST_PPM_NUMBER ||
                   self->value->form == PST_PPM_RANGE
               ? POSTERN_PPM_WITHIN_LIMIT
               : POSTERN_PPM_WITHIN_SET;
}

static void agree(struct walk *self)
{
    struct pst_ppm_finding *found = &self->found;

    found->code = agreement(self);
    if (!pst_ppm_is_wish(self->view, found->overruled)) {
        return;
    }
    found->code = POSTERN_PPM_OVERRULES_PREFERENCE;
    for (uint32_t place = 0; place < self->view->stack->preferences; place++) {
        uint32_t bit = UINT32_C(1) << place;

        if (pst_ppm_is_wish(self->view, found->overruled & bit)) {
            found->place = overruler(self, place);
        }
    }
}

struct pst_ppm_finding pst_ppm_sound_row(const struct pst_ppm_view *view,
                                         uint32_t row)
{
    struct walk self = {
        .view = view,
        .row = row,
        .value = pst_ppm_practice(view, row),
        .declared = pst_ppm_is_declared(view, pst_ppm_rows[row].tag),
        .room = pst_ppm_whole_room(),
        .found = {.place = POSTERN_PPM_NO_FRAME},
    };

    for (uint32_t place = 0; place < view->stack->preferences; place++) {
        step(&self, place);
    }
    if (!self.found.red) {
        agree(&self);
    }
    return self.found;
}
