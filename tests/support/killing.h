/*
 * A program that is killed at any moment, again and again, while it writes; and
 * what has to be there each time.
 *
 * The program acknowledges numbers: 1, 2 ... in order, each when what belongs
 * to it is said to be on disk. After each kill `found` says up to which number
 * everything is there (and claims whatever else has to hold): never less than
 * was acknowledged, at most `ahead` more.
 */
#ifndef TESTS_SUPPORT_KILLING_H
#define TESTS_SUPPORT_KILLING_H

#if !defined(_XOPEN_SOURCE) && !defined(_GNU_SOURCE)
#error "define _XOPEN_SOURCE 700 before the first header, for kill()"
#endif

#include "support/claim.h"
#include "support/rng.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct killing {
    const char *path;
    /* Writes from a number on until it is killed, or something fails. */
    void (*write)(const char *path, uint64_t from, int acknowledged);
    uint64_t (*found)(const char *path);
    uint64_t ahead;
    unsigned rounds;
};

static inline void acknowledge(int acknowledged, uint64_t number)
{
    if (write(acknowledged, &number, sizeof number) != (ssize_t)sizeof number) {
        _exit(1);
    }
}

static inline bool acknowledged_next(int pipe, uint64_t *number)
{
    return read(pipe, number, sizeof *number) == (ssize_t)sizeof *number;
}

/* The last number acknowledged before the kill; `last` when there is none. */
static inline uint64_t kill_one(const struct killing *killing, uint64_t last,
                                struct rng *rng)
{
    const struct timespec moment = {0, rng_below(rng, 500000)};
    uint32_t awaited = rng_below(rng, 6);
    int ends[2];
    pid_t child;
    int status;

    if (pipe(ends) != 0 || (child = fork()) < 0) {
        abort();
    }
    if (child == 0) {
        close(ends[0]);
        killing->write(killing->path, last + 1, ends[1]);
        _exit(1);
    }
    close(ends[1]);
    while (awaited-- > 0 && acknowledged_next(ends[0], &last)) {
    }
    (void)nanosleep(&moment, NULL);
    kill(child, SIGKILL);
    while (acknowledged_next(ends[0], &last)) {
    }
    close(ends[0]);
    if (waitpid(child, &status, 0) != child) {
        abort();
    }
    claim(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
          "the writer ended by itself");
    return last;
}

static inline void kill_again_and_again(const struct killing *killing)
{
    struct rng rng = {20240229};
    uint64_t last = 0;

    for (unsigned i = 0; i < killing->rounds && claims_lost == 0; i++) {
        uint64_t acknowledged = kill_one(killing, last, &rng);

        last = killing->found(killing->path);
        claim(last >= acknowledged && last <= acknowledged + killing->ahead,
              "kill %u: %llu was acknowledged, %llu is there", i,
              (unsigned long long)acknowledged, (unsigned long long)last);
    }
    printf("%u kills, %llu acknowledged\n", killing->rounds,
           (unsigned long long)last);
    claim(last > killing->rounds, "hardly anything was written");
}

#endif
