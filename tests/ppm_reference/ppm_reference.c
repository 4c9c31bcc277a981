#include "ppm_reference/ppm_reference.h"

#include <string.h>

enum { NATIONS_WORLD = 63, VALUES = 256 };

/* ---- what a frame says -------------------------------------------------- */

static const struct ref_ppm_cell *cell_of(const struct ref_ppm_frame *frame,
                                          int row)
{
    return &frame->cells[row];
}

static bool is_law(const struct ref_ppm_frame *frame)
{
    return frame->kind < REF_PPM_PARENTS;
}

/* A channel, or a claim, that a user says Yes to, is asked for; an intrusion is
 * allowed. */
static bool asks(const struct ref_ppm_frame *frame, int row)
{
    const struct ref_ppm_cell *cell = cell_of(frame, row);
    enum ref_ppm_sort sort = ref_ppm_row(row).sort;

    if (cell->verb == REF_PPM_YES) {
        return sort == REF_PPM_CLAIM || sort == REF_PPM_LEVEL ||
               sort == REF_PPM_AGE;
    }
    return cell->verb == REF_PPM_REQUIRE || cell->verb == REF_PPM_FLOOR ||
           cell->verb == REF_PPM_REQUIRE_VALUE ||
           (cell->verb == REF_PPM_VALUE && sort == REF_PPM_AGE);
}

static bool likes(const struct ref_ppm_frame *frame, int row)
{
    enum ref_ppm_sort sort = ref_ppm_row(row).sort;

    return (sort == REF_PPM_CHANNEL || sort == REF_PPM_ADDRESS) &&
           cell_of(frame, row)->verb == REF_PPM_YES;
}

static bool says_no(const struct ref_ppm_frame *frame, int row)
{
    enum ref_ppm_verb verb = cell_of(frame, row)->verb;
    enum ref_ppm_sort sort = ref_ppm_row(row).sort;

    return verb == REF_PPM_FORBID ||
           (verb == REF_PPM_NO && sort != REF_PPM_CLAIM &&
            sort != REF_PPM_LEVEL);
}

/* Whether a frame wants the tag of a row to be claimed to hold nothing. */
static bool wants_claim(const struct ref_ppm_frame *frame, int row)
{
    int first;
    int end;

    ref_ppm_tag(row, &first, &end);
    return ref_ppm_row(first).sort == REF_PPM_CLAIM && asks(frame, first);
}

static bool does(const struct ref_ppm_stack *stack, int row)
{
    enum ref_ppm_verb verb = cell_of(stack->provider, row)->verb;

    return verb == REF_PPM_YES || verb == REF_PPM_VALUE;
}

static bool is_declared(const struct ref_ppm_stack *stack, int row)
{
    int first;
    int end;

    ref_ppm_tag(row, &first, &end);
    for (int r = first; r < end; r++) {
        if (cell_of(stack->provider, r)->verb != REF_PPM_NOTHING) {
            return true;
        }
    }
    return false;
}

/* ---- scales ------------------------------------------------------------- */

static bool is_step(int row)
{
    enum ref_ppm_sort sort = ref_ppm_row(row).sort;

    return sort == REF_PPM_STEP || sort == REF_PPM_NUMBERED;
}

/* How intrusive a value is: minutes it is kept, or minus the half seconds
 * between two readings, or the place in the tag. */
static double rank(int row, int number)
{
    static const struct {
        const char *end;
        double minutes;
    } kept[] = {{"/zero", 0},          {"/minutes", 1},
                {"/hour", 60},         {"/day", 1440},
                {"/week", 7 * 1440},   {"/month", 31 * 1440},
                {"/year", 372 * 1440}, {"/forever", 1e12}},
      between[] = {{"/monthly", 31 * 1440}, {"/weekly", 7 * 1440},
                   {"/daily", 1440},        {"/hourly", 60},
                   {"/minutes", 1},         {"/rt_triggered", 0.5 / 60},
                   {"/rt_full", 0},         {"/seconds", 1.0 / 60},
                   {"/streamed", 0}};
    const char *key = ref_ppm_row(row).key;
    const char *end = strchr(key, '/');
    int times = number ? number : 1;

    for (size_t i = 0; key[0] == '6' && i < sizeof kept / sizeof *kept; i++) {
        if (strcmp(end, kept[i].end) == 0) {
            return kept[i].minutes * times;
        }
    }
    for (size_t i = 0; key[0] == '3' && i < sizeof between / sizeof *between;
         i++) {
        if (strcmp(end, between[i].end) == 0) {
            return -between[i].minutes * times;
        }
    }
    return row;
}

