/*
 * comparison ROUNDS [SEED [MILLISECONDS]]
 *
 * The comparison of postern-bench diff on one thread and nothing else, for the
 * mutants: a program that is linked in no time. Exits 0 when nothing differs,
 * 1 at the first difference, with the policy and the request. Ends by a signal
 * when a round takes longer than so many milliseconds of a processor: a mutant
 * that never ends is to be found out soon.
 */
#define _XOPEN_SOURCE 700 /* setitimer */

#include "bench/diff_round.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/time.h>

enum { OTHERS_EVERY = 8, DEFAULT_SEED = 1 };

/* Digits only; what does not fit counts as none. */
static uint64_t read_number(const char *text)
{
    uint64_t number = 0;

    for (; *text >= '0' && *text <= '9'; text++) {
        if (number > UINT64_MAX / 10 - 1) {
            return 0;
        }
        number = number * 10 + (uint64_t)(*text - '0');
    }
    return *text == '\0' ? number : 0;
}

/* Of the kinds that are slow, one in eight each. */
static uint64_t number_of(uint64_t round)
{
    if (round % OTHERS_EVERY == OTHERS_EVERY - 1) {
        return DIFF_KINDS * round + DIFF_BIG;
    }
    return DIFF_KINDS * round +
           (round % OTHERS_EVERY == 3 ? DIFF_MANY_ACPS : DIFF_SMALL);
}

/* From now on; 0: as long as it likes. */
static void limit(uint64_t milliseconds)
{
    struct itimerval timer = {.it_interval = {0, 0}};

    timer.it_value.tv_sec = (time_t)(milliseconds / 1000);
    timer.it_value.tv_usec = (suseconds_t)(milliseconds % 1000 * 1000);
    (void)setitimer(ITIMER_VIRTUAL, &timer, NULL);
}

struct task {
    uint64_t rounds;
    uint64_t seed;
    uint64_t milliseconds;
};

static bool compare(struct diff_round *round, const struct task *task)
{
    struct diff_counts counts = {.cases = 0};

    for (uint64_t i = 0; i < task->rounds; i++) {
        uint64_t number = number_of(i);

        limit(task->milliseconds);
        if (!diff_round_run(round, task->seed, number, &counts)) {
            printf("round %" PRIu64 ", ", number);
            diff_round_show_difference(round, stdout);
            return false;
        }
    }
    printf("%" PRIu64 " cases, %" PRIu64 " permitted\n", counts.cases,
           counts.permits);
    return counts.cases > 0;
}

int main(int argc, char **argv)
{
    struct diff_round *round = diff_round_new(DIFF_THOROUGHLY);
    const struct task task = {
        .rounds = argc > 1 ? read_number(argv[1]) : 0,
        .seed = argc > 2 ? read_number(argv[2]) : DEFAULT_SEED,
        .milliseconds = argc > 3 ? read_number(argv[3]) : 0,
    };
    bool same = round && compare(round, &task);

    diff_round_free(round);
    return same ? 0 : 1;
}
