/* Target functions: postern_ppm_frame_load, postern_ppm_words_load,
 * postern_ppm_frame_load_file, postern_ppm_words_load_file,
 * postern_ppm_stack_new, postern_ppm_evaluate, postern_ppm_sentence
 *
 * A text as a frame: refused with a place, or every cell of a stack with it can
 * be asked for, with a sentence, and red is red in its own profile. */
#define _GNU_SOURCE /* memfd_create */

#include "fuzz/fuzz.h"

#include "base/str.h"
#include "support/memory_file.h"

#include <postern/ppm.h>

#include <string.h>

enum { SENTENCE = 200, COLUMNS_LOOKED_AT = 8 };

static unsigned heard; /* warnings */

static postern_ppm_frame *plain(const char *text)
{
    postern_ppm_frame *frame;

    FUZZ_CLAIM(postern_ppm_frame_load(&frame, postern_str_of(text), NULL,
                                      NULL) == POSTERN_OK);
    return frame;
}

static void look_at_cell(const postern_ppm_stack *stack, uint32_t column,
                         uint32_t row)
{
    for (int profile = 0; profile < POSTERN_PPM_PROFILES; profile++) {
        postern_ppm_cell cell;
        char sentence[SENTENCE];
        size_t len;

        postern_ppm_evaluate(stack, column, row, (postern_ppm_profile)profile,
                             &cell);
        len =
            postern_ppm_sentence(stack, &cell, NULL, sentence, sizeof sentence);
        FUZZ_CLAIM(len > 0 && strlen(sentence) < sizeof sentence);
        FUZZ_CLAIM(!cell.user_can_accept || cell.state == POSTERN_PPM_RED);
        FUZZ_CLAIM((cell.state == POSTERN_PPM_RED ||
                    cell.state == POSTERN_PPM_LOCKED) ==
                   ((cell.red_in >> profile & 1) != 0));
        FUZZ_CLAIM(cell.state != POSTERN_PPM_OVERRULED || cell.overruled);
    }
}

/* With the frame, and with whoever is missing beside it. */
static void put_together(const postern_ppm_frame *frame)
{
    postern_ppm_frame *user = plain("{\"kind\":\"user\",\"rows\":{}}");
    postern_ppm_frame *provider =
        plain("{\"kind\":\"provider\",\"rows\":{\"6.0/month\":6,"
              "\"7.0/group\":{\"scope\":[\"a\"],\"reason\":[\"legal\"]},"
              "\"4.0/nation\":[\"DE\"],\"10.0/level2\":\"Yes\"}}");
    const postern_ppm_frame *frames[3] = {frame, user, provider};
    postern_ppm_stack *stack;
    postern_ppm_frame_head head;
    size_t count = 3;

    postern_ppm_frame_look(frame, &head);
    if (head.kind == POSTERN_PPM_USER) {
        frames[1] = provider;
        count = 2;
    }
    if (postern_ppm_stack_new(&stack, frames, count, NULL, NULL) ==
        POSTERN_OK) {
        uint32_t columns = postern_ppm_stack_columns(stack);

        FUZZ_CLAIM(columns > 0);
        for (uint32_t column = 0;
             column < columns && column < COLUMNS_LOOKED_AT; column++) {
            for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
                look_at_cell(stack, column, row);
            }
        }
        postern_ppm_stack_free(stack);
    }
    postern_ppm_frame_free(user);
    postern_ppm_frame_free(provider);
}

static void hear(void *user, const postern_diag *diag)
{
    FUZZ_CLAIM(user == &heard && diag->lint[0] && diag->message[0]);
    FUZZ_CLAIM(diag->severity == POSTERN_SEVERITY_WARNING);
    heard++;
}

/* In another language every label is there, and nothing beyond the last. */
static void look_at_words(const postern_ppm_words *words)
{
    for (uint32_t i = 0; i <= POSTERN_PPM_TAGS; i++) {
        bool is_one = i < POSTERN_PPM_TAGS;

        FUZZ_CLAIM((postern_ppm_tag_name(words, i).len > 0) == is_one);
        FUZZ_CLAIM((postern_ppm_tag_description(words, i).len > 0) == is_one);
    }
    for (uint32_t i = 0; i <= POSTERN_PPM_ROWS; i++) {
        bool is_one = i < POSTERN_PPM_ROWS;

        FUZZ_CLAIM((postern_ppm_row_label(words, i).len > 0) == is_one);
        FUZZ_CLAIM((postern_ppm_row_description(words, i).data != NULL) ==
                   is_one);
    }
    FUZZ_CLAIM(postern_ppm_words_language(words).len > 0);
}

static void try_words(postern_str text, const char *path,
                      const postern_ppm_load_options *options)
{
    postern_ppm_words *words;
    postern_ppm_words *again;
    postern_diag diag;
    postern_status status =
        postern_ppm_words_load(&words, text, options, &diag);

    FUZZ_CLAIM((status == POSTERN_OK) == (words != NULL));
    FUZZ_CLAIM(diag.status == status);
    FUZZ_CLAIM(postern_ppm_words_load_file(&again, path, options, NULL) ==
               status);
    look_at_words(words); /* NULL: English */
    postern_ppm_words_free(words);
    postern_ppm_words_free(again);
}

static void try_frame(postern_str text, const char *path,
                      const postern_ppm_load_options *options)
{
    postern_ppm_frame *frame;
    postern_ppm_frame *again;
    postern_diag diag;
    postern_status status =
        postern_ppm_frame_load(&frame, text, options, &diag);

    FUZZ_CLAIM((status == POSTERN_OK) == (frame != NULL));
    FUZZ_CLAIM(status == POSTERN_OK || diag.message[0]);
    FUZZ_CLAIM(status != POSTERN_ERR_POLICY || (diag.line && diag.lint[0]));
    FUZZ_CLAIM(postern_ppm_frame_load_file(&again, path, options, NULL) ==
               status);
    if (frame) {
        put_together(frame);
    }
    postern_ppm_frame_free(frame);
    postern_ppm_frame_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    postern_str text = {(const char *)data, size};
    postern_ppm_load_options options;
    struct memory_file file;

    FUZZ_CLAIM(memory_file_open(&file, data, size));
    postern_ppm_load_options_init(&options);
    options.limits.text_bytes = 1 << 16;
    options.report = hear;
    options.user = &heard;
    try_frame(text, file.path, &options);
    try_words(text, file.path, &options);
    memory_file_close(&file);
    return 0;
}
