/* Which rows are judged how, and the few that are like no other. */
#include "ppm/sound.h"

#include "base/civil_time.h"
#include "base/str.h"
#include "ppm/nations.h"
#include "ppm/scale.h"

const struct pst_ppm_value *pst_ppm_practice(const struct pst_ppm_view *view,
                                             uint32_t row)
{
    const struct pst_ppm_statement *said =
        pst_ppm_said(view, view->provider, row);

    return said && said->value.form != PST_PPM_NO ? &said->value : NULL;
}

bool pst_ppm_is_declared(const struct pst_ppm_view *view, uint32_t tag)
{
    for (uint32_t i = 0; i < pst_ppm_tags[tag].row_count; i++) {
        if (pst_ppm_said(view, view->provider,
                         pst_ppm_tags[tag].first_row + i)) {
            return true;
        }
    }
    return false;
}

bool pst_ppm_is_wish(const struct pst_ppm_view *view, uint32_t overruled)
{
    for (uint32_t place = 0; overruled >> place; place++) {
        postern_ppm_kind kind = pst_ppm_kind_at(view, place);

        if (overruled >> place & 1 &&
            (kind == POSTERN_PPM_USER || kind == POSTERN_PPM_PARENTAL)) {
            return true;
        }
    }
    return false;
}

postern_ppm_code pst_ppm_refused_by(postern_ppm_kind kind)
{
    return kind == POSTERN_PPM_USER || kind == POSTERN_PPM_PARENTAL
               ? POSTERN_PPM_REFUSED
               : POSTERN_PPM_LAW_FORBIDS;
}

/* The number of the highest row of the levels that a frame needs, or that the
 * provider claims; 0 for none. */
static uint32_t level_at(const struct pst_ppm_view *view, uint32_t place,
                         const postern_ppm_tag *tag)
{
    for (uint32_t i = tag->row_count; i-- > 0;) {
        const struct pst_ppm_statement *said =
            pst_ppm_said(view, place, tag->first_row + i);

        if (said &&
            (said->say == PST_PPM_REQUIRES ||
             (said->say == PST_PPM_STATES && said->value.form != PST_PPM_NO))) {
            return tag->first_row + i;
        }
    }
    return 0;
}

/* Level 4 is all of the levels 1 to 4. [ANJ-06] */
static struct pst_ppm_finding sound_level(const struct pst_ppm_view *view,
                                          uint32_t row)
{
    const postern_ppm_tag *tag = &pst_ppm_tags[pst_ppm_rows[row].tag];
    struct pst_ppm_finding found = {.code = POSTERN_PPM_NO_PREF,
                                    .place = POSTERN_PPM_NO_FRAME};
    bool claimed = level_at(view, view->provider, tag) >= row;

    for (uint32_t place = 0; place < view->stack->preferences; place++) {
        uint32_t needed = level_at(view, place, tag);

        if (needed >= row && !claimed) {
            found.red = true;
            found.place = (int32_t)place;
            found.code = pst_ppm_is_declared(view, pst_ppm_rows[row].tag)
                             ? POSTERN_PPM_BELOW_LEVEL
                             : POSTERN_PPM_UNDECLARED;
            return found;
        }
        if (needed >= row) {
            found.code = POSTERN_PPM_MATCH;
        } else if (needed && claimed && found.code == POSTERN_PPM_NO_PREF) {
            found.code = POSTERN_PPM_ABOVE_NEED;
        }
    }
    return found;
}

static struct pst_ppm_finding sound_any(const struct pst_ppm_view *view,
                                        uint32_t row)
{
    return pst_ppm_is_ranked(row) ? pst_ppm_sound_scale(view, row)
                                  : pst_ppm_sound_row(view, row);
}

/* Whether a frame that wants the claim of a tag finds something done there that
 * it has not excepted. */
static bool is_belied(const struct pst_ppm_view *view, uint32_t place,
                      const postern_ppm_tag *tag)
{
    for (uint32_t i = 1; i < tag->row_count; i++) {
        uint32_t row = tag->first_row + i;

        if (pst_ppm_practice(view, row)) {
            struct pst_ppm_finding found = sound_any(view, row);

            if (found.red && found.place == (int32_t)place) {
                return true;
            }
        }
    }
    return false;
}

/* The claim that nothing is done. Made, it is the strongest promise there is;
 * asked for, it is met as well when nothing is done. [ANJ-04] */