static bool same(double a, double b)
{
    double apart = a - b;

    return apart > -1e-6 && apart < 1e-6;
}

static bool above(double a, double b)
{
    return a > b && !same(a, b);
}

struct value {
    int row; /* -1: nothing is done */
    int number;
};

/* All that a provider may state on the scale of a tag, nothing first. */
static int list_values(int row, struct value values[VALUES])
{
    int count = 1;
    int first;
    int end;

    ref_ppm_tag(row, &first, &end);
    values[0] = (struct value){-1, 0};
    for (int r = first; r < end; r++) {
        int most =
            ref_ppm_row(r).sort == REF_PPM_NUMBERED ? ref_ppm_row(r).most : 1;

        for (int n = 1; is_step(r) && n <= most; n++) {
            values[count++] = (struct value){r, n};
        }
    }
    return count;
}

/* The least and the most intrusive value of a row. */
static double extreme(int row, bool most)
{
    double one = rank(row, 1);
    double last = ref_ppm_row(row).sort == REF_PPM_NUMBERED
                      ? rank(row, ref_ppm_row(row).most)
                      : one;

    return (one > last) == most ? one : last;
}

/* What a frame says of a scale, gathered. */
struct opinion {
    bool any;
    bool nothing;  /* wants the claim */
    bool has_high; /* names something it allows */
    double high;   /* the most intrusive of that */
    bool has_no;
    double no;    /* the least intrusive that it refuses */
    bool has_low; /* asks for something */
    double low;
};

static void hear(struct opinion *opinion, const struct ref_ppm_frame *frame,
                 int row)
{
    const struct ref_ppm_cell *cell = cell_of(frame, row);
    double high = extreme(row, true);
    bool allows = true;
    double low = 0;
    bool floor = false;

    switch (cell->verb) {
    case REF_PPM_NO:
    case REF_PPM_FORBID:
        low = extreme(row, false);
        opinion->no = opinion->has_no && opinion->no < low ? opinion->no : low;
        opinion->has_no = true;
        return;
    case REF_PPM_VALUE:
    case REF_PPM_CAP:
        high = rank(row, cell->number);
        break;
    case REF_PPM_FLOOR:
        low = rank(row, cell->number);
        floor = true;
        allows = false;
        break;
    case REF_PPM_REQUIRE:
        low = extreme(row, false);
        floor = true;
        break;
    default:
        break;
    }
    if (allows) {
        opinion->high =
            opinion->has_high && opinion->high > high ? opinion->high : high;
        opinion->has_high = true;
    }
    if (floor) {
        opinion->low =
            opinion->has_low && opinion->low > low ? opinion->low : low;
        opinion->has_low = true;
    }
}

static struct opinion opinion_of(const struct ref_ppm_frame *frame, int row)
{
    struct opinion opinion = {.nothing = wants_claim(frame, row)};
    int first;
    int end;

    ref_ppm_tag(row, &first, &end);
    opinion.any = opinion.nothing;
    for (int r = first; r < end; r++) {
        if (is_step(r) && cell_of(frame, r)->verb != REF_PPM_NOTHING) {
            opinion.any = true;
            hear(&opinion, frame, r);
        }
    }
    return opinion;
}

