#include "cli/ppm_manager.h"

#include "base/diag.h"
#include "base/text.h"
#include "base/time_text.h"
#include "cli/arguments.h"
#include "cli/key_file.h"
#include "cli/source.h"

#include <getopt.h>
#include <string.h>

void pst_ppm_manager_init(struct pst_ppm_manager_words *words)
{
    memset(words, 0, sizeof *words);
    (void)pst_clock(&words->now_s); /* 1970 when there is none */
}

bool pst_ppm_manager_has(int option)
{
    switch (option) {
    case PST_OPTION_DB:
    case PST_OPTION_KEYS:
    case PST_OPTION_KID:
    case PST_OPTION_UNSIGNED_TERMS:
    case PST_OPTION_PROFILE:
    case PST_OPTION_ORDER:
    case PST_OPTION_NOW:
    case PST_OPTION_SUBSCRIBER:
    case PST_OPTION_PROVIDER:
        return true;
    default:
        return false;
    }
}

bool pst_ppm_manager_take(struct pst_ppm_manager_words *words, int option)
{
    switch (option) {
    case PST_OPTION_DB:
        words->db = optarg;
        return true;
    case PST_OPTION_KEYS:
        words->keys = optarg;
        return true;
    case PST_OPTION_KID:
        words->kid = postern_str_of(optarg);
        return true;
    case PST_OPTION_UNSIGNED_TERMS:
        words->unsigned_terms = true;
        return true;
    case PST_OPTION_PROFILE:
        return pst_ppm_take_profile(optarg, &words->profile);
    case PST_OPTION_ORDER:
        words->has_order = true;
        return pst_ppm_take_order(optarg, words->order);
    case PST_OPTION_NOW:
        return pst_take_time(&pst_command_ppm, "--now", optarg, &words->now_s);
    case PST_OPTION_SUBSCRIBER:
        words->subscriber = postern_str_of(optarg);
        return true;
    case PST_OPTION_PROVIDER:
        words->provider = postern_str_of(optarg);
        return true;
    default:
        return false;
    }
}

bool pst_ppm_manager_has_pair(const struct pst_ppm_manager_words *words)
{
    if (words->subscriber.data && words->provider.data) {
        return true;
    }
    (void)pst_misused(&pst_command_ppm,
                      words->subscriber.data ? "--provider ID is missing"
                                             : "--subscriber ID is missing",
                      NULL);
    return false;
}

/* ---- opening ------------------------------------------------------------- */

static bool read_keys(struct pst_ppm_opened *opened,
                      const struct pst_ppm_manager_words *words)
{
    const struct pst_key_file file = {words->keys, words->kid,
                                      pst_terms_signing_algs};

    if (!words->keys) {
        return true;
    }
    opened->keys = pst_key_file_read(&file);
    return opened->keys != NULL;
}

static postern_status open_manager(struct pst_ppm_opened *opened,
                                   const struct pst_ppm_manager_words *words,
                                   postern_diag *diag)
{
    postern_ppm_manager_options options;

    PST_TRY(postern_sqlite_open(&opened->sqlite, words->db, diag));
    postern_ppm_manager_options_init(&options);
    options.profile = words->profile;
    options.sign_keys = opened->keys;
    options.sign_kid = words->kid;
    options.unsigned_terms = words->unsigned_terms;
    if (words->has_order) {
        options.order = opened->order;
        options.order_count = POSTERN_PPM_USER;
    }
    return postern_ppm_manager_open(&opened->manager,
                                    postern_sqlite_storage(opened->sqlite),
                                    &options, diag);
}

bool pst_ppm_manager_open(struct pst_ppm_opened *opened,
                          const struct pst_ppm_manager_words *words)
{
    postern_diag diag;

    memset(opened, 0, sizeof *opened);
    memcpy(opened->order, words->order, sizeof opened->order);
    pst_diag_clear(&diag);
    if (!words->db) {
        (void)pst_misused(&pst_command_ppm, "--db FILE is missing", NULL);
        return false;
    }
    if (!read_keys(opened, words)) {
        return false;
    }
    if (open_manager(opened, words, &diag) == POSTERN_OK) {
        return true;
    }
    if (!diag.source[0]) {
        pst_diag_copy(diag.source, sizeof diag.source, words->db);
    }
    pst_print_diag(stderr, &diag);
    pst_ppm_manager_close(opened);
    return false;
}

void pst_ppm_manager_close(struct pst_ppm_opened *opened)
{
    postern_ppm_manager_close(opened->manager);
    postern_sqlite_close(opened->sqlite);
    postern_keys_free(opened->keys);
}

int pst_ppm_run_verb(const struct pst_ppm_verb *verb, int argc, char **argv,
                     void *self)
{
    struct pst_ppm_manager_words *words = self;
    struct pst_ppm_opened opened;
    const char *lacks;
    int status;

    pst_ppm_manager_init(words);
    status = pst_take_options(verb->options, argc, argv, self);
    if (status != PST_GO_ON) {
        return status;
    }
    if (argc - optind != verb->words) {
        return verb->words
                   ? pst_misused(&pst_command_ppm, verb->usage, NULL)
                   : pst_misused(&pst_command_ppm,
                                 "there are options only, not", argv[optind]);
    }
    lacks = verb->lacks ? verb->lacks(self) : NULL;
    if (lacks) {
        return pst_misused(&pst_command_ppm, lacks, NULL);
    }
    if ((verb->of_a_pair && !pst_ppm_manager_has_pair(words)) ||
        !pst_ppm_manager_open(&opened, words)) {
        return PST_EXIT_UNUSABLE;
    }
    status = verb->work(self, &opened, argv + optind);
    pst_ppm_manager_close(&opened);
    return pst_finish(&pst_command_ppm, status);
}

int pst_ppm_manager_refused(const postern_diag *diag)
{
    pst_print_diag(stderr, diag);
    return diag->status == POSTERN_ERR_POLICY ? PST_EXIT_NO : PST_EXIT_UNUSABLE;
}

/* ---- texts --------------------------------------------------------------- */

void pst_ppm_time(int64_t time_s, char text[PST_TIME_TEXT])
{
    if (time_s == INT64_MAX) {
        memcpy(text, "-", 2);
    } else {
        pst_time_text(text, PST_TIME_ISO, time_s);
    }
}

void pst_ppm_column_text(const postern_ppm_column *column, char *text,
                         size_t size)
{
    const postern_str parts[] = {column->application, column->device,
                                 column->data};
    struct pst_text out;

    pst_text_init(&out, text, size);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        pst_text_add(&out, i ? "/" : "");
        pst_text_add_str(&out, parts[i].data ? parts[i] : postern_str_of("*"));
    }
}
