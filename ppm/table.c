/* The table of annex J as callers see it, and the words of its columns. */
#include "ppm/annex_j.h"

#include "base/str.h"

const postern_ppm_tag *postern_ppm_tag_at(uint32_t position)
{
    return position < POSTERN_PPM_TAGS ? &pst_ppm_tags[position] : NULL;
}

const postern_ppm_row *postern_ppm_row_at(uint32_t number)
{
    return number < POSTERN_PPM_ROWS ? &pst_ppm_rows[number] : NULL;
}

uint32_t postern_ppm_row_find(postern_str key)
{
    uint32_t number = 0;

    while (number < POSTERN_PPM_ROWS &&
           !pst_str_is(key, pst_ppm_rows[number].key)) {
        number++;
    }
    return number;
}

const char *postern_ppm_table_hash(void)
{
    return pst_ppm_hash;
}

/* The word at a position, or "?". */
static const char *word_at(const char *const *words, size_t count,
                           size_t position)
{
    return position < count ? words[position] : "?";
}

#define WORD_AT(words, position)                                               \
    word_at((words), sizeof(words) / sizeof *(words), (size_t)(position))

const char *postern_ppm_group_word(postern_ppm_group group)
{
    static const char *const words[] = {
        "info",           "independent",   "scale_retention",
        "scale_interval", "scale_ordinal", "set_place",
        "any_of",         "level",         "predicate"};

    return WORD_AT(words, group);
}

const char *postern_ppm_type_word(postern_ppm_type type)
{
    static const char *const words[] = {"yes_no",
                                        "int_range",
                                        "seconds",
                                        "int_or_range",
                                        "level",
                                        "date",
                                        "text",
                                        "text_feed",
                                        "url",
                                        "app_id",
                                        "country",
                                        "country_set",
                                        "nation_block_set",
                                        "no_or_scope_reason",
                                        "no_or_scope_reason_bodies"};

    return WORD_AT(words, type);
}

const char *postern_ppm_polarity_word(postern_ppm_polarity polarity)
{
    static const char *const words[] = {"limit", "require", "absence", "info"};

    return WORD_AT(words, polarity);
}

const char *postern_ppm_comparison_word(postern_ppm_comparison comparison)
{
    static const char *const words[] = {
        "allow",        "absence",     "scale_le",   "interval_ge",
        "ordinal_le",   "feed_option", "set_subset", "contains",
        "scope_subset", "any_of",      "level_ge",   "age_ge",
        "age_input",    "date_le",     "deny_list",  "info"};

    return WORD_AT(words, comparison);
}

static const char *const kind_words[POSTERN_PPM_KINDS] = {
    "nobody",      "legal_region", "legal_country", "legal_city",
    "legal_state", "parental",     "user",          "provider"};

const char *postern_ppm_kind_word(postern_ppm_kind kind)
{
    return WORD_AT(kind_words, kind);
}

postern_ppm_kind postern_ppm_kind_of(postern_str word)
{
    for (size_t i = 1; i < POSTERN_PPM_KINDS; i++) {
        if (pst_str_is(word, kind_words[i])) {
            return (postern_ppm_kind)i;
        }
    }
    return POSTERN_PPM_NOBODY;
}

const char *postern_ppm_profile_word(postern_ppm_profile profile)
{
    static const char *const words[] = {"sound", "literal", "annexk"};

    return WORD_AT(words, profile);
}

const char *postern_ppm_state_word(postern_ppm_state state)
{
    static const char *const words[] = {"green", "red", "locked", "overruled"};

    return WORD_AT(words, state);
}

const char *postern_ppm_code_word(postern_ppm_code code)
{
    static const char *const words[POSTERN_PPM_CODES] = {
        [POSTERN_PPM_NO_PREF] = "NO_PREF",
        [POSTERN_PPM_MATCH] = "MATCH",
        [POSTERN_PPM_NOT_USED] = "NOT_USED",
        [POSTERN_PPM_BOTH_NO] = "BOTH_NO",
        [POSTERN_PPM_WITHIN_LIMIT] = "WITHIN_LIMIT",
        [POSTERN_PPM_WITHIN_SET] = "WITHIN_SET",
        [POSTERN_PPM_SERVED_BY_OTHER_CHANNEL] = "SERVED_BY_OTHER_CHANNEL",
        [POSTERN_PPM_ABOVE_NEED] = "ABOVE_NEED",
        [POSTERN_PPM_CLAIMS_NONE] = "CLAIMS_NONE",
        [POSTERN_PPM_OVERRULES_PREFERENCE] = "OVERRULES_PREFERENCE",
        [POSTERN_PPM_REFUSED] = "REFUSED",
        [POSTERN_PPM_LAW_FORBIDS] = "LAW_FORBIDS",
        [POSTERN_PPM_OVER_LIMIT] = "OVER_LIMIT",
        [POSTERN_PPM_UNDER_FLOOR] = "UNDER_FLOOR",
        [POSTERN_PPM_OUTSIDE_SET] = "OUTSIDE_SET",
        [POSTERN_PPM_LACKS_COUNTRY] = "LACKS_COUNTRY",
        [POSTERN_PPM_SUBSTITUTE_WANTED] = "SUBSTITUTE_WANTED",
        [POSTERN_PPM_UNCOMPARABLE] = "UNCOMPARABLE",
        [POSTERN_PPM_MANDATED_MISSING] = "MANDATED_MISSING",
        [POSTERN_PPM_BELOW_LEVEL] = "BELOW_LEVEL",
        [POSTERN_PPM_UNDECLARED] = "UNDECLARED",
        [POSTERN_PPM_AGE_UNDER] = "AGE_UNDER",
        [POSTERN_PPM_AGE_OVER] = "AGE_OVER",
        [POSTERN_PPM_AGE_UNKNOWN] = "AGE_UNKNOWN",
        [POSTERN_PPM_EXPIRED] = "EXPIRED",
        [POSTERN_PPM_DATE_UNKNOWN] = "DATE_UNKNOWN",
        [POSTERN_PPM_DIFFERS] = "DIFFERS",
    };

    return WORD_AT(words, code);
}