/* Whether a frame accepts a value. */
static bool accepts(const struct ref_ppm_frame *frame,
                    const struct opinion *opinion, struct value value)
{
    double of;

    if (!opinion->any) {
        return true;
    }
    if (value.row < 0) {
        return opinion->nothing || !opinion->has_low;
    }
    of = rank(value.row, value.number);
    if (opinion->nothing || says_no(frame, value.row)) {
        return false;
    }
    if (opinion->has_low && above(opinion->low, of)) {
        return false;
    }
    if (opinion->has_high) {
        return !above(of, opinion->high);
    }
    /* What is asked for by its rank is not what is refused by another row. */
    return !opinion->has_no || above(opinion->no, of) ||
           (opinion->has_low && same(of, opinion->low));
}

/* As near to an opinion as what is left comes. */
static void approach(bool left[VALUES], const struct value values[VALUES],
                     int count, const struct opinion *opinion)
{
    double least = 1e300;
    double most = -1e300;
    bool too_high;
    bool too_low;

    for (int i = 1; i < count; i++) {
        double of = rank(values[i].row, values[i].number);

        if (left[i]) {
            least = of < least ? of : least;
            most = of > most ? of : most;
        }
    }
    too_high = opinion->nothing ||
               (opinion->has_high ? above(least, opinion->high)
                                  : opinion->has_no && !opinion->has_low);
    if (!too_high && !opinion->has_high && opinion->has_no) {
        too_high = above(least, opinion->low);
    }
    too_low = !too_high && opinion->has_low && above(opinion->low, most);
    if (!opinion->nothing && opinion->has_low) {
        bool others = false;

        for (int i = 1; i < count; i++) {
            others = others || left[i];
        }
        left[0] = left[0] && !others;
    }
    for (int i = 1; i < count; i++) {
        double of = rank(values[i].row, values[i].number);

        left[i] = left[i] && (!too_high || same(of, least)) &&
                  (!too_low || same(of, most));
    }
}

static struct ref_ppm_answer plain(const char *code)
{
    return (struct ref_ppm_answer){false, code, REF_PPM_NOBODY, 0};
}

static bool is_wish(const struct ref_ppm_stack *stack, unsigned overruled)
{
    for (int f = 0; f < stack->count; f++) {
        if (overruled >> f & 1 && !is_law(stack->frames[f])) {
            return true;
        }
    }
    return false;
}

static int find_value(const struct value values[VALUES], int count, int row,
                      int number)
{
    for (int i = 1; i < count; i++) {
        if (values[i].row == row && (ref_ppm_row(row).sort == REF_PPM_STEP ||
                                     values[i].number == number)) {
            return i;
        }
    }
    return 0;
}

/* Whether two frames have no value in common. */
static bool exclude(const struct ref_ppm_frame *a,
                    const struct ref_ppm_frame *b, int row)
{
    struct value values[VALUES];
    int count = list_values(row, values);
    struct opinion of_a = opinion_of(a, row);
    struct opinion of_b = opinion_of(b, row);

    for (int i = 0; i < count; i++) {
        if (accepts(a, &of_a, values[i]) && accepts(b, &of_b, values[i])) {
            return false;
        }
    }
    return true;
}

static const char *why_out(const struct ref_ppm_frame *frame,
                           const struct opinion *opinion, int row, double of,
                           double least_left)
{
    if (opinion->nothing || says_no(frame, row)) {
        return is_law(frame) ? "LAW_FORBIDS" : "REFUSED";
    }
    return above(least_left, of) ? "UNDER_FLOOR" : "OVER_LIMIT";
}

/* A scale, with all its values. */
struct scale {
    const struct ref_ppm_stack *stack;
    int row;
    struct value values[VALUES];
    int count;
    bool left[VALUES];
    unsigned applied;
    struct ref_ppm_answer answer;
};

static bool none_left(const bool left[VALUES], int count)
{
    for (int i = 0; i < count; i++) {
        if (left[i]) {
            return false;
        }
    }
    return true;
}

