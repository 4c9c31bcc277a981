/* "*" in an audience: any characters of one segment. [ORI-04] [TOK-07] */
#include "base/str.h"
#include "tokens/audience.h"

#include <criterion/criterion.h>

#include <stdlib.h>

static bool names(const char *entry, bool may_be_any)
{
    postern_str text = postern_str_of(entry);
    postern_claims claims = {
        .has_audience = true, .audience = &text, .audience_count = 1};
    postern_cse cse;

    cr_assert_eq(
        postern_cse_init(&cse, PST_STR("//sp.example"), PST_STR("/plant-cse")),
        POSTERN_OK);
    return pst_audience_names(&claims, &cse, may_be_any);
}

Test(token_audience, fits_patterns_of_one_segment_each)
{
    static const struct {
        const char *entry;
        bool fits;
        bool fits_any; /* where "*" alone may be an audience */
    } rows[] = {
        {"//sp.example/plant-cse", true, true},
        {"//sp.example/plant-*", true, true},
        {"//sp.example/*-cse", true, true},
        {"//sp.example/*", true, true},
        {"//sp.example/p*t*c*", true, true},
        {"//sp.example/**plant-cse**", true, true},
        {"//*/plant-cse", true, true},
        {"//*.example/plant-cse", true, true},
        {"//sp.*/pl*", true, true},
        {"*", false, true},
        {"//*/*", false, true},
        {"//**/***", false, true},
        {"/*", false, false},
        {"//*", false, false},
        {"**", false, false},
        {"//*/*/*", false, false},
        {"//sp.example/plant-cse*x", false, false},
        {"//sp.example/plant-csee*", false, false},
        {"//sp.example/*plant-plant-cse", false, false},
        {"//sp.example/plant-*-cse", false, false},
        {"//sp.*/*/plant-cse", false, false},
        {"*/plant-cse", false, false},
        {"//sp.example*", false, false},
        {"", false, false},
        {"/", false, false},
        {"//", false, false},
        {"///", false, false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(names(rows[i].entry, false), rows[i].fits, "%s",
                     rows[i].entry);
        cr_expect_eq(names(rows[i].entry, true), rows[i].fits_any, "%s, any",
                     rows[i].entry);
    }
}

/* The plain meaning of a pattern, for comparison: every way to split. */
static bool plainly_fits(const char *pattern, const char *text)
{
    bool reach[16][16] = {{false}};
    size_t patterns = strlen(pattern);
    size_t texts = strlen(text);

    reach[0][0] = true;
    for (size_t p = 0; p < patterns; p++) {
        for (size_t t = 0; t <= texts; t++) {
            bool here = reach[p][t];

            if (pattern[p] == '*') {
                for (size_t to = t; here && to <= texts; to++) {
                    reach[p + 1][to] = true;
                }
            } else if (here && t < texts && pattern[p] == text[t]) {
                reach[p + 1][t + 1] = true;
            }
        }
    }
    return reach[patterns][texts];
}

/* Every pattern of up to seven of a, b and *, with every text of up to five. */
Test(token_audience, fits_what_its_meaning_fits)
{
    for (unsigned p = 0; p < 3 * 3 * 3 * 3 * 3 * 3 * 3; p++) {
        char pattern[8] = {0};
        unsigned rest = p;

        for (size_t i = 0; i < 7; i++, rest /= 3) {
            pattern[i] = "ab*"[rest % 3];
        }
        for (size_t cut = 1; cut <= 7; cut++) {
            char part[8] = {0};

            memcpy(part, pattern, cut);
            for (unsigned t = 0; t < 32; t++) {
                char text[6] = {0};

                for (size_t i = 0; i < 5; i++) {
                    text[i] = (t >> i & 1) ? 'a' : 'b';
                }
                for (size_t len = 0; len <= 5; len++) {
                    char shorter[6] = {0};

                    memcpy(shorter, text, len);
                    cr_assert_eq(pst_segment_fits(postern_str_of(part),
                                                  (postern_str){shorter, len}),
                                 plainly_fits(part, shorter), "%s, %s", part,
                                 shorter);
                }
            }
        }
    }
}

/* A search that went back would take minutes. */
Test(token_audience, takes_linear_time, .timeout = 10)
{
    enum { PIECES = 200000 };
    char *pattern = malloc(2 * PIECES);
    char text[200];

    memset(text, 'a', sizeof text);
    for (size_t i = 0; i < PIECES; i++) {
        pattern[2 * i] = '*';
        pattern[2 * i + 1] = i < 150 ? 'a' : '*';
    }
    for (size_t i = 0; i < 200; i++) {
        cr_assert(pst_segment_fits((postern_str){pattern, 2 * PIECES},
                                   (postern_str){text, sizeof text}));
    }
    pattern[2 * PIECES - 1] = 'b';
    for (size_t i = 0; i < 200; i++) {
        cr_assert_not(pst_segment_fits((postern_str){pattern, 2 * PIECES},
                                       (postern_str){text, sizeof text}));
    }
    free(pattern);
}

/* [DDA-10] [DDA-14] */
Test(token_audience, is_this_cse_alone)
{
    postern_str both[] = {PST_STR("//sp.example/plant-cse"),
                          PST_STR("//sp.example/*")};
    postern_claims claims = {.has_audience = true, .audience = both};
    postern_cse cse;

    cr_assert_eq(
        postern_cse_init(&cse, PST_STR("//sp.example"), PST_STR("/plant-cse")),
        POSTERN_OK);
    cr_expect_not(pst_audience_is(&claims, &cse));
    claims.audience_count = 1;
    cr_expect(pst_audience_is(&claims, &cse));
    claims.audience_count = 2;
    cr_expect_not(pst_audience_is(&claims, &cse));
    claims.audience = both + 1;
    claims.audience_count = 1;
    cr_expect_not(pst_audience_is(&claims, &cse));
}
