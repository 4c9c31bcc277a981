/*
 * The conditions of an image, one behind the other, and the sets of years.
 *
 * Within a condition the lists stand in one order, each right behind the one
 * before it: so they are inside, do not overlap and are read once.
 */
#include "pdp/image_check.h"

#include "pdp/time_window.h"

#include <string.h>

enum { UNIT = 8, COUNTRY_LETTERS = 26 };

/* A point of the unit sphere after rounding. */
static const double OFF_SPHERE = 1e-9;
static const double MAX_CHORD_SQUARED = 8;

/* ---- elements ---------------------------------------------------------- */

/* Within the bits of a field, and not empty. */
static bool is_field(uint64_t set, uint64_t all)
{
    return set != 0 && (set & ~all) == 0;
}

static bool is_window(const postern_acp_set *set, const void *element)
{
    const uint64_t all_60 = (UINT64_C(1) << 60) - 1;
    const struct pst_time_window *window = element;
    uint32_t years = pst_table_count(set, PST_TABLE_YEARS);

    return is_field(window->seconds, all_60) &&
           is_field(window->minutes, all_60) &&
           is_field(window->hours, (1u << 24) - 1) &&
           is_field(window->days, UINT32_MAX - 1) &&
           is_field(window->months, (1u << 13) - 2) &&
           is_field(window->weekdays, (1u << 7) - 1) && window->any_year <= 1 &&
           (window->any_year ? window->years == 0 : window->years < years);
}

static bool is_range4(const postern_acp_set *set, const void *element)
{
    const struct pst_ip4_range *range = element;

    (void)set;
    return range->first <= range->last;
}

static bool is_behind4(const void *element)
{
    const struct pst_ip4_range *range = element;

    return range[-1].last < range->first &&
           range->first - range[-1].last > 1; /* else they are one */
}

static bool is_below6(struct pst_ip6_value a, struct pst_ip6_value b)
{
    return a.high != b.high ? a.high < b.high : a.low < b.low;
}

static bool is_range6(const postern_acp_set *set, const void *element)
{
    const struct pst_ip6_range *range = element;

    (void)set;
    return !is_below6(range->last, range->first);
}

static bool is_behind6(const void *element)
{
    const struct pst_ip6_range *range = element;
    struct pst_ip6_value next = range[-1].last;

    next.low++;
    next.high += next.low == 0;
    return is_below6(range[-1].last, range->first) &&
           is_below6(next, range->first);
}

/* Neither infinite nor NaN; looks at bits, so that no exception is raised. */
static bool is_finite(double number)
{
    const uint64_t exponent = UINT64_C(0x7FF) << 52;
    uint64_t bits;

    memcpy(&bits, &number, sizeof bits);
    return (bits & exponent) != exponent;
}

static bool is_circle(const postern_acp_set *set, const void *element)
{
    const struct pst_circle *circle = element;
    const struct pst_point *centre = &circle->centre;
    double length;

    (void)set;
    if (!is_finite(centre->x) || !is_finite(centre->y) ||
        !is_finite(centre->z) || !is_finite(circle->chord_squared) ||
        centre->x > 2 || centre->x < -2 || centre->y > 2 || centre->y < -2 ||
        centre->z > 2 || centre->z < -2) {
        return false;
    }
    length =
        centre->x * centre->x + centre->y * centre->y + centre->z * centre->z;
    return length > 1 - OFF_SPHERE && length < 1 + OFF_SPHERE &&
           circle->chord_squared >= 0 &&
           circle->chord_squared <= MAX_CHORD_SQUARED;
}

static bool is_country(const postern_acp_set *set, const void *element)
{
    uint16_t country;
    unsigned first;
    unsigned second;

    (void)set;
    memcpy(&country, element, sizeof country);
    first = (unsigned)country >> 8;
    second = country & 0xFFu;
    return first - 'A' < COUNTRY_LETTERS && second - 'A' < COUNTRY_LETTERS;
}

static bool is_type(const postern_acp_set *set, const void *element)
{
    uint32_t type;

    (void)set;
    memcpy(&type, element, sizeof type);
    return type != 0;
}

struct kind {
    const char *sentence; /* when an element is not what it has to be */
    uint32_t size;
    bool (*is_sound)(const postern_acp_set *set, const void *element);
    bool (*is_behind)(const void *element); /* the one before it; or NULL */
};