static void take_turn(struct scale *self, int f, int stated)
{
    const struct ref_ppm_frame *frame = self->stack->frames[f];
    struct opinion opinion = opinion_of(frame, self->row);
    bool before = self->left[stated];
    bool next[VALUES];

    if (!opinion.any) {
        return;
    }
    for (int i = 0; i < self->count; i++) {
        next[i] = self->left[i] && accepts(frame, &opinion, self->values[i]);
    }
    if (none_left(next, self->count)) {
        self->answer.overruled |= 1U << f;
        memcpy(next, self->left, sizeof next);
        approach(next, self->values, self->count, &opinion);
    } else {
        self->applied |= 1U << f;
    }
    memcpy(self->left, next, sizeof next);
    if (stated > 0 && before && !next[stated]) {
        double of = rank(self->row, self->values[stated].number);
        double least = opinion.has_low ? opinion.low : -1e300;

        for (int i = 1; self->answer.overruled >> f & 1 && i < self->count;
             i++) {
            double other = rank(self->values[i].row, self->values[i].number);

            least = next[i] ? other : least;
        }
        self->answer.red = true;
        self->answer.decided = f;
        self->answer.code = why_out(frame, &opinion, self->row, of, least);
    }
}

static bool is_served(const struct scale *self)
{
    for (int i = 1; i < self->count; i++) {
        int row = self->values[i].row;
        const struct ref_ppm_cell *cell = cell_of(self->stack->provider, row);

        if (self->left[i] && does(self->stack, row) &&
            (cell->verb == REF_PPM_YES ||
             cell->number == self->values[i].number)) {
            return true;
        }
    }
    return false;
}

/* Whether an opinion refuses anything that can be done. */
static bool restricts(const struct scale *self,
                      const struct ref_ppm_frame *frame)
{
    struct opinion opinion = opinion_of(frame, self->row);

    for (int i = 0; i < self->count; i++) {
        if (!accepts(frame, &opinion, self->values[i])) {
            return true;
        }
    }
    return false;
}

static void judge_absence(struct scale *self)
{
    bool declared = is_declared(self->stack, self->row);

    if (!declared || !(self->left[0] || is_served(self))) {
        for (int f = 0; f < self->stack->count; f++) {
            const struct ref_ppm_frame *frame = self->stack->frames[f];
            bool here = cell_of(frame, self->row)->verb != REF_PPM_NOTHING;

            if (self->applied >> f & 1 && here &&
                (declared ? asks(frame, self->row) : restricts(self, frame))) {
                self->answer.red = true;
                self->answer.decided = f;
                self->answer.code =
                    declared ? "MANDATED_MISSING" : "UNDECLARED";
                return;
            }
        }
    }
    self->answer =
        plain(self->applied || self->answer.overruled ? "NOT_USED" : "NO_PREF");
}

/* Who stands in front of the last wish that was overruled, and excludes it. */
static int overruler(const struct ref_ppm_stack *stack, int row,
                     unsigned applied, unsigned overruled,
                     bool (*excludes)(const struct ref_ppm_frame *,
                                      const struct ref_ppm_frame *, int))
{
    int wish = REF_PPM_NOBODY;
    int first = REF_PPM_NOBODY;

    for (int f = 0; f < stack->count; f++) {
        if (is_wish(stack, overruled & 1U << f)) {
            wish = f;
        }
    }
    for (int f = 0; f < wish; f++) {
        if (!(applied >> f & 1)) {
            continue;
        }
        if (excludes(stack->frames[f], stack->frames[wish], row)) {
            return f;
        }
        first = first == REF_PPM_NOBODY ? f : first;
    }
    return first;
}

