#include "base/text_order.h"

#include "base/str.h"
#include "support/faulty.h"
#include "support/rng.h"

#include <criterion/criterion.h>
#include <stdio.h>

enum { TEXTS = 300, SIZE = 32 };

struct texts {
    char bytes[TEXTS][SIZE];
};

static postern_str text_of(const void *texts, uint32_t number)
{
    return postern_str_of(((const struct texts *)texts)->bytes[number]);
}

static const char *const beginnings[] = {"", "a", "acp", "a-long-beginning-"};

/* Few enough that many are equal, or one begins another. */
static void draw(struct texts *texts, uint32_t count, struct rng *rng)
{
    const char *beginning = beginnings[rng_below(rng, 4)];

    for (uint32_t i = 0; i < count; i++) {
        size_t len = strlen(beginning);
        size_t more = rng_below(rng, 12);

        memcpy(texts->bytes[i], beginning, len);
        for (size_t k = 0; k < more; k++) {
            texts->bytes[i][len + k] = "ab\x7F\xC3"[rng_below(rng, 4)];
        }
        texts->bytes[i][len + more] = '\0';
    }
}

Test(base_text_order, orders_every_number_once)
{
    postern_allocator heap = pst_allocator_of(NULL);
    static struct texts texts;
    struct rng rng = {.state = 11};

    for (uint32_t round = 0; round < 400; round++) {
        uint32_t count = rng_below(&rng, round % 40 ? 40 : TEXTS);
        uint32_t order[TEXTS];
        bool seen[TEXTS] = {false};

        draw(&texts, count, &rng);
        cr_assert_eq(pst_text_order(order, count, text_of, &texts, &heap),
                     POSTERN_OK);
        for (uint32_t i = 0; i < count; i++) {
            cr_assert_lt(order[i], count);
            cr_assert_not(seen[order[i]]);
            seen[order[i]] = true;
        }
        for (uint32_t i = 1; i < count; i++) {
            int way = pst_str_order(text_of(&texts, order[i - 1]),
                                    text_of(&texts, order[i]));

            cr_assert(way < 0 || (way == 0 && order[i - 1] < order[i]));
        }
    }
}

Test(base_text_order, needs_memory_and_gives_it_back)
{
    static struct texts texts = {{"b", "a", "c"}};
    struct faulty faulty = {.fail_at = 1};
    postern_allocator heap = faulty_allocator(&faulty);
    uint32_t order[3];

    cr_expect_eq(pst_text_order(order, 3, text_of, &texts, &heap),
                 POSTERN_ERR_MEMORY);
    faulty.fail_at = 0;
    cr_expect_eq(pst_text_order(order, 3, text_of, &texts, &heap), POSTERN_OK);
    cr_expect_eq(order[0], 1);
    cr_expect_eq(faulty.live + faulty.wrong_sizes, 0);
}