static const struct kind
    WINDOW = {"window # of a context is none, by byte #",
              sizeof(struct pst_time_window), is_window, NULL},
    RANGE4 = {"IPv4 range # of a context is not in order, by byte #",
              sizeof(struct pst_ip4_range), is_range4, is_behind4},
    RANGE6 = {"IPv6 range # of a context is not in order, by byte #",
              sizeof(struct pst_ip6_range), is_range6, is_behind6},
    CIRCLE = {"circle # of a context is none, by byte #",
              sizeof(struct pst_circle), is_circle, NULL},
    COUNTRY = {"country # of a context is none, by byte #", sizeof(uint16_t),
               is_country, NULL},
    CHILD_TYPE = {"child type # of object details is none, by byte #",
                  sizeof(uint32_t), is_type, NULL};

/* ---- one condition ----------------------------------------------------- */

struct blob {
    const struct pst_check *check;
    const struct pst_condition *condition;
    uint32_t place;
    uint64_t end; /* of what was read of it, in bytes */
};

static bool refuse(const struct blob *blob, const char *sentence,
                   const uint64_t *numbers)
{
    return pst_check_refuse(blob->check, PST_TABLE_CONDITIONS, blob->place,
                            sentence, numbers);
}

static bool is_zero(const struct blob *blob, uint64_t from, uint64_t to)
{
    const char *bytes = (const char *)blob->condition;

    for (; from < to; from++) {
        if (bytes[from] != 0) {
            return false;
        }
    }
    return true;
}

/* Moves the end up to where something of that alignment may stand. */
static bool align(struct blob *blob, uint32_t size)
{
    uint32_t alignment = size < UNIT ? size : UNIT;
    uint64_t end = (blob->end + alignment - 1) / alignment * alignment;
    bool clean = end <= blob->condition->size && is_zero(blob, blob->end, end);

    if (clean) {
        blob->end = end;
    }
    return clean;
}

static bool check_elements(const struct blob *blob, const struct kind *kind,
                           struct pst_list list)
{
    const postern_acp_set *set = blob->check->set;
    const char *element = pst_list_at(blob->condition, list);

    for (uint32_t i = 0; i < list.count; i++, element += kind->size) {
        if (!kind->is_sound(set, element) ||
            (i && kind->is_behind && !kind->is_behind(element))) {
            return refuse(blob, kind->sentence, (uint64_t[]){i, list.at});
        }
    }
    return true;
}

static bool check_list(struct blob *blob, const struct kind *kind,
                       struct pst_list list)
{
    uint64_t bytes = (uint64_t)list.count * kind->size;

    if (list.count == 0) {
        return list.at == 0 || refuse(blob, "an empty list is at byte #",
                                      (uint64_t[]){list.at});
    }
    if (!align(blob, kind->size) || list.at != blob->end ||
        bytes > blob->condition->size - blob->end) {
        return refuse(blob, "a list of # elements is at byte #, not at #",
                      (uint64_t[]){list.count, list.at, blob->end});
    }
    blob->end += bytes;
    return check_elements(blob, kind, list);
}

static bool check_context(struct blob *blob, const struct pst_context *context)
{
    return check_list(blob, &WINDOW, context->windows) &&
           check_list(blob, &RANGE4, context->ranges4) &&
           check_list(blob, &RANGE6, context->ranges6) &&
           check_list(blob, &CIRCLE, context->circles) &&
           check_list(blob, &COUNTRY, context->countries);
}

/* Whether kind, text and number of a specialization fit together. */
static bool is_specialization(const struct pst_object_details *details)
{
    bool has_text = details->specialization.len > 0;

    switch (details->specialization_kind) {
    case POSTERN_SPECIALIZATION_NONE:
        return !has_text && details->mgmt_definition == 0;
    case POSTERN_SPECIALIZATION_CONTAINER:
        return has_text && details->mgmt_definition == 0;
    case POSTERN_SPECIALIZATION_MGMT:
        return has_text && details->mgmt_definition != 0;
    case POSTERN_SPECIALIZATION_ANY:
        return has_text;
    default:
        return false;
    }
}

static bool check_details(struct blob *blob,
                          const struct pst_object_details *details)
{
    if (!pst_text_ref_is_sound(blob->check->set, details->specialization)) {
        return refuse(blob, "a specialization is not within the pool", NULL);
    }
    if (!is_specialization(details) || details->reserved ||
        details->child_types.count == 0) {
        return refuse(blob,
                      "object details with a specialization of kind # are"
                      " none",
                      (uint64_t[]){details->specialization_kind});
    }
    return check_list(blob, &CHILD_TYPE, details->child_types);
}

