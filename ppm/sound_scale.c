/* Rows that are steps of a scale: the tag is judged as one. [ANJ-07] */
#include "ppm/sound.h"

#include "ppm/bounds.h"
#include "ppm/scale.h"

/* The walk through the frames, for one row. */
struct walk {
    const struct pst_ppm_view *view;
    const postern_ppm_tag *tag;
    uint32_t row;
    bool practised;
    int64_t rank; /* if practised */
    struct pst_ppm_bounds room;
    uint32_t applied; /* 1 << place: states something, and holds */
    struct pst_ppm_finding found;
};

static struct pst_ppm_bounds bounds_at(const struct walk *self, uint32_t place)
{
    return pst_ppm_bounds_of(pst_ppm_rows_of(self->view, place), self->tag);
}

static bool is_in(const struct walk *self, const struct pst_ppm_bounds *room)
{
    return pst_ppm_bounds_hold(room, self->tag, self->row, self->rank);
}

/* Why a frame has put the provider's value out of the room. */
static postern_ppm_code reason(const struct walk *self, uint32_t place,
                               const struct pst_ppm_bounds *wish,
                               const struct pst_ppm_bounds *left)
{
    if (wish->nothing ||
        wish->refused >> (self->row - self->tag->first_row) & 1) {
        return pst_ppm_refused_by(pst_ppm_kind_at(self->view, place));
    }
    return self->rank < left->low ? POSTERN_PPM_UNDER_FLOOR
                                  : POSTERN_PPM_OVER_LIMIT;
}

static void step(struct walk *self, uint32_t place)
{
    struct pst_ppm_bounds wish = bounds_at(self, place);
    struct pst_ppm_bounds left = pst_ppm_bounds_common(&self->room, &wish);

    if (!wish.states) {
        return;
    }
    if (pst_ppm_bounds_hold_any(&left, self->tag)) {
        self->applied |= UINT32_C(1) << place;
    } else {
        self->found.overruled |= UINT32_C(1) << place;
        left = pst_ppm_bounds_nearest(&self->room, &wish, self->tag);
    }
    if (self->practised && is_in(self, &self->room) && !is_in(self, &left)) {
        self->found.red = true;
        self->found.place = (int32_t)place;
        self->found.code = reason(self, place, &wish, &left);
    }
    self->room = left;
}

/* The frame in front that cannot hold together with one that is overruled. */
static int32_t overruler(const struct walk *self, uint32_t overruled)
{
    struct pst_ppm_bounds wish = bounds_at(self, overruled);
    int32_t first = POSTERN_PPM_NO_FRAME;

    for (uint32_t place = 0; place < overruled; place++) {
        struct pst_ppm_bounds front = bounds_at(self, place);
        struct pst_ppm_bounds both = pst_ppm_bounds_common(&front, &wish);

        if (!(self->applied >> place & 1)) {
            continue;
        }
        if (!pst_ppm_bounds_hold_any(&both, self->tag)) {
            return (int32_t)place;
        }
        first = first == POSTERN_PPM_NO_FRAME ? (int32_t)place : first;
    }
    return first;
}

static void judge_practice(struct walk *self)
{
    struct pst_ppm_finding *found = &self->found;

    if (found->red) {
        return;
    }
    found->code =
        self->applied ? POSTERN_PPM_WITHIN_LIMIT : POSTERN_PPM_NO_PREF;
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

/* Whether the provider does something in this tag that is in the room. */
static bool is_served(const struct walk *self)
{
    for (uint32_t i = 0; i < self->tag->row_count; i++) {
        uint32_t row = self->tag->first_row + i;
        const struct pst_ppm_value *value = pst_ppm_practice(self->view, row);

        if (value && pst_ppm_is_ranked(row) &&
            pst_ppm_bounds_hold(&self->room, self->tag, row,
                                pst_ppm_rank(row, value->number))) {
            return true;
        }
    }
    return false;
}

/* Whether the frame at a place asks for something with this very row. */
static bool asks_here(const struct walk *self, uint32_t place)
{
    const struct pst_ppm_statement *said =
        pst_ppm_said(self->view, place, self->row);

    return said && (said->say == PST_PPM_REQUIRES ||
                    (said->say == PST_PPM_LIMITS && said->has_floor));
}

/* Whether it says anything with this row that refuses something. */
static bool restricts_here(const struct walk *self, uint32_t place)
{
    struct pst_ppm_bounds wish = bounds_at(self, place);

    return pst_ppm_said(self->view, place, self->row) &&
           pst_ppm_bounds_restrict(&wish, self->tag);
}

/* The provider does not do this. */
static void judge_absence(struct walk *self)
{
    bool declared =
        pst_ppm_is_declared(self->view, (uint32_t)(self->tag - pst_ppm_tags));
    bool served = declared && (self->room.absent || is_served(self));
    struct pst_ppm_finding *found = &self->found;

    for (uint32_t place = 0; !served && place < self->view->stack->preferences;
         place++) {
        if (!(self->applied >> place & 1) ||
            !(declared ? asks_here(self, place)
                       : restricts_here(self, place))) {
            continue;
        }
        found->red = true;
        found->place = (int32_t)place;
        found->code =
            declared ? POSTERN_PPM_MANDATED_MISSING : POSTERN_PPM_UNDECLARED;
        return;
    }
    found->code = self->applied || found->overruled ? POSTERN_PPM_NOT_USED
                                                    : POSTERN_PPM_NO_PREF;
    found->overruled = 0; /* shown where something is done or missed */
}

struct pst_ppm_finding pst_ppm_sound_scale(const struct pst_ppm_view *view,
                                           uint32_t row)
{
    const struct pst_ppm_value *value = pst_ppm_practice(view, row);
    struct walk self = {
        .view = view,
        .tag = &pst_ppm_tags[pst_ppm_rows[row].tag],
        .row = row,
        .practised = value != NULL,
        .rank = value ? pst_ppm_rank(row, value->number) : 0,
        .room = pst_ppm_no_bounds(),
        .found = {.place = POSTERN_PPM_NO_FRAME},
    };

    for (uint32_t place = 0; place < view->stack->preferences; place++) {
        step(&self, place);
    }
    if (self.practised) {
        judge_practice(&self);
    } else {
        judge_absence(&self);
    }
    return self.found;
}
