/* The rows of annex J, typed once more from the standard's table. */
#include "ppm_reference/ppm_reference.h"

#include <string.h>

static const struct ref_ppm_row rows[REF_PPM_ROWS] = {
    {"1.0/company", REF_PPM_OTHER, 0},
    {"1.0/country", REF_PPM_OTHER, 0},
    {"1.0/company_number", REF_PPM_OTHER, 0},
    {"1.1/model", REF_PPM_OTHER, 0},
    {"1.1/version", REF_PPM_OTHER, 0},
    {"1.1/app_id", REF_PPM_OTHER, 0},
    {"1.1/approval_countries", REF_PPM_OTHER, 0},
    {"2.0/na", REF_PPM_CLAIM, 0},
    {"2.0/non_personal", REF_PPM_PLAIN, 0},
    {"2.0/anonymized", REF_PPM_PLAIN, 0},
    {"2.0/personal", REF_PPM_PLAIN, 0},
    {"2.0/sensitive", REF_PPM_PLAIN, 0},
    {"2.0/medical", REF_PPM_PLAIN, 0},
    {"3.0/na", REF_PPM_CLAIM, 0},
    {"3.0/event", REF_PPM_PLAIN, 0},
    {"3.0/monthly", REF_PPM_NUMBERED, 12},
    {"3.0/weekly", REF_PPM_STEP, 0},
    {"3.0/daily", REF_PPM_STEP, 0},
    {"3.0/hourly", REF_PPM_NUMBERED, 24},
    {"3.0/minutes", REF_PPM_NUMBERED, 60},
    {"3.0/rt_triggered", REF_PPM_STEP, 0},
    {"3.0/rt_full", REF_PPM_STEP, 0},
    {"3.1/na", REF_PPM_CLAIM, 0},
    {"3.1/current", REF_PPM_STEP, 0},
    {"3.1/sample", REF_PPM_STEP, 0},
    {"3.1/full", REF_PPM_STEP, 0},
    {"3.2/na", REF_PPM_CLAIM, 0},
    {"3.2/seconds", REF_PPM_NUMBERED, 90}, /* there is no most; enough */
    {"3.2/streamed", REF_PPM_STEP, 0},
    {"4.0/na", REF_PPM_CLAIM, 0},
    {"4.0/local", REF_PPM_LOCAL, 0},
    {"4.0/nation", REF_PPM_NATIONS, 0},
    {"4.1/na", REF_PPM_CLAIM, 0},
    {"4.1/device", REF_PPM_STEP, 0},
    {"4.1/network", REF_PPM_STEP, 0},
    {"4.1/feed", REF_PPM_OTHER, 0},
    {"4.2/na", REF_PPM_CLAIM, 0},
    {"4.2/local", REF_PPM_LOCAL, 0},
    {"4.2/nation", REF_PPM_NATIONS, 0},
    {"4.3/na", REF_PPM_CLAIM, 0},
    {"4.3/local", REF_PPM_LOCAL, 0},
    {"4.3/nation", REF_PPM_NATIONS, 0},
    {"5.0/deliver", REF_PPM_PLAIN, 0},
    {"5.0/improve", REF_PPM_PLAIN, 0},
    {"5.0/personalize", REF_PPM_PLAIN, 0},
    {"5.0/legal", REF_PPM_PLAIN, 0},
    {"6.0/na", REF_PPM_CLAIM, 0},
    {"6.0/zero", REF_PPM_STEP, 0},
    {"6.0/minutes", REF_PPM_NUMBERED, 60},
    {"6.0/hour", REF_PPM_NUMBERED, 24},
    {"6.0/day", REF_PPM_NUMBERED, 7},
    {"6.0/week", REF_PPM_NUMBERED, 4},
    {"6.0/month", REF_PPM_NUMBERED, 12},
    {"6.0/year", REF_PPM_NUMBERED, 10},
    {"6.0/forever", REF_PPM_STEP, 0},
    {"6.1/zero", REF_PPM_STEP, 0},
    {"6.1/minutes", REF_PPM_NUMBERED, 60},
    {"6.1/hour", REF_PPM_NUMBERED, 24},
    {"6.1/day", REF_PPM_NUMBERED, 7},
    {"6.1/week", REF_PPM_NUMBERED, 4},
    {"6.1/month", REF_PPM_NUMBERED, 12},
    {"6.1/year", REF_PPM_NUMBERED, 10},
    {"6.1/forever", REF_PPM_STEP, 0},
    {"6.2/zero", REF_PPM_STEP, 0},
    {"6.2/minutes", REF_PPM_NUMBERED, 60},
    {"6.2/hour", REF_PPM_NUMBERED, 24},
    {"6.2/day", REF_PPM_NUMBERED, 7},
    {"6.2/week", REF_PPM_NUMBERED, 4},
    {"6.2/month", REF_PPM_NUMBERED, 12},
    {"6.2/year", REF_PPM_NUMBERED, 10},
    {"6.2/forever", REF_PPM_STEP, 0},
    {"7.0/na", REF_PPM_CLAIM, 0},
    {"7.0/group", REF_PPM_SCOPES, 2},
    {"7.0/infrastructure", REF_PPM_PLAIN, 0},
    {"7.0/subcontractor", REF_PPM_PLAIN, 0},
    {"7.0/ancillary", REF_PPM_SCOPES, 2},
    {"7.0/affiliate", REF_PPM_SCOPES, 2},
    {"7.0/public", REF_PPM_SCOPES, 3},
    {"7.1/na", REF_PPM_CLAIM, 0},
    {"7.1/group", REF_PPM_SCOPES, 2},
    {"7.1/infrastructure", REF_PPM_PLAIN, 0},
    {"7.1/subcontractor", REF_PPM_PLAIN, 0},
    {"7.1/ancillary", REF_PPM_SCOPES, 2},
    {"7.1/affiliate", REF_PPM_SCOPES, 2},
    {"7.1/public", REF_PPM_SCOPES, 3},
    {"7.2/na", REF_PPM_CLAIM, 0},
    {"7.2/group", REF_PPM_SCOPES, 2},
    {"7.2/infrastructure", REF_PPM_PLAIN, 0},
    {"7.2/subcontractor", REF_PPM_PLAIN, 0},
    {"7.2/ancillary", REF_PPM_SCOPES, 2},
    {"7.2/affiliate", REF_PPM_SCOPES, 2},
    {"7.2/public", REF_PPM_SCOPES, 3},
    {"8.0/email", REF_PPM_CHANNEL, 0},
    {"8.0/url", REF_PPM_ADDRESS, 0},
    {"8.0/url_device", REF_PPM_ADDRESS, 0},
    {"8.0/screen", REF_PPM_CHANNEL, 0},
    {"8.0/remote_screen", REF_PPM_CHANNEL, 0},
    {"8.0/post", REF_PPM_CHANNEL, 0},
    {"8.0/sms", REF_PPM_CHANNEL, 0},
    {"9.0/in_app", REF_PPM_CHANNEL, 0},
    {"9.0/signed", REF_PPM_CHANNEL, 0},
    {"9.0/onem2m", REF_PPM_CHANNEL, 0},
    {"10.0/level1", REF_PPM_LEVEL, 1},
    {"10.0/level2", REF_PPM_LEVEL, 2},
    {"10.0/level3", REF_PPM_LEVEL, 3},
    {"10.0/level4", REF_PPM_LEVEL, 4},
    {"10.0/level5", REF_PPM_LEVEL, 5},
    {"11.0/dob", REF_PPM_OTHER, 0},
    {"11.0/min_age", REF_PPM_AGE, 150},
    {"11.0/shelf_life", REF_PPM_OTHER, 0},
};

struct ref_ppm_row ref_ppm_row(int row)
{
    return rows[row];
}

static bool is_one_tag(int a, int b)
{
    size_t length = strcspn(rows[a].key, "/");

    return strncmp(rows[a].key, rows[b].key, length + 1) == 0;
}

void ref_ppm_tag(int row, int *first, int *end)
{
    *first = row;
    *end = row + 1;
    while (*first > 0 && is_one_tag(*first - 1, row)) {
        --*first;
    }
    while (*end < REF_PPM_ROWS && is_one_tag(*end, row)) {
        ++*end;
    }
}
