#include "ppm/scale.h"

#include "base/str.h"

/* Retention in minutes. A month can have 31 days, a year is 12 of them: then 4
 * weeks are less than a month in every calendar. */
enum {
    MINUTE = 1,
    HOUR = 60 * MINUTE,
    DAY = 24 * HOUR,
    WEEK = 7 * DAY,
    MONTH = 31 * DAY,
    YEAR = 12 * MONTH
};
#define FOREVER INT64_C(1000000000000)

/* Intervals in milliseconds, taken from here: the shorter, the higher. */
#define NO_INTERVAL INT64_C(1000000000000000)
enum { SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS, TRIGGERED_MS = 500 };

static const struct {
    const char *unit;
    int64_t minutes;
} units[] = {{"minute", MINUTE}, {"hour", HOUR},   {"day", DAY},
             {"week", WEEK},     {"month", MONTH}, {"year", YEAR}};

/* Rows that hold no number. */
static const struct {
    const char *key;
    int64_t amount; /* minutes of retention, milliseconds of an interval */
} fixed[] = {
    {"6.0/zero", 0},
    {"6.0/forever", FOREVER},
    {"6.1/zero", 0},
    {"6.1/forever", FOREVER},
    {"6.2/zero", 0},
    {"6.2/forever", FOREVER},
    {"3.0/weekly", (int64_t)WEEK *MINUTE_MS},
    {"3.0/daily", (int64_t)DAY *MINUTE_MS},
    {"3.0/rt_triggered", TRIGGERED_MS},
    {"3.0/rt_full", 0},
    {"3.2/streamed", 0},
};

static int64_t fixed_amount(const char *key)
{
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        if (strcmp(key, fixed[i].key) == 0) {
            return fixed[i].amount;
        }
    }
    return 0;
}

static int64_t unit_minutes(const char *unit)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(unit, units[i].unit) == 0) {
            return units[i].minutes;
        }
    }
    return 0;
}

bool pst_ppm_is_ranked(uint32_t row)
{
    postern_ppm_comparison comparison = pst_ppm_rows[row].comparison;

    return comparison == POSTERN_PPM_COMPARE_SCALE_LE ||
           comparison == POSTERN_PPM_COMPARE_INTERVAL_GE ||
           comparison == POSTERN_PPM_COMPARE_ORDINAL_LE;
}

int64_t pst_ppm_most_number(uint32_t row)
{
    int64_t most = pst_ppm_rows[row].max;

    return most < INT32_MAX ? most : INT32_MAX;
}

static int64_t retention_rank(const postern_ppm_row *row, int64_t number)
{
    return row->bounded ? number * unit_minutes(row->unit)
                        : fixed_amount(row->key);
}

static int64_t interval_rank(const postern_ppm_row *row, int64_t number)
{
    int64_t unit = row->type == POSTERN_PPM_TYPE_SECONDS
                       ? SECOND_MS
                       : unit_minutes(row->unit) * MINUTE_MS;

    return NO_INTERVAL -
           (row->bounded ? number * unit : fixed_amount(row->key));
}

int64_t pst_ppm_rank(uint32_t row, int64_t number)
{
    const postern_ppm_row *of = &pst_ppm_rows[row];

    switch (pst_ppm_tags[of->tag].group) {
    case POSTERN_PPM_GROUP_SCALE_RETENTION:
        return retention_rank(of, number);
    case POSTERN_PPM_GROUP_SCALE_INTERVAL:
        return interval_rank(of, number);
    default:
        return (int64_t)row - (int64_t)pst_ppm_tags[of->tag].first_row;
    }
}

static bool falls(uint32_t row)
{
    return pst_ppm_rows[row].comparison == POSTERN_PPM_COMPARE_INTERVAL_GE;
}

int64_t pst_ppm_least_rank(uint32_t row)
{
    return pst_ppm_rank(row, falls(row) ? pst_ppm_most_number(row)
                                        : pst_ppm_rows[row].min);
}

int64_t pst_ppm_most_rank(uint32_t row)
{
    return pst_ppm_rank(row, falls(row) ? pst_ppm_rows[row].min
                                        : pst_ppm_most_number(row));
}

/* Values are a step apart, from the least on. */
static int64_t step_of(uint32_t row)
{
    int64_t count = pst_ppm_most_number(row) - pst_ppm_rows[row].min;
    int64_t all = pst_ppm_most_rank(row) - pst_ppm_least_rank(row);

    return count > 0 && all > count ? all / count : 1;
}

bool pst_ppm_highest(uint32_t row, int64_t low, int64_t high, int64_t *rank)
{
    int64_t least = pst_ppm_least_rank(row);
    int64_t most = pst_ppm_most_rank(row);
    int64_t step = step_of(row);

    high = high < most ? high : most;
    if (high < least) {
        return false;
    }
    *rank = (high - least) / step * step + least;
    return *rank >= low;
}

bool pst_ppm_lowest(uint32_t row, int64_t low, int64_t high, int64_t *rank)
{
    int64_t least = pst_ppm_least_rank(row);
    int64_t step = step_of(row);

    low = low > least ? low : least;
    if (low > pst_ppm_most_rank(row)) {
        return false;
    }
    *rank = (low - least + step - 1) / step * step + least;
    return *rank <= high;
}