static struct ref_ppm_answer sound_scale(const struct ref_ppm_stack *stack,
                                         int row)
{
    struct scale self = {.stack = stack, .row = row};
    const struct ref_ppm_cell *cell = cell_of(stack->provider, row);
    int stated = 0;

    self.answer = plain("NO_PREF");
    self.count = list_values(row, self.values);
    if (does(stack, row)) {
        stated = find_value(self.values, self.count, row,
                            cell->verb == REF_PPM_VALUE ? cell->number : 1);
    }
    for (int i = 0; i < self.count; i++) {
        self.left[i] = true;
    }
    for (int f = 0; f < stack->count; f++) {
        take_turn(&self, f, stated);
    }
    if (!stated) {
        judge_absence(&self);
    } else if (!self.answer.red && is_wish(stack, self.answer.overruled)) {
        self.answer.code = "OVERRULES_PREFERENCE";
        self.answer.decided =
            overruler(stack, row, self.applied, self.answer.overruled, exclude);
    } else if (!self.answer.red && self.applied) {
        self.answer.code = "WITHIN_LIMIT";
    }
    return self.answer;
}

/* ---- rows that stand for themselves ------------------------------------- */

/* Germany, France, the rest of the Union, and others. */
static unsigned expand(unsigned nations)
{
    unsigned out = nations & ~(unsigned)REF_PPM_EU;

    return nations & REF_PPM_EU ? out | REF_PPM_DE | REF_PPM_FR | 32 : out;
}

/* What is left of a row: nothing done, or something with these. */
struct room {
    bool absent;
    bool present;
    unsigned nations;
    unsigned parts[3];
    int low;
    int high;
};

static const struct room everything = {
    true, true, NATIONS_WORLD, {~0U, ~0U, ~0U}, 0, 150};

/* What a frame says of a row, with what follows from its other rows. */
struct demand {
    bool any;
    bool written;
    bool closed; /* only local places are allowed */
    bool local;  /* nations are allowed, which is more */
    struct ref_ppm_cell cell;
};

static struct demand demand_of(const struct ref_ppm_frame *frame, int row)
{
    struct demand out = {.cell = *cell_of(frame, row)};
    enum ref_ppm_sort sort = ref_ppm_row(row).sort;

    out.written = out.cell.verb != REF_PPM_NOTHING;
    out.any = out.written;
    if (out.written) {
        return out;
    }
    if (sort == REF_PPM_NATIONS &&
        cell_of(frame, row - 1)->verb != REF_PPM_NOTHING &&
        !says_no(frame, row - 1)) {
        out.any = out.closed = true;
        out.cell.verb = REF_PPM_FORBID;
    } else if (sort == REF_PPM_LOCAL &&
               cell_of(frame, row + 1)->verb != REF_PPM_NOTHING &&
               !says_no(frame, row + 1)) {
        out.any = out.local = true;
        out.cell.verb = REF_PPM_ALLOW;
    } else if (wants_claim(frame, row)) {
        out.any = true;
        out.cell.verb = REF_PPM_FORBID;
    }
    return out;
}

static bool is_set(enum ref_ppm_sort sort)
{
    return sort == REF_PPM_NATIONS || sort == REF_PPM_SCOPES;
}

static bool is_limit(const struct demand *demand, int row)
{
    enum ref_ppm_verb verb = demand->cell.verb;

    return ref_ppm_row(row).sort == REF_PPM_AGE &&
           (verb == REF_PPM_CAP || verb == REF_PPM_FLOOR ||
            verb == REF_PPM_VALUE);
}

static bool demand_asks(const struct demand *demand, int row)
{
    enum ref_ppm_verb verb = demand->cell.verb;

    return verb == REF_PPM_REQUIRE || verb == REF_PPM_REQUIRE_VALUE ||
           verb == REF_PPM_FLOOR ||
           (ref_ppm_row(row).sort == REF_PPM_AGE &&
            (verb == REF_PPM_VALUE || verb == REF_PPM_YES));
}

static bool demand_refuses(const struct demand *demand, int row)
{
    return demand->cell.verb == REF_PPM_FORBID ||
           (demand->cell.verb == REF_PPM_NO &&
            ref_ppm_row(row).sort != REF_PPM_CLAIM);
}