static struct pst_ppm_finding sound_claim(const struct pst_ppm_view *view,
                                          uint32_t row)
{
    const postern_ppm_tag *tag = &pst_ppm_tags[pst_ppm_rows[row].tag];
    bool declared = pst_ppm_is_declared(view, pst_ppm_rows[row].tag);
    struct pst_ppm_finding found = {.code = POSTERN_PPM_NO_PREF,
                                    .place = POSTERN_PPM_NO_FRAME};

    if (pst_ppm_practice(view, row)) {
        found.code = POSTERN_PPM_CLAIMS_NONE;
        return found;
    }
    for (uint32_t place = 0; place < view->stack->preferences; place++) {
        const struct pst_ppm_statement *said = pst_ppm_said(view, place, row);

        if (!said) {
            continue;
        }
        found.code = POSTERN_PPM_NOT_USED;
        if (said->say == PST_PPM_REQUIRES &&
            (!declared || is_belied(view, place, tag))) {
            found.red = true;
            found.place = (int32_t)place;
            found.code = declared
                             ? pst_ppm_refused_by(pst_ppm_kind_at(view, place))
                             : POSTERN_PPM_UNDECLARED;
            return found;
        }
    }
    return found;
}

/* The birth date that the user, else a parent, gives. */
static const struct pst_ppm_value *birth(const struct pst_ppm_view *view)
{
    uint32_t row = postern_ppm_row_find(PST_STR("11.0/dob"));

    for (uint32_t place = view->stack->preferences; place-- > 0;) {
        const struct pst_ppm_statement *said = pst_ppm_said(view, place, row);

        if (said) {
            return &said->value;
        }
    }
    return NULL;
}

/* Whole years from one day to another. Who is born on 29 February has a
 * birthday on 1 March in other years. */
static int64_t years_between(int64_t from, int64_t to)
{
    struct pst_civil_time born = pst_civil_time_of(from * PST_SECONDS_PER_DAY);
    struct pst_civil_time now = pst_civil_time_of(to * PST_SECONDS_PER_DAY);
    bool before = now.month < born.month ||
                  (now.month == born.month && now.day < born.day);

    return (int64_t)now.year - born.year - (before ? 1 : 0);
}

static struct pst_ppm_finding by_provider(const struct pst_ppm_view *view,
                                          struct pst_ppm_finding found,
                                          postern_ppm_code code)
{
    found.red = true;
    found.code = code;
    found.place = (int32_t)view->provider;
    return found;
}

/* The provider's own bar; nobody else can take it away. [ANJ-08] */
static struct pst_ppm_finding sound_age(const struct pst_ppm_view *view,
                                        struct pst_ppm_finding found,
                                        const struct pst_ppm_value *bar)
{
    const struct pst_ppm_value *born = birth(view);
    int64_t today = view->stack->day;
    int64_t age;

    if (!born || today == PST_PPM_NO_DAY) {
        return by_provider(view, found, POSTERN_PPM_AGE_UNKNOWN);
    }
    age = years_between(born->number, today);
    if (age < bar->number) {
        return by_provider(view, found, POSTERN_PPM_AGE_UNDER);
    }
    if (bar->form == PST_PPM_RANGE && age > bar->upper) {
        return by_provider(view, found, POSTERN_PPM_AGE_OVER);
    }
    found.code =
        found.code == POSTERN_PPM_NO_PREF ? POSTERN_PPM_MATCH : found.code;
    return found;
}

static struct pst_ppm_finding sound_shelf_life(const struct pst_ppm_view *view,
                                               struct pst_ppm_finding found,
                                               const struct pst_ppm_value *last)
{
    int64_t today = view->stack->day;

    if (today == PST_PPM_NO_DAY) {
        return by_provider(view, found, POSTERN_PPM_DATE_UNKNOWN);
    }
    return today > last->number ? by_provider(view, found, POSTERN_PPM_EXPIRED)
                                : found;
}

struct pst_ppm_finding pst_ppm_sound(const struct pst_ppm_view *view,
                                     uint32_t row)
{
    const struct pst_ppm_value *value = pst_ppm_practice(view, row);
    struct pst_ppm_finding found;

    switch (pst_ppm_rows[row].comparison) {
    case POSTERN_PPM_COMPARE_ABSENCE:
        return sound_claim(view, row);
    case POSTERN_PPM_COMPARE_LEVEL_GE:
        return sound_level(view, row);
    case POSTERN_PPM_COMPARE_ANY_OF:
        return pst_ppm_sound_channel(view, row, pst_ppm_sound_row(view, row));
    case POSTERN_PPM_COMPARE_AGE_GE:
        found = pst_ppm_sound_row(view, row);
        return value && !found.red ? sound_age(view, found, value) : found;
    case POSTERN_PPM_COMPARE_DATE_LE:
        found = pst_ppm_sound_row(view, row);
        return value && !found.red ? sound_shelf_life(view, found, value)
                                   : found;
    default:
        return sound_any(view, row);
    }
}
