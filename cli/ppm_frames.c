/* Frames, words and what is said about them on the command line. */
#include "cli/ppm.h"

#include "base/civil_time.h"
#include "base/diag.h"
#include "base/str.h"
#include "cli/source.h"
#include "ppm/value.h"

enum {
    ES_ALGS = 1 << POSTERN_ALG_ES256 | 1 << POSTERN_ALG_ES384 |
              1 << POSTERN_ALG_ES512,
    RS_ALGS =
        1 << POSTERN_ALG_RS256 | 1 << POSTERN_ALG_RS384 | 1 << POSTERN_ALG_RS512
};

/* An EC key allows one; of those of an RSA key the usual one signs. */
const uint32_t pst_terms_signing_algs = ES_ALGS | 1 << POSTERN_ALG_RS256;
const uint32_t pst_terms_verifying_algs = ES_ALGS | RS_ALGS;

/* A file, or all of standard input as a text. */
struct input {
    struct pst_vec bytes;
    postern_ppm_load_options options;
    postern_str text;
};

static bool open_input(struct input *input, const char *name,
                       postern_diag *diag)
{
    postern_ppm_load_options_init(&input->options);
    input->options.source = name;
    if (pst_source_read(&input->bytes, name, diag) != POSTERN_OK) {
        pst_print_diag(stderr, diag);
        return false;
    }
    input->text = (postern_str){input->bytes.data, input->bytes.count};
    return true;
}

static void close_input(struct input *input)
{
    postern_allocator heap = pst_allocator_of(NULL);

    pst_vec_release(&input->bytes, &heap);
}

bool pst_ppm_open_frame(const char *name,
                        void (*report)(void *user, const postern_diag *diag),
                        void *user, postern_ppm_frame **frame)
{
    struct input input;
    postern_diag diag;

    *frame = NULL;
    if (open_input(&input, name, &diag)) {
        input.options.report = report;
        input.options.user = user;
        if (postern_ppm_frame_load(frame, input.text, &input.options, &diag) !=
            POSTERN_OK) {
            pst_print_diag(stderr, &diag);
        }
    }
    close_input(&input);
    return *frame != NULL;
}

/* Terms as they are in a token; they live as long as `jose`. */
static postern_status open_terms(struct input *input, const postern_keys *keys,
                                 postern_jose **jose, postern_diag *diag)
{
    postern_status status = postern_jose_new(jose, NULL);

    if (status != POSTERN_OK) {
        return pst_diag_plain(diag, status);
    }
    status =
        postern_ppm_terms_open(*jose, keys, input->text, &input->text, diag);
    if (status != POSTERN_OK) {
        pst_diag_copy(diag->source, sizeof diag->source, input->options.source);
    }
    return status;
}

bool pst_ppm_open_signed(const char *name, const postern_keys *keys,
                         void (*report)(void *user, const postern_diag *diag),
                         void *user, postern_ppm_frame **frame)
{
    struct input input;
    postern_jose *jose = NULL;
    postern_diag diag;

    *frame = NULL;
    pst_diag_clear(&diag);
    if (open_input(&input, name, &diag)) {
        input.options.report = report;
        input.options.user = user;
        if (open_terms(&input, keys, &jose, &diag) != POSTERN_OK ||
            postern_ppm_frame_load(frame, input.text, &input.options, &diag) !=
                POSTERN_OK) {
            pst_print_diag(stderr, &diag);
        }
    }
    postern_jose_free(jose);
    close_input(&input);
    return *frame != NULL;
}

bool pst_ppm_open_words(const char *name, postern_ppm_words **words)
{
    struct input input;
    postern_diag diag;

    *words = NULL;
    if (open_input(&input, name, &diag) &&
        postern_ppm_words_load(words, input.text, &input.options, &diag) !=
            POSTERN_OK) {
        pst_print_diag(stderr, &diag);
    }
    close_input(&input);
    return *words != NULL;
}

bool pst_ppm_frames_open(struct pst_ppm_frame_list *list, int count,
                         char **names)
{
    list->count = 0;
    for (int i = 0; i < count; i++) {
        if (list->count == POSTERN_PPM_MAX_FRAMES) {
            (void)pst_misused(&pst_command_ppm, "too many frames, as of",
                              names[i]);
            return false;
        }
        if (!pst_ppm_open_frame(names[i], NULL, NULL,
                                &list->frames[list->count])) {
            return false;
        }
        list->count++;
    }
    return true;
}

void pst_ppm_frames_close(struct pst_ppm_frame_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        postern_ppm_frame_free(list->frames[i]);
    }
}

bool pst_ppm_take_today(const char *argument, int64_t *time_s)
{
    int64_t days;

    if (!pst_ppm_day(postern_str_of(argument), &days)) {
        (void)pst_misused(&pst_command_ppm,
                          "--today is a date such as 2026-03-17, not",
                          argument);
        return false;
    }
    *time_s = days * PST_SECONDS_PER_DAY;
    return true;
}

bool pst_ppm_take_profile(const char *argument, postern_ppm_profile *profile)
{
    for (int i = 0; i < POSTERN_PPM_PROFILES; i++) {
        *profile = (postern_ppm_profile)i;
        if (pst_str_is(postern_str_of(argument),
                       postern_ppm_profile_word(*profile))) {
            return true;
        }
    }
    (void)pst_misused(&pst_command_ppm,
                      "--profile is sound, literal or annexk, not", argument);
    return false;
}

/* Whether every kind that prefers is there once, the user at the end. */
static bool is_order(const postern_ppm_kind order[POSTERN_PPM_USER])
{
    unsigned seen = 0;

    for (int i = 0; i < POSTERN_PPM_USER; i++) {
        seen |= 1U << order[i];
    }
    return order[POSTERN_PPM_USER - 1] == POSTERN_PPM_USER &&
           seen == (2U << POSTERN_PPM_USER) - 2;
}

bool pst_ppm_take_order(const char *argument,
                        postern_ppm_kind order[POSTERN_PPM_USER])
{
    postern_str text = postern_str_of(argument);
    size_t at = 0;
    int count = 0;

    while (at <= text.len) {
        size_t end = pst_str_find(text, at, ',');

        if (count == POSTERN_PPM_USER) {
            count++; /* one too many */
            break;
        }
        order[count++] = postern_ppm_kind_of(pst_str_slice(text, at, end));
        at = end + 1;
    }
    if (count == POSTERN_PPM_USER && is_order(order)) {
        return true;
    }
    (void)pst_misused(&pst_command_ppm,
                      "--order is the six kinds with commas, user last, not",
                      argument);
    return false;
}
