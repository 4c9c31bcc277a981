#include "base/str.h"
#include "ppm/nations.h"
#include "ppm/scale.h"

#include <criterion/criterion.h>
#include <postern/ppm.h>

Test(ppm_table, has_the_tags_in_numeric_order)
/* [ANJ-01] [PPM-15] [PPM-16] */
{
    uint32_t rows = 0;

    for (uint32_t i = 0; i < POSTERN_PPM_TAGS; i++) {
        const postern_ppm_tag *tag = postern_ppm_tag_at(i);

        cr_expect_eq(tag->first_row, rows, "%s", tag->id);
        rows += tag->row_count;
        if (i > 0) {
            const postern_ppm_tag *before = postern_ppm_tag_at(i - 1);

            cr_expect(
                before->major < tag->major ||
                    (before->major == tag->major && before->minor < tag->minor),
                "%s", tag->id);
        }
    }
    cr_expect_eq(rows, POSTERN_PPM_ROWS);
    cr_expect_str_eq(postern_ppm_tag_at(20)->id, "11.0");
    cr_expect_null(postern_ppm_tag_at(POSTERN_PPM_TAGS));
}

Test(ppm_table, keeps_the_numbers_of_rows) /* [ANJ-02] */
{
    static const struct {
        const char *key;
        uint32_t number;
    } rows[] = {{"1.0/company", 0},    {"6.0/month", 52},
                {"7.0/affiliate", 76}, {"10.0/level5", 106},
                {"11.0/dob", 107},     {"11.0/shelf_life", 109}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(postern_ppm_row_find(postern_str_of(rows[i].key)),
                     rows[i].number, "%s", rows[i].key);
    }
    cr_expect_eq(postern_ppm_row_find(PST_STR("6.0/decade")), POSTERN_PPM_ROWS);
    cr_expect_null(postern_ppm_row_at(POSTERN_PPM_ROWS));
    cr_expect_eq(strlen(postern_ppm_table_hash()), 64);
}

static int64_t rank(const char *key, int64_t number)
{
    return pst_ppm_rank(postern_ppm_row_find(postern_str_of(key)), number);
}

Test(ppm_scale, knows_two_spellings_of_one_period) /* [ANJ-07] */
{
    cr_expect_eq(rank("6.0/hour", 24), rank("6.0/day", 1));
    cr_expect_eq(rank("6.0/day", 7), rank("6.0/week", 1));
    cr_expect_eq(rank("6.0/month", 12), rank("6.0/year", 1));
    cr_expect_eq(rank("3.0/minutes", 60), rank("3.0/hourly", 1));
    cr_expect_eq(rank("3.0/hourly", 24), rank("3.0/daily", 1));
    cr_expect_lt(rank("6.0/week", 4), rank("6.0/month", 1));
    cr_expect_lt(rank("6.0/zero", 1), rank("6.0/minutes", 1));
    cr_expect_lt(rank("6.0/year", 10), rank("6.0/forever", 1));
}

Test(ppm_scale, ranks_short_intervals_above_long_ones)
{
    static const char *const upwards[] = {"3.0/monthly", "3.0/weekly",
                                          "3.0/daily", "3.0/rt_triggered",
                                          "3.0/rt_full"};

    for (size_t i = 1; i < sizeof upwards / sizeof *upwards; i++) {
        cr_expect_lt(rank(upwards[i - 1], 1), rank(upwards[i], 1), "%s",
                     upwards[i]);
    }
    cr_expect_lt(rank("3.0/hourly", 6), rank("3.0/hourly", 1));
    cr_expect_lt(rank("3.2/seconds", 1), rank("3.2/streamed", 1));
    cr_expect_lt(rank("3.1/current", 1), rank("3.1/sample", 1));
    cr_expect_not(
        pst_ppm_is_ranked(postern_ppm_row_find(PST_STR("3.0/event"))));
    cr_expect_not(pst_ppm_is_ranked(postern_ppm_row_find(PST_STR("4.1/feed"))));
}

Test(ppm_scale, finds_the_nearest_value)
{
    uint32_t month = postern_ppm_row_find(PST_STR("6.0/month"));
    int64_t found = 0;

    cr_expect(pst_ppm_highest(month, 0, rank("6.0/month", 4) - 1, &found));
    cr_expect_eq(found, rank("6.0/month", 3));
    cr_expect(
        pst_ppm_lowest(month, rank("6.0/month", 4) + 1, INT64_MAX, &found));
    cr_expect_eq(found, rank("6.0/month", 5));
    cr_expect_not(pst_ppm_highest(month, 0, rank("6.0/month", 1) - 1, &found));
    cr_expect_not(
        pst_ppm_lowest(month, rank("6.0/year", 2), INT64_MAX, &found));
}

static bool within(const char *whole, const char *part, int64_t day)
{
    postern_str words[2] = {postern_str_of(whole), postern_str_of(part)};
    struct pst_ppm_list lists[2] = {{&words[0], 1}, {&words[1], 1}};
    struct pst_ppm_nations sets[2] = {pst_ppm_nations_of(&lists[0], day),
                                      pst_ppm_nations_of(&lists[1], day)};

    return pst_ppm_nations_cover(&sets[0], &sets[1]);
}

Test(ppm_nations, expands_blocks_on_a_day)
{
    int64_t before;
    int64_t after;

    cr_assert(pst_ppm_day(PST_STR("2020-01-31"), &before));
    cr_assert(pst_ppm_day(PST_STR("01/02/2020"), &after)); /* [ANJ-05] */
    cr_expect_eq(after, before + 1);
    cr_expect(within("EU", "GB", before));
    cr_expect_not(within("EU", "GB", after));
    cr_expect_not(within("EU", "GB", PST_PPM_NO_DAY));
    cr_expect(within("EEA", "EU", after));
    cr_expect_not(within("EU", "EEA", after));
    cr_expect(within("EEA", "NO", after));
    cr_expect_not(within("EU", "US", after));
}

Test(ppm_value, knows_which_days_there_are) /* [ANJ-05] */
{
    static const char *const none[] = {"2019-02-29", "31/04/2020", "2020-13-01",
                                       "2020/01/01", "20200101",   "01-02-2020",
                                       "0000-01-01", "2020-1-1",   ""};
    int64_t days;

    cr_expect(pst_ppm_day(PST_STR("2020-02-29"), &days));
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        cr_expect_not(pst_ppm_day(postern_str_of(none[i]), &days), "%s",
                      none[i]);
    }
}
