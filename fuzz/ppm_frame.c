/* Target functions: postern_ppm_frame_load, postern_ppm_words_load,
 * postern_ppm_stack_new, postern_ppm_evaluate, postern_ppm_sentence
 *
 * A text as a frame: refused with a place, or every cell of a stack with it can
 * be asked for, with a sentence, and red is red in its own profile. */
#include "fuzz/fuzz.h"

#include "base/str.h"

#include <postern/ppm.h>

#include <string.h>

enum { SENTENCE = 200, COLUMNS_LOOKED_AT = 8 };

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    postern_str text = {(const char *)data, size};
    postern_ppm_load_options options;
    postern_ppm_frame *frame;
    postern_ppm_words *words;
    postern_diag diag;
    postern_status status;

    postern_ppm_load_options_init(&options);
    options.limits.text_bytes = 1 << 16;
    status = postern_ppm_frame_load(&frame, text, &options, &diag);
    FUZZ_CLAIM((status == POSTERN_OK) == (frame != NULL));
    FUZZ_CLAIM(status == POSTERN_OK || diag.message[0]);
    FUZZ_CLAIM(status != POSTERN_ERR_POLICY || (diag.line && diag.lint[0]));
    if (frame) {
        put_together(frame);
    }
    postern_ppm_frame_free(frame);
    if (postern_ppm_words_load(&words, text, &options, NULL) == POSTERN_OK) {
        FUZZ_CLAIM(postern_ppm_row_label(words, 0).len > 0);
    }
    postern_ppm_words_free(words);
    return 0;
}
