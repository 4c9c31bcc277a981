#include "support/rng.h"
#include "support/sets.h"

#include "pdp/wildcard.h"

/* [ORI-04]: zero or more characters, as many stars as one likes. */

static bool matches(const char *pattern, const char *text)
{
    uint16_t failures[256];

    pst_wildcard_prepare(S(pattern), failures);
    return pst_wildcard_matches(S(pattern), failures, S(text));
}

Test(pdp_wildcard, knows_the_cases_by_hand)
{
    static const struct {
        const char *pattern;
        const char *text;
        bool matches;
    } cases[] = {
        {"", "", true},
        {"", "a", false},
        {"*", "", true},
        {"*", "abc", true},
        {"a*", "a", true},
        {"a*", "b", false},
        {"*a", "ba", true},
        {"*a", "ab", false},
        {"a*b", "ab", true},
        {"a*b", "axxb", true},
        {"a*b", "axxbc", false},
        {"Cab*ba", "Caba", false},
        {"ab*ba", "abba", true},
        {"**", "", true},
        {"a**b", "ab", true},
        {"*a*", "xax", true},
        {"*a*", "xxx", false},
        {"*aab*", "aaab", true},
        {"*ab*ab*", "abab", true},
        {"*ab*ab*", "aab", false},
        {"*aba*ba*", "ababa", true},
        {"*aba*aba*", "ababa", false},
        {"a*a", "a", false},
        {"abc", "abc", true},
        {"abc", "abd", false},
        {"a.c", "abc", false},
        {"C98*", "C9886", true},
        {"C98*", "xC9886", false},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        cr_expect_eq(matches(cases[i].pattern, cases[i].text), cases[i].matches,
                     "%s ~ %s", cases[i].pattern, cases[i].text);
    }
}

/* The dumb twin: which positions of the text can be reached after each
 * character of the pattern. */
static bool twin(const char *pattern, const char *text)
{
    size_t len = strlen(text);
    bool reached[64] = {true};

    for (; *pattern; pattern++) {
        bool next[64] = {false};
        bool any = false;

        for (size_t i = 0; i <= len; i++) {
            any = any || reached[i];
            if (*pattern == '*') {
                next[i] = any;
            } else if (i < len && reached[i] && text[i] == *pattern) {
                next[i + 1] = true;
            }
        }
        memcpy(reached, next, sizeof reached);
    }
    return reached[len];
}

static void random_text(struct rng *rng, const char *alphabet, char *out,
                        size_t max)
{
    size_t len = rng_below(rng, (uint32_t)max + 1);
    size_t letters = strlen(alphabet);

    for (size_t i = 0; i < len; i++) {
        out[i] = alphabet[rng_below(rng, (uint32_t)letters)];
    }
    out[len] = '\0';
}

Test(pdp_wildcard, agrees_with_its_twin)
{
    struct rng rng = {.state = 20261122};
    size_t hits = 0;

    for (int i = 0; i < 300000; i++) {
        char pattern[16];
        char text[24];
        bool expected;

        random_text(&rng, i % 2 ? "ab*" : "aab**", pattern, 12);
        random_text(&rng, "ab", text, 20);
        expected = twin(pattern, text);
        hits += expected;
        cr_assert_eq(matches(pattern, text), expected, "%s ~ %s", pattern,
                     text);
    }
    cr_expect_gt(hits, 10000);
}

Test(pdp_wildcard, folds_only_when_asked)
{
    uint16_t failures[16];

    pst_wildcard_prepare(S("*.exam*ple"), failures);
    cr_expect(pst_wildcard_matches_folded(S("*.exam*ple"), failures,
                                          S("SP.EXAMxPLE")));
    cr_expect_not(
        pst_wildcard_matches(S("*.exam*ple"), failures, S("SP.EXAMxPLE")));
}

/* Backtracking would take longer than the age of the universe. */
Test(pdp_wildcard, takes_linear_time_on_hostile_patterns, .timeout = 20)
{
    static char pattern[60001];
    static char text[60001];
    static uint16_t failures[60001];

    for (size_t i = 0; i < 60000; i++) {
        pattern[i] = i % 3000 == 0 ? '*' : 'a';
        text[i] = 'a';
    }
    pattern[0] = '*';
    pattern[59998] = 'b';
    pattern[59999] = '*';
    pst_wildcard_prepare((postern_str){pattern, 60000}, failures);
    for (int i = 0; i < 100; i++) {
        cr_assert_not(pst_wildcard_matches((postern_str){pattern, 60000},
                                           failures,
                                           (postern_str){text, 60000}));
    }
}