static bool check_attributes(const struct blob *blob)
{
    const struct pst_condition *condition = blob->condition;
    const struct pst_text_ref *refs = pst_attributes(condition);
    bool may_be_empty = condition->flags & PST_CONDITION_NEVER;

    for (uint32_t i = 0; i < condition->attributes; i++) {
        if (!pst_text_ref_is_sound(blob->check->set, refs[i])) {
            return refuse(blob, "attribute # is not within the pool",
                          (uint64_t[]){i});
        }
        if (refs[i].len == 0 && !may_be_empty) {
            return refuse(blob, "attribute # has no name", (uint64_t[]){i});
        }
    }
    return true;
}

/* The flags repeat what the counts say. */
static bool has_flags(const struct pst_condition *condition)
{
    uint32_t flags = (condition->contexts ? PST_CONDITION_CONTEXTS : 0u) |
                     (condition->details ? PST_CONDITION_DETAILS : 0u) |
                     (condition->attributes ? PST_CONDITION_ATTRIBUTES : 0u);

    if (condition->flags == PST_CONDITION_NEVER) {
        return flags == PST_CONDITION_ATTRIBUTES && condition->attributes == 1;
    }
    return flags != 0 && condition->flags == flags;
}

/* The head, whose size fits in what is left of the table. */
static bool check_head(struct blob *blob, uint64_t left)
{
    const struct pst_condition *condition = blob->condition;

    if (condition->size < sizeof *condition || condition->size % UNIT != 0 ||
        condition->size > left) {
        return refuse(blob, "its size is #, # bytes are left",
                      (uint64_t[]){condition->size, left});
    }
    if (!has_flags(condition) || condition->reserved) {
        return refuse(blob,
                      "its flags # are not those of # contexts, #"
                      " details and # attributes",
                      (uint64_t[]){condition->flags, condition->contexts,
                                   condition->details, condition->attributes});
    }
    blob->end =
        sizeof *condition +
        (uint64_t)condition->contexts * sizeof(struct pst_context) +
        (uint64_t)condition->details * sizeof(struct pst_object_details) +
        (uint64_t)condition->attributes * sizeof(struct pst_text_ref);
    if (blob->end > condition->size) {
        return refuse(blob, "its parts take # of # bytes",
                      (uint64_t[]){blob->end, condition->size});
    }
    return true;
}

static bool check_condition(struct blob *blob, uint64_t left)
{
    const struct pst_condition *condition = blob->condition;

    if (!check_head(blob, left)) {
        return false;
    }
    for (uint32_t i = 0; i < condition->contexts; i++) {
        if (!check_context(blob, pst_contexts(condition) + i)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < condition->details; i++) {
        if (!check_details(blob, pst_details(condition) + i)) {
            return false;
        }
    }
    if (!align(blob, UNIT) || blob->end != condition->size) {
        return refuse(blob, "it uses # of # bytes",
                      (uint64_t[]){blob->end, condition->size});
    }
    return check_attributes(blob);
}

/* ---- all of them ------------------------------------------------------- */

static bool check_years(const struct pst_check *check)
{
    const struct pst_year_set *years =
        PST_TABLE(check->set, YEARS, struct pst_year_set);

    for (uint32_t i = 0; i < pst_table_count(check->set, PST_TABLE_YEARS);
         i++) {
        uint64_t any = 0;

        for (size_t word = 0; word < PST_YEAR_WORDS; word++) {
            any |= years[i].bits[word];
        }
        if (!any) {
            return pst_check_refuse(check, PST_TABLE_YEARS, i, "it is empty",
                                    NULL);
        }
    }
    return true;
}

bool pst_check_conditions(const struct pst_check *check)
{
    uint32_t count = check->conditions.count;
    uint32_t place = 0;

    if (!check_years(check)) {
        return false;
    }
    while (place < count) {
        struct blob blob = {check, pst_condition_at(check->set, place), place,
                            0};
        uint64_t left = (uint64_t)(count - place) * UNIT;

        /* The rest may be shorter than a head. */
        if (left < sizeof *blob.condition) {
            return refuse(&blob, "only # bytes are left", (uint64_t[]){left});
        }
        if (!check_condition(&blob, left)) {
            return false;
        }
        pst_places_add(check->conditions, place);
        place += blob.condition->size / UNIT;
    }
    return true;
}