static struct room leave(const struct room *room, const struct demand *demand,
                         int row)
{
    const struct ref_ppm_cell *cell = &demand->cell;
    bool set =
        is_set(ref_ppm_row(row).sort) &&
        (cell->verb == REF_PPM_VALUE || cell->verb == REF_PPM_REQUIRE_VALUE);
    struct room left = *room;

    left.absent = room->absent && !demand_asks(demand, row);
    left.present = room->present && !demand_refuses(demand, row);
    if (set && ref_ppm_row(row).sort == REF_PPM_NATIONS) {
        left.nations &= expand(cell->nations);
        left.present = left.present && left.nations;
    }
    for (int i = 0; set && i < 3; i++) {
        left.parts[i] &= cell->parts[i] ? cell->parts[i] : ~0U;
        left.present = left.present && left.parts[i];
    }
    if (is_limit(demand, row)) {
        bool cap = cell->verb == REF_PPM_CAP;

        left.high = cap && cell->number < left.high ? cell->number : left.high;
        left.low = !cap && cell->number > left.low ? cell->number : left.low;
        left.present = left.present && left.low <= left.high;
    }
    return left;
}

static bool is_nothing(const struct room *room)
{
    return !room->absent && !room->present;
}

static bool exclude_here(const struct ref_ppm_frame *a,
                         const struct ref_ppm_frame *b, int row)
{
    struct demand first = demand_of(a, row);
    struct demand second = demand_of(b, row);
    struct room room = leave(&everything, &first, row);
    struct room both = leave(&room, &second, row);

    return !is_nothing(&room) && is_nothing(&both);
}

static const char *why_not(const struct ref_ppm_frame *frame,
                           const struct demand *demand,
                           const struct ref_ppm_cell *stated, int row)
{
    const struct ref_ppm_cell *cell = &demand->cell;
    bool unknown = false;

    if (demand_refuses(demand, row)) {
        return demand->closed  ? "OUTSIDE_SET"
               : is_law(frame) ? "LAW_FORBIDS"
                               : "REFUSED";
    }
    if (!is_set(ref_ppm_row(row).sort) ||
        (cell->verb != REF_PPM_VALUE && cell->verb != REF_PPM_REQUIRE_VALUE)) {
        return NULL;
    }
    if (ref_ppm_row(row).sort == REF_PPM_NATIONS) {
        return expand(stated->nations) & ~expand(cell->nations) ? "OUTSIDE_SET"
                                                                : NULL;
    }
    for (int i = 0; i < 3; i++) {
        if (!cell->parts[i]) {
            continue;
        }
        if (stated->is_text[i] || !stated->parts[i]) {
            unknown = true;
        } else if (stated->parts[i] & ~cell->parts[i]) {
            return "OUTSIDE_SET";
        }
    }
    return unknown ? "UNCOMPARABLE" : NULL;
}

/* One row, frame by frame. */
struct single {
    const struct ref_ppm_stack *stack;
    int row;
    struct room room;
    unsigned applied;
    bool limited;
    bool refused;
    struct ref_ppm_answer answer;
};

static void decide(struct single *self, int f, const char *code)
{
    if (code && !self->answer.red) {
        self->answer.red = true;
        self->answer.decided = f;
        self->answer.code = code;
    }
}

static void judge_number(struct single *self, int f, int number)
{
    if (number < self->room.low) {
        decide(self, f, "UNDER_FLOOR");
    } else if (number > self->room.high) {
        decide(self, f, "OVER_LIMIT");
    }
}

static void approach_number(struct room *room, const struct ref_ppm_cell *cell)
{
    bool cap = cell->verb == REF_PPM_CAP;

    if (!room->present) {
        return;
    }
    room->absent = room->absent && cap;
    if (cap && cell->number < room->low) {
        room->high = room->low;
    } else if (!cap && cell->number > room->high) {
        room->low = room->high;
    }
}

