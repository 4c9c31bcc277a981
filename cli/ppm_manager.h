/*
 * The manager that a verb works on: its file, its key, the readings it is run
 * with, and the time.
 *
 *   struct pst_ppm_manager_words words;
 *   pst_ppm_manager_init(&words);
 *   ... options: PST_PPM_MANAGER_OPTIONS, and pst_ppm_manager_take()
 *   if (!pst_ppm_manager_open(&opened, &words)) { return PST_EXIT_UNUSABLE; }
 *   ... opened.manager, words.now_s
 *   pst_ppm_manager_close(&opened);
 */
#ifndef PST_CLI_PPM_MANAGER_H
#define PST_CLI_PPM_MANAGER_H

#include "base/time_text.h"
#include "cli/ppm.h"

/* What the command line says about it. */
struct pst_ppm_manager_words {
    const char *db;
    const char *keys; /* NULL: nothing is signed */
    postern_str kid;
    bool unsigned_terms;
    postern_ppm_profile profile;
    bool has_order;
    postern_ppm_kind order[POSTERN_PPM_USER];
    int64_t now_s;          /* of the clock, unless --now says another */
    postern_str subscriber; /* absent: not said */
    postern_str provider;
};

/* clang-format off */
#define PST_PPM_MANAGER_OPTIONS                                                \
    {"db", required_argument, NULL, PST_OPTION_DB},                            \
    {"keys", required_argument, NULL, PST_OPTION_KEYS},                        \
    {"kid", required_argument, NULL, PST_OPTION_KID},                          \
    {"unsigned-terms", no_argument, NULL, PST_OPTION_UNSIGNED_TERMS},          \
    {"profile", required_argument, NULL, PST_OPTION_PROFILE},                  \
    {"order", required_argument, NULL, PST_OPTION_ORDER},                      \
    {"now", required_argument, NULL, PST_OPTION_NOW},                          \
    {"subscriber", required_argument, NULL, PST_OPTION_SUBSCRIBER},            \
    {"provider", required_argument, NULL, PST_OPTION_PROVIDER}
/* clang-format on */

void pst_ppm_manager_init(struct pst_ppm_manager_words *words);

/* Whether an option of getopt_long() is one of these. */
bool pst_ppm_manager_has(int option);

/* Takes one, its argument in optarg; false, and reported, when the argument is
 * no such thing. */
bool pst_ppm_manager_take(struct pst_ppm_manager_words *words, int option);

/* False, and reported, when --subscriber or --provider is not there. */
bool pst_ppm_manager_has_pair(const struct pst_ppm_manager_words *words);

struct pst_ppm_opened {
    postern_keys *keys;
    postern_sqlite *sqlite;
    postern_ppm_manager *manager;
    /* What the manager keeps pointing to. */
    postern_ppm_kind order[POSTERN_PPM_USER];
};

/* Opens the file and the manager over it. False, and reported, when something
 * cannot be used; then there is nothing to close. `opened` stays where it is
 * until it is closed. */
bool pst_ppm_manager_open(struct pst_ppm_opened *opened,
                          const struct pst_ppm_manager_words *words);
void pst_ppm_manager_close(struct pst_ppm_opened *opened);

/* A verb that takes options, and so many words, and works on the manager. */
struct pst_ppm_verb {
    const struct pst_options *options;
    int words;         /* how many it takes */
    const char *usage; /* if any: which they are, in a sentence */
    bool of_a_pair;    /* --subscriber and --provider are needed */
    /* What is missing besides, before anything is opened, or NULL. NULL: no
     * more is needed. */
    const char *(*lacks)(const void *self);
    int (*work)(void *self, const struct pst_ppm_opened *opened, char **words);
};

/* Takes the command line, opens the manager, works, closes it, and ends the
 * output. The exit status. `self`, which options and work get, begins with a
 * struct pst_ppm_manager_words. */
int pst_ppm_run_verb(const struct pst_ppm_verb *verb, int argc, char **argv,
                     void *self);

/* Reports what a call of the manager has refused. PST_EXIT_NO for a refusal by
 * its rules, PST_EXIT_UNUSABLE for any other. */
int pst_ppm_manager_refused(const postern_diag *diag);

/* "2026-11-22T10:00:00Z"; "-" for INT64_MAX. */
void pst_ppm_time(int64_t time_s, char text[PST_TIME_TEXT]);

/* "acme-meter/meter/energy", with "*" for parts that are absent. */
void pst_ppm_column_text(const postern_ppm_column *column, char *text,
                         size_t size);

#endif
