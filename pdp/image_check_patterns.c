/* The originators of an image that are patterns, and lists of them. */
#include "base/bytes.h"
#include "pdp/image_check.h"
#include "pdp/pattern_index.h"

enum { MAX_SEGMENTS = 2, WORD = 8 };

/* Not 0 when one of eight bytes is c. */
static uint64_t has_byte(uint64_t bytes, char c)
{
    bytes ^= PST_EACH_BYTE * (unsigned char)c;
    return (bytes - PST_EACH_BYTE) & ~bytes & PST_HIGH_BITS;
}

/* Not 0 when one of the bytes of a text is a or b. The last eight are looked at
 * again when there are not as many. */
static uint64_t has_either(const char *text, size_t len, char a, char b)
{
    uint64_t any = 0;
    size_t i = 0;

    if (len < WORD) {
        for (; i < len; i++) {
            any |= (uint64_t)(text[i] == a) | (uint64_t)(text[i] == b);
        }
        return any;
    }
    for (; i + WORD < len; i += WORD) {
        any |=
            has_byte(pst_load8(text + i), a) | has_byte(pst_load8(text + i), b);
    }
    return any | has_byte(pst_load8(text + len - WORD), a) |
           has_byte(pst_load8(text + len - WORD), b);
}

static bool are_zero(const uint16_t *failures, size_t count)
{
    const char *bytes = (const char *)failures;
    size_t size = count * sizeof *failures;
    uint64_t any = 0;
    size_t i = 0;

    if (size < WORD) {
        return pst_load_short(bytes, size) == 0;
    }
    for (; i + WORD < size; i += WORD) {
        any |= pst_load8(bytes + i);
    }
    return (any | pst_load8(bytes + size - WORD)) == 0;
}

/* Whether it is one piece, perhaps with a "*" at its end, whose first character
 * is nowhere else in it, and all failures are 0 as they have to be then: that
 * is so with most, and is seen eight bytes at a time. */
static bool is_prepared_plainly(postern_str pattern, const uint16_t *failures)
{
    size_t last = pattern.len ? pattern.len - 1 : 0;

    return are_zero(failures, pattern.len) &&
           (last == 0 ||
            (pattern.data[0] != '*' && pattern.data[last] != pattern.data[0] &&
             !has_either(pattern.data + 1, last - 1, '*', pattern.data[0])));
}

/* Whether the failures are those of pst_wildcard_prepare(): then each is less
 * than the length of what was matched, and every search ends. */
static bool is_prepared(postern_str pattern, const uint16_t *failures)
{
    size_t start = 0; /* of the piece */
    size_t length = 0;

    for (size_t i = 0; i < pattern.len; i++) {
        if (pattern.data[i] == '*') {
            start = i + 1;
        }
        if (i <= start) {
            length = 0;
        } else {
            while (length && pattern.data[i] != pattern.data[start + length]) {
                length = failures[start + length - 1];
            }
            length += pattern.data[i] == pattern.data[start + length];
        }
        if (failures[i] != length) {
            return false;
        }
    }
    return true;
}

static bool check_pattern_texts(const struct pst_check *check, uint32_t number,
                                const struct pst_pattern *pattern)
{
    const postern_acp_set *set = check->set;

    if (!pst_text_ref_is_sound(set, pattern->domain) ||
        !pst_text_ref_is_sound(set, pattern->first) ||
        !pst_text_ref_is_sound(set, pattern->second)) {
        return pst_check_refuse(check, PST_TABLE_PATTERNS, number,
                                "a text is not within the pool", NULL);
    }
    if (pattern->segments < 1 || pattern->segments > MAX_SEGMENTS ||
        (pattern->segments == 1 && pattern->second.len)) {
        return pst_check_refuse(
            check, PST_TABLE_PATTERNS, number,
            "it has # segments and a second one of #"
            " characters",
            (uint64_t[]){pattern->segments, pattern->second.len});
    }
    if (!pst_is_lower(pst_text_at(set, pattern->domain))) {
        return pst_check_refuse(check, PST_TABLE_PATTERNS, number,
                                "its domain is not in lower case", NULL);
    }
    return true;
}