static void hear_row(struct single *self, int f)
{
    const struct ref_ppm_frame *frame = self->stack->frames[f];
    const struct ref_ppm_cell *stated =
        cell_of(self->stack->provider, self->row);
    struct demand demand = demand_of(frame, self->row);
    struct room left = leave(&self->room, &demand, self->row);
    bool holds = !is_nothing(&left);

    if (!demand.any) {
        return;
    }
    if (holds) {
        self->room = left;
        self->applied |= 1U << f;
    } else {
        self->answer.overruled |= 1U << f;
        if (is_limit(&demand, self->row)) {
            approach_number(&self->room, &demand.cell);
        }
    }
    self->limited = self->limited || is_limit(&demand, self->row) ||
                    demand.local || demand.cell.verb == REF_PPM_VALUE ||
                    demand.cell.verb == REF_PPM_REQUIRE_VALUE;
    self->refused = self->refused || demand_refuses(&demand, self->row);
    if (does(self->stack, self->row)) {
        if (is_limit(&demand, self->row)) {
            judge_number(self, f, stated->number);
        } else if (holds) {
            decide(self, f, why_not(frame, &demand, stated, self->row));
        }
    } else if (holds && !is_declared(self->stack, self->row)) {
        bool allows =
            demand.cell.verb == REF_PPM_ALLOW ||
            (demand.cell.verb == REF_PPM_YES && !likes(frame, self->row) &&
             !demand_asks(&demand, self->row));

        decide(self, f, demand.written && !allows ? "UNDECLARED" : NULL);
    } else if (holds && demand_asks(&demand, self->row)) {
        decide(self, f, "MANDATED_MISSING");
    }
}

static const char *agreement(const struct single *self)
{
    if (!self->applied && !self->answer.overruled) {
        return "NO_PREF";
    }
    if (!does(self->stack, self->row)) {
        return self->refused ? "BOTH_NO" : "NOT_USED";
    }
    if (!self->limited) {
        return "MATCH";
    }
    return ref_ppm_row(self->row).sort == REF_PPM_AGE ? "WITHIN_LIMIT"
                                                      : "WITHIN_SET";
}

static struct ref_ppm_answer sound_single(const struct ref_ppm_stack *stack,
                                          int row)
{
    struct single self = {.stack = stack, .row = row, .room = everything};

    self.answer = plain("NO_PREF");
    for (int f = 0; f < stack->count; f++) {
        hear_row(&self, f);
    }
    if (self.answer.red) {
        return self.answer;
    }
    self.answer.code = agreement(&self);
    if (is_wish(stack, self.answer.overruled)) {
        self.answer.code = "OVERRULES_PREFERENCE";
        self.answer.decided = overruler(stack, row, self.applied,
                                        self.answer.overruled, exclude_here);
    }
    return self.answer;
}

/* ---- the others ---------------------------------------------------------- */

/* Whether what stands in front of the user leaves a channel open. */
static bool is_open(const struct ref_ppm_stack *stack, int row)
{
    struct room room = everything;

    for (int f = 0; f + 1 < stack->count; f++) {
        struct demand demand = demand_of(stack->frames[f], row);
        struct room left = leave(&room, &demand, row);

        room = demand.any && !is_nothing(&left) ? left : room;
    }
    return room.present;
}

static struct ref_ppm_answer sound_channel(const struct ref_ppm_stack *stack,
                                           int row)
{
    struct ref_ppm_answer answer = sound_single(stack, row);
    const struct ref_ppm_frame *user = stack->frames[stack->count - 1];
    bool open = false;
    bool served = false;
    int first;
    int end;

    if (answer.red || !likes(user, row) || does(stack, row)) {
        return answer;
    }
    ref_ppm_tag(row, &first, &end);
    for (int r = first; r < end; r++) {
        if (likes(user, r) && is_open(stack, r)) {
            open = true;
            served = served || does(stack, r);
        }
    }
    if (served) {
        answer.code = "SERVED_BY_OTHER_CHANNEL";
        return answer;
    }
    if (open) {
        answer.red = true;
        answer.code = "MANDATED_MISSING";
        answer.decided = stack->count - 1;
        return answer;
    }
    answer.code = "OVERRULES_PREFERENCE";
    answer.overruled |= 1U << (stack->count - 1);
    answer.decided = REF_PPM_NOBODY;
    for (int f = stack->count - 2; f >= 0; f--) {
        struct demand demand = demand_of(stack->frames[f], row);

        if (demand.any && demand_refuses(&demand, row)) {
            answer.decided = f;
        }
    }
    return answer;
}

