/* Seconds since 1970 to the fields of a UTC date and back, without libc. */
#ifndef PST_CIVIL_TIME_H
#define PST_CIVIL_TIME_H

#include <postern/base.h>

struct pst_civil_time {
    int32_t year;    /* proleptic Gregorian */
    uint8_t month;   /* 1..12 */
    uint8_t day;     /* 1..31 */
    uint8_t hour;    /* 0..23 */
    uint8_t minute;  /* 0..59 */
    uint8_t second;  /* 0..59 */
    uint8_t weekday; /* 0..6, 0 is Sunday */
};

enum { PST_SECONDS_PER_DAY = 86400 };

/* The times that have a year of 4 digits from 0 on. Earlier ones are cut to the
 * first of them, later ones to the first second of the year 10000: arithmetic
 * cannot overflow, and no time window holds either. */
#define PST_CIVIL_MIN_S (-62167219200LL) /* 0000-01-01T00:00:00 */
#define PST_CIVIL_MAX_S 253402300799LL   /* 9999-12-31T23:59:59 */

struct pst_civil_time pst_civil_time_of(int64_t time_s);

/* Days since 1970-01-01 of a date; the date need not exist (day 31 of a short
 * month counts on into the next). Years 0..9999. */
int64_t pst_days_of(int32_t year, uint32_t month, uint32_t day);

/* Length of a month of that year. */
uint32_t pst_days_in_month(int32_t year, uint32_t month);

#endif