static bool check_failures(const struct pst_check *check, uint32_t number,
                           const struct pst_pattern *pattern)
{
    const postern_acp_set *set = check->set;
    const struct pst_text_ref refs[] = {pattern->domain, pattern->first,
                                        pattern->second};
    const uint16_t *failures =
        PST_TABLE(set, FAILURES, uint16_t) + pattern->failures;
    uint64_t len = (uint64_t)pattern->domain.len + pattern->first.len +
                   pattern->second.len;
    uint32_t all = pst_table_count(set, PST_TABLE_FAILURES);

    if (len > all || pattern->failures > all - len) {
        return pst_check_refuse(check, PST_TABLE_PATTERNS, number,
                                "its # failures at # are not among #",
                                (uint64_t[]){len, pattern->failures, all});
    }
    for (size_t i = 0; i < sizeof refs / sizeof *refs; i++) {
        postern_str text = pst_text_at(set, refs[i]);

        if (!is_prepared_plainly(text, failures) &&
            !is_prepared(text, failures)) {
            return pst_check_refuse(check, PST_TABLE_PATTERNS, number,
                                    "its failures are not those of its texts",
                                    NULL);
        }
        failures += refs[i].len;
    }
    return true;
}

bool pst_check_patterns(const struct pst_check *check)
{
    const postern_acp_set *set = check->set;
    const struct pst_pattern *patterns =
        PST_TABLE(set, PATTERNS, struct pst_pattern);
    struct pst_patterns view;
    uint64_t failures = 0; /* each pattern has its own: the time is linear */

    for (uint32_t i = 0; i < pst_table_count(set, PST_TABLE_PATTERNS); i++) {
        if (patterns[i].failures != failures) {
            return pst_check_refuse(
                check, PST_TABLE_PATTERNS, i, "its failures are at #, not at #",
                (uint64_t[]){patterns[i].failures, failures});
        }
        if (!check_pattern_texts(check, i, &patterns[i]) ||
            !check_failures(check, i, &patterns[i])) {
            return false;
        }
        failures += (uint64_t)patterns[i].domain.len + patterns[i].first.len +
                    patterns[i].second.len;
    }
    view = pst_patterns_of(set);
    if (!pst_pattern_index_is_sound(&view, check->patterns.bits)) {
        return pst_check_refuse(check, PST_TABLE_PATTERN_INDEX, PST_WHOLE_TABLE,
                                "it is not an index of the patterns", NULL);
    }
    return true;
}

/* ---- lists ------------------------------------------------------------- */

/* List behind list up to the end of the table. */
bool pst_check_lists(const struct pst_check *check)
{
    const uint32_t *lists = PST_TABLE(check->set, LISTS, uint32_t);
    uint32_t first =
        check->atoms - pst_table_count(check->set, PST_TABLE_PATTERNS);
    uint32_t all = check->lists.count;

    for (uint32_t at = 0; at < all; at += 1 + lists[at]) {
        if (!pst_is_within(at + 1, lists[at], all)) {
            return pst_check_refuse(check, PST_TABLE_LISTS, at,
                                    "its # patterns do not fit in # words",
                                    (uint64_t[]){lists[at], all});
        }
        for (uint32_t i = 1; i <= lists[at]; i++) {
            uint32_t atom = lists[at + i];

            if (atom < first || atom >= check->atoms ||
                (i > 1 && atom <= lists[at + i - 1])) {
                return pst_check_refuse(
                    check, PST_TABLE_LISTS, at,
                    "entry # is atom #, in their order patterns are # to #",
                    (uint64_t[]){i, atom, first, (uint64_t)check->atoms - 1});
            }
        }
        pst_places_add(check->lists, at);
    }
    return true;
}
