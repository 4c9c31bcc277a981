#include "ppm/demand.h"

#include "base/str.h"

/* Whether a frame wants the claim of a tag. [ANJ-04] */
static bool wants_claim(const struct pst_ppm_view *view, uint32_t place,
                        uint32_t tag)
{
    uint32_t claim = pst_ppm_tags[tag].first_row;
    const struct pst_ppm_statement *said = pst_ppm_said(view, place, claim);

    return said && said->say == PST_PPM_REQUIRES &&
           pst_ppm_rows[claim].polarity == POSTERN_PPM_POLARITY_ABSENCE;
}

/* "local" is the row in front of "nation". */
static bool allows_local(const struct pst_ppm_view *view, uint32_t place,
                         uint32_t row)
{
    const struct pst_ppm_statement *local = pst_ppm_said(view, place, row - 1);

    return pst_ppm_rows[row].type == POSTERN_PPM_TYPE_NATION_BLOCK_SET &&
           local && local->say != PST_PPM_FORBIDS;
}

/* "nation" is the row behind "local". */
static bool allows_nations(const struct pst_ppm_view *view, uint32_t place,
                           uint32_t row)
{
    const struct pst_ppm_statement *nation =
        row + 1 < POSTERN_PPM_ROWS ? pst_ppm_said(view, place, row + 1) : NULL;

    return nation && nation->say != PST_PPM_FORBIDS &&
           pst_ppm_rows[row + 1].type == POSTERN_PPM_TYPE_NATION_BLOCK_SET &&
           pst_ppm_rows[row].polarity == POSTERN_PPM_POLARITY_LIMIT;
}

struct pst_ppm_demand pst_ppm_demand_of(const struct pst_ppm_view *view,
                                        uint32_t place, uint32_t row)
{
    const struct pst_ppm_statement *said = pst_ppm_said(view, place, row);
    struct pst_ppm_demand out = {.statement = said};

    if (said) {
        out.states = said->say != PST_PPM_STATES;
        out.say = said->say;
    } else if (row > 0 && allows_local(view, place, row)) {
        out.states = true;
        out.closed = true;
        out.say = PST_PPM_FORBIDS;
    } else if (allows_nations(view, place, row)) {
        out.states = true;
        out.local = true;
        out.say = PST_PPM_ALLOWS;
    } else if (wants_claim(view, place, pst_ppm_rows[row].tag)) {
        out.states = true;
        out.say = PST_PPM_FORBIDS;
    }
    return out;
}

struct pst_ppm_room pst_ppm_whole_room(void)
{
    return (struct pst_ppm_room){.absent = true,
                                 .present = true,
                                 .nations = pst_ppm_nations_all(),
                                 .low = INT64_MIN,
                                 .high = INT64_MAX};
}

bool pst_ppm_demand_is_idle(const struct pst_ppm_demand *demand)
{
    switch (demand->say) {
    case PST_PPM_REQUIRES:
    case PST_PPM_REQUIRE_WITHIN:
    case PST_PPM_CONTAINS:
        return false;
    case PST_PPM_LIMITS:
        return !demand->statement->has_floor;
    default:
        return true;
    }
}

bool pst_ppm_demand_restricts(const struct pst_ppm_demand *demand)
{
    return demand->states && demand->say != PST_PPM_ALLOWS;
}

/* The list that a part of what is shared, or a feed, has to be within; NULL
 * when the demand has none. */
static const struct pst_ppm_list *
list_of(const struct pst_ppm_statement *statement, int part)
{
    if (!statement) {
        return NULL;
    }
    if (statement->say == PST_PPM_SUBSTITUTES) {
        return part == 0 ? &statement->value.list : NULL;
    }
    if ((statement->say == PST_PPM_WITHIN ||
         statement->say == PST_PPM_REQUIRE_WITHIN) &&
        statement->value.form == PST_PPM_SHARING &&
        statement->value.scope->part[part].given) {
        return &statement->value.scope->part[part].list;
    }
    return NULL;
}

/* Whether a word is in that list of every frame in `places`. */
static bool in_all(const struct pst_ppm_view *view, uint32_t places,
                   uint32_t row, int part, postern_str word)
{
    for (uint32_t place = 0; places >> place; place++) {
        const struct pst_ppm_list *list =
            places >> place & 1 ? list_of(pst_ppm_said(view, place, row), part)
                                : NULL;

        if (list && !pst_ppm_list_has(list, word)) {
            return false;
        }
    }
    return true;
}

/* Whether the frames in `places` leave a word for one part; the list of the
 * last of them, at `place`, is where it would be. */
static bool leave_a_word(const struct pst_ppm_view *view, uint32_t places,
                         uint32_t place, uint32_t row, int part)
{
    const struct pst_ppm_list *list =
        list_of(pst_ppm_said(view, place, row), part);

    for (uint32_t i = 0; list && i < list->count; i++) {
        if (in_all(view, places, row, part, list->words[i])) {
            return true;
        }
    }
    return list == NULL;
}

static bool leave_words(const struct pst_ppm_view *view, uint32_t places,
                        uint32_t place, uint32_t row)
{
    for (int part = 0; part < PST_PPM_PARTS; part++) {
        if (!leave_a_word(view, places, place, row, part)) {
            return false;
        }
    }
    return true;
}

