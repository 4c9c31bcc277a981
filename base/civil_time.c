/*
 * Howard Hinnant's calendar by eras: a year that starts in March, 400 years of
 * 146,097 days. Exact for every year from 0 to 10000.
 */
#include "base/civil_time.h"

enum { DAYS_PER_ERA = 146097, YEARS_PER_ERA = 400, EPOCH_DAY = 719468 };

int64_t pst_days_of(int32_t year, uint32_t month, uint32_t day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - (YEARS_PER_ERA - 1)) / YEARS_PER_ERA;
    int64_t year_of_era = y - era * YEARS_PER_ERA;
    int64_t march_month = month > 2 ? (int64_t)month - 3 : (int64_t)month + 9;
    int64_t day_of_year = (153 * march_month + 2) / 5 + (int64_t)day - 1;
    int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * DAYS_PER_ERA + day_of_era - EPOCH_DAY;
}

uint32_t pst_days_in_month(int32_t year, uint32_t month)
{
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30,
                                      31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 && leap ? 29 : lengths[(month - 1) % 12];
}

static void set_date(struct pst_civil_time *civil, int64_t days)
{
    int64_t shifted = days + EPOCH_DAY; /* from 0000-03-01, never below -60 */
    int64_t era =
        (shifted >= 0 ? shifted : shifted - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
    int64_t day_of_era = shifted - era * DAYS_PER_ERA;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
                           day_of_era / 146096) /
                          365;
    int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;

    civil->day = (uint8_t)(day_of_year - (153 * march_month + 2) / 5 + 1);
    civil->month =
        (uint8_t)(march_month < 10 ? march_month + 3 : march_month - 9);
    civil->year =
        (int32_t)(year_of_era + era * YEARS_PER_ERA + (civil->month <= 2));
}

struct pst_civil_time pst_civil_time_of(int64_t time_s)
{
    struct pst_civil_time civil = {0};
    int64_t days;
    int64_t rest;

    if (time_s < PST_CIVIL_MIN_S) {
        time_s = PST_CIVIL_MIN_S;
    } else if (time_s > PST_CIVIL_MAX_S) {
        time_s = PST_CIVIL_MAX_S + 1;
    }
    days = time_s / PST_SECONDS_PER_DAY;
    rest = time_s % PST_SECONDS_PER_DAY;
    if (rest < 0) {
        rest += PST_SECONDS_PER_DAY;
        days--;
    }
    set_date(&civil, days);
    civil.hour = (uint8_t)(rest / 3600);
    civil.minute = (uint8_t)(rest / 60 % 60);
    civil.second = (uint8_t)(rest % 60);
    civil.weekday = (uint8_t)(((days + 4) % 7 + 7) % 7); /* day 0: Thursday */
    return civil;
}