static int highest_level(const struct ref_ppm_frame *frame, int row)
{
    int highest = 0;
    int first;
    int end;

    ref_ppm_tag(row, &first, &end);
    for (int r = first; r < end; r++) {
        bool yes = frame->kind == REF_PPM_PROVIDER
                       ? cell_of(frame, r)->verb == REF_PPM_YES
                       : asks(frame, r);

        highest = yes ? ref_ppm_row(r).most : highest;
    }
    return highest;
}

static struct ref_ppm_answer sound_level(const struct ref_ppm_stack *stack,
                                         int row)
{
    int level = ref_ppm_row(row).most;
    bool claimed = highest_level(stack->provider, row) >= level;
    bool needed = false;
    bool lower = false;

    for (int f = 0; f < stack->count; f++) {
        int need = highest_level(stack->frames[f], row);

        if (need >= level && !claimed) {
            return (struct ref_ppm_answer){
                true, is_declared(stack, row) ? "BELOW_LEVEL" : "UNDECLARED", f,
                0};
        }
        needed = needed || need >= level;
        lower = lower || need > 0;
    }
    return plain(needed             ? "MATCH"
                 : lower && claimed ? "ABOVE_NEED"
                                    : "NO_PREF");
}

static struct ref_ppm_answer sound_claim(const struct ref_ppm_stack *stack,
                                         int row)
{
    bool said = false;
    int first;
    int end;

    if (does(stack, row)) {
        return plain("CLAIMS_NONE");
    }
    ref_ppm_tag(row, &first, &end);
    for (int f = 0; f < stack->count; f++) {
        const struct ref_ppm_frame *frame = stack->frames[f];

        said = said || cell_of(frame, row)->verb != REF_PPM_NOTHING;
        if (!asks(frame, row)) {
            continue;
        }
        if (!is_declared(stack, row)) {
            return (struct ref_ppm_answer){true, "UNDECLARED", f, 0};
        }
        for (int r = first + 1; r < end; r++) {
            struct ref_ppm_answer other =
                is_step(r) ? sound_scale(stack, r) : sound_single(stack, r);

            if (does(stack, r) && other.red && other.decided == f) {
                return (struct ref_ppm_answer){
                    true, is_law(frame) ? "LAW_FORBIDS" : "REFUSED", f, 0};
            }
        }
    }
    return plain(said ? "NOT_USED" : "NO_PREF");
}

/* The bar of the provider, once nobody objects to it. */
static struct ref_ppm_answer sound_age(const struct ref_ppm_stack *stack,
                                       int row)
{
    struct ref_ppm_answer answer = sound_single(stack, row);

    if (answer.red || !does(stack, row)) {
        return answer;
    }
    if (stack->age < 0 || stack->age < cell_of(stack->provider, row)->number) {
        answer.red = true;
        answer.code = stack->age < 0 ? "AGE_UNKNOWN" : "AGE_UNDER";
        answer.decided = stack->count;
    } else if (strcmp(answer.code, "NO_PREF") == 0) {
        answer.code = "MATCH";
    }
    return answer;
}

struct ref_ppm_answer ref_ppm_sound(const struct ref_ppm_stack *stack, int row)
{
    switch (ref_ppm_row(row).sort) {
    case REF_PPM_CLAIM:
        return sound_claim(stack, row);
    case REF_PPM_STEP:
    case REF_PPM_NUMBERED:
        return sound_scale(stack, row);
    case REF_PPM_CHANNEL:
    case REF_PPM_ADDRESS:
        return sound_channel(stack, row);
    case REF_PPM_LEVEL:
        return sound_level(stack, row);
    case REF_PPM_AGE:
        return sound_age(stack, row);
    default:
        return sound_single(stack, row);
    }
}
