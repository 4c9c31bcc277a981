#include "policy-lang/country_codes.h"

#include "base/str.h"

/* The 249 officially assigned codes, by first letter. */
static const char *const assigned[26] = {
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ",
    "BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ",
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ",
    "DE DJ DK DM DO DZ",
    "EC EE EG EH ER ES ET",
    "FI FJ FK FM FO FR",
    "GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY",
    "HK HM HN HR HT HU",
    "ID IE IL IM IN IO IQ IR IS IT",
    "JE JM JO JP",
    "KE KG KH KI KM KN KP KR KW KY KZ",
    "LA LB LC LI LK LR LS LT LU LV LY",
    "MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ",
    "NA NC NE NF NG NI NL NO NP NR NU NZ",
    "OM",
    "PA PE PF PG PH PK PL PM PN PR PS PT PW PY",
    "QA",
    "RE RO RS RU RW",
    "SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ",
    "TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ",
    "UA UG UM US UY UZ",
    "VA VC VE VG VI VN VU",
    "WF WS",
    "",
    "YE YT",
    "ZA ZM ZW",
};

static const struct {
    const char *code;
    const char *meant;
} mistaken[] = {
    {"EL", "GR"}, /* as the European Union writes Greece */
    {"UK", "GB"}, /* as in domain names */
};

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

bool pst_country_is_assigned(postern_str code)
{
    char first = code.len == 2 ? upper(code.data[0]) : '\0';
    postern_str row;

    if (first < 'A' || first > 'Z') {
        return false;
    }
    row = postern_str_of(assigned[first - 'A']);
    for (size_t i = 1; i < row.len; i += 3) {
        if (row.data[i] == upper(code.data[1])) {
            return true;
        }
    }
    return false;
}

const char *pst_country_meant(postern_str code)
{
    for (size_t i = 0; i < sizeof mistaken / sizeof mistaken[0]; i++) {
        if (pst_str_fold_equal(code, postern_str_of(mistaken[i].code))) {
            return mistaken[i].meant;
        }
    }
    return NULL;
}