static void take_nations(struct pst_ppm_room *room,
                         const struct pst_ppm_demand *demand, int64_t day)
{
    const struct pst_ppm_statement *statement = demand->statement;

    if (statement && statement->value.form == PST_PPM_NATIONS &&
        (demand->say == PST_PPM_WITHIN ||
         demand->say == PST_PPM_REQUIRE_WITHIN)) {
        struct pst_ppm_nations set =
            pst_ppm_nations_of(&statement->value.list, day);

        room->nations = pst_ppm_nations_common(&room->nations, &set);
        room->present = room->present && !pst_ppm_nations_empty(&room->nations);
    }
}

static void take_numbers(struct pst_ppm_room *room,
                         const struct pst_ppm_statement *statement)
{
    if (statement->has_cap && statement->cap < room->high) {
        room->high = statement->cap;
    }
    if (statement->has_floor && statement->floor > room->low) {
        room->low = statement->floor;
    }
    room->present = room->present && room->low <= room->high;
}

/* A cap below the room, a floor above it: as near as can be. */
static void approach(struct pst_ppm_room *room,
                     const struct pst_ppm_statement *statement)
{
    if (!room->present) {
        return;
    }
    if (statement->has_cap && statement->cap < room->low) {
        room->high = room->low;
    } else if (statement->has_floor && statement->floor > room->high) {
        room->low = room->high;
    }
    room->absent = room->absent && !statement->has_floor;
}

bool pst_ppm_room_take(struct pst_ppm_room *room,
                       const struct pst_ppm_view *view, uint32_t place,
                       uint32_t row)
{
    struct pst_ppm_demand demand = pst_ppm_demand_of(view, place, row);
    struct pst_ppm_room left = *room;

    left.applied |= UINT32_C(1) << place;
    left.absent = room->absent && pst_ppm_demand_is_idle(&demand);
    left.present = room->present && demand.say != PST_PPM_FORBIDS;
    take_nations(&left, &demand, view->stack->day);
    if (demand.say == PST_PPM_LIMITS) {
        take_numbers(&left, demand.statement);
    }
    left.present = left.present && leave_words(view, left.applied, place, row);
    if (left.absent || left.present) {
        *room = left;
        return true;
    }
    if (demand.say == PST_PPM_LIMITS) {
        approach(room, demand.statement);
    }
    return false;
}

/* A part of what is shared: free text cannot be told to be within anything. */
static enum pst_ppm_answer part_in(const struct pst_ppm_scope *allowed,
                                   const struct pst_ppm_scope *stated, int part)
{
    if (!allowed->part[part].given) {
        return PST_PPM_IN;
    }
    if (!stated->part[part].given || stated->part[part].is_text) {
        return PST_PPM_UNKNOWN;
    }
    return pst_ppm_list_covers(&allowed->part[part].list,
                               &stated->part[part].list)
               ? PST_PPM_IN
               : PST_PPM_OUT;
}

static enum pst_ppm_answer scope_in(const struct pst_ppm_scope *allowed,
                                    const struct pst_ppm_scope *stated)
{
    enum pst_ppm_answer worst = PST_PPM_IN;

    for (int part = 0; part < PST_PPM_PARTS; part++) {
        enum pst_ppm_answer answer = part_in(allowed, stated, part);

        if (answer == PST_PPM_OUT) {
            return PST_PPM_OUT;
        }
        worst = answer == PST_PPM_UNKNOWN ? answer : worst;
    }
    return worst;
}

static enum pst_ppm_answer set_in(const struct pst_ppm_value *allowed,
                                  const struct pst_ppm_value *stated,
                                  int64_t day)
{
    struct pst_ppm_nations whole;
    struct pst_ppm_nations part;

    if (allowed->form == PST_PPM_SHARING) {
        return scope_in(allowed->scope, stated->scope);
    }
    whole = pst_ppm_nations_of(&allowed->list, day);
    part = pst_ppm_nations_of(&stated->list, day);
    return pst_ppm_nations_cover(&whole, &part) ? PST_PPM_IN : PST_PPM_OUT;
}

static bool have_common_word(const struct pst_ppm_list *a,
                             const struct pst_ppm_list *b)
{
    for (uint32_t i = 0; i < a->count; i++) {
        if (pst_ppm_list_has(b, a->words[i])) {
            return true;
        }
    }
    return false;
}

static enum pst_ppm_answer answer_of(bool in)
{
    return in ? PST_PPM_IN : PST_PPM_OUT;
}

enum pst_ppm_answer pst_ppm_demand_takes(const struct pst_ppm_demand *demand,
                                         const struct pst_ppm_value *value,
                                         int64_t day)
{
    const struct pst_ppm_statement *statement = demand->statement;

    switch (demand->say) {
    case PST_PPM_FORBIDS:
        return PST_PPM_OUT;
    case PST_PPM_WITHIN:
    case PST_PPM_REQUIRE_WITHIN:
        return set_in(&statement->value, value, day);
    case PST_PPM_CONTAINS:
        return set_in(value, &statement->value, day);
    case PST_PPM_AVOIDS:
        return answer_of(
            !have_common_word(&value->list, &statement->value.list));
    case PST_PPM_SUBSTITUTES:
        return answer_of(
            pst_ppm_list_covers(&statement->value.list, &value->list));
    default:
        return PST_PPM_IN;
    }
}
