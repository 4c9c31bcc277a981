/* postern ppm tags: the table of annex J. [ANJ-01] [ANJ-02] [PPM-15] */
#include "cli/json_out.h"
#include "cli/plain.h"
#include "cli/ppm.h"

#include <getopt.h>

static const struct option long_options[] = {
    {"words", required_argument, NULL, PST_OPTION_WORDS},
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* "1..12 month", "1.. second", or nothing. */
static void print_bounds(const postern_ppm_row *row)
{
    if (!row->bounded) {
        return;
    }
    printf(" %lld..", (long long)row->min);
    if (row->max != INT64_MAX) {
        printf("%lld", (long long)row->max);
    }
    printf("%s%s", row->unit[0] ? " " : "", row->unit);
}

static void print_row(uint32_t number, const postern_ppm_words *words)
{
    const postern_ppm_row *row = postern_ppm_row_at(number);

    printf("  %3u  %-24s %-8s ", (unsigned)number, row->key,
           postern_ppm_polarity_word(row->polarity));
    pst_plain(stdout, postern_ppm_row_label(words, number));
    printf(" (%s", postern_ppm_type_word(row->type));
    print_bounds(row);
    printf(")\n");
}

static void print_text(const postern_ppm_words *words)
{
    for (uint32_t i = 0; i < POSTERN_PPM_TAGS; i++) {
        const postern_ppm_tag *tag = postern_ppm_tag_at(i);

        printf("%s  ", tag->id);
        pst_plain(stdout, postern_ppm_tag_name(words, i));
        printf(": ");
        pst_plain(stdout, postern_ppm_tag_description(words, i));
        printf("\n");
        for (uint32_t r = 0; r < tag->row_count; r++) {
            print_row(tag->first_row + r, words);
        }
    }
    printf("table %d, %d tags, %d rows, sha256 %s\n", POSTERN_PPM_TABLE,
           POSTERN_PPM_TAGS, POSTERN_PPM_ROWS, postern_ppm_table_hash());
}

static void json_row(struct pst_json_out *out, uint32_t number,
                     const postern_ppm_words *words)
{
    const postern_ppm_row *row = postern_ppm_row_at(number);

    pst_json_out_open(out, '{');
    pst_json_out_number(out, "ord", number);
    pst_json_out_text(out, "key", row->key);
    pst_json_out_text(out, "tag", postern_ppm_tag_at(row->tag)->id);
    pst_json_out_text(
        out, "group",
        postern_ppm_group_word(postern_ppm_tag_at(row->tag)->group));
    pst_json_out_name(out, "label");
    pst_json_out_str(out, postern_ppm_row_label(words, number));
    pst_json_out_name(out, "description");
    pst_json_out_str(out, postern_ppm_row_description(words, number));
    pst_json_out_text(out, "type", postern_ppm_type_word(row->type));
    pst_json_out_text(out, "polarity",
                      postern_ppm_polarity_word(row->polarity));
    pst_json_out_text(out, "compare",
                      postern_ppm_comparison_word(row->comparison));
    if (row->bounded) {
        pst_json_out_number(out, "min", row->min);
        if (row->max != INT64_MAX) {
            pst_json_out_number(out, "max", row->max);
        }
        pst_json_out_text(out, "unit", row->unit);
    }
    pst_json_out_close(out, '}');
    (void)pst_json_out_line(out, stdout); /* pst_finish() notices */
}

static void json_tag(struct pst_json_out *out, uint32_t position,
                     const postern_ppm_words *words)
{
    const postern_ppm_tag *tag = postern_ppm_tag_at(position);

    pst_json_out_open(out, '{');
    pst_json_out_text(out, "id", tag->id);
    pst_json_out_name(out, "name");
    pst_json_out_str(out, postern_ppm_tag_name(words, position));
    pst_json_out_name(out, "description");
    pst_json_out_str(out, postern_ppm_tag_description(words, position));
    pst_json_out_text(out, "group", postern_ppm_group_word(tag->group));
    pst_json_out_number(out, "first", tag->first_row);
    pst_json_out_number(out, "rows", tag->row_count);
    pst_json_out_close(out, '}');
    (void)pst_json_out_line(out, stdout);
}

static void print_json(const postern_ppm_words *words)
{
    struct pst_json_out out;

    pst_json_out_init(&out);
    pst_json_out_open(&out, '{');
    pst_json_out_number(&out, "table", POSTERN_PPM_TABLE);
    pst_json_out_text(&out, "sha256", postern_ppm_table_hash());
    pst_json_out_name(&out, "language");
    pst_json_out_str(&out, postern_ppm_words_language(words));
    pst_json_out_close(&out, '}');
    (void)pst_json_out_line(&out, stdout);
    for (uint32_t i = 0; i < POSTERN_PPM_TAGS; i++) {
        const postern_ppm_tag *tag = postern_ppm_tag_at(i);

        json_tag(&out, i, words);
        for (uint32_t r = 0; r < tag->row_count; r++) {
            json_row(&out, tag->first_row + r, words);
        }
    }
    pst_json_out_release(&out);
}

static int print(const char *words_name, enum pst_output output)
{
    postern_ppm_words *words = NULL;

    if (words_name && !pst_ppm_open_words(words_name, &words)) {
        return PST_EXIT_UNUSABLE;
    }
    if (output == PST_OUTPUT_JSON) {
        print_json(words);
    } else {
        print_text(words);
    }
    postern_ppm_words_free(words);
    return pst_finish(&pst_command_ppm, PST_EXIT_YES);
}

struct tags {
    enum pst_output output;
    const char *words; /* file name, or NULL */
};

static bool read_option(void *user, int option)
{
    struct tags *self = user;

    if (option == PST_OPTION_WORDS) {
        self->words = optarg;
        return true;
    }
    return option == PST_OPTION_FORMAT &&
           pst_read_output(&pst_command_ppm, optarg, &self->output);
}

static const struct pst_options options = {&pst_command_ppm, ":h", long_options,
                                           read_option};

int pst_ppm_tags_run(int argc, char **argv)
{
    struct tags self = {.output = PST_OUTPUT_TEXT};
    int status;

    status = pst_take_options(&options, argc, argv, &self);
    if (status != PST_GO_ON) {
        return status;
    }
    return optind < argc ? pst_misused(&pst_command_ppm,
                                       "too many words, as of", argv[optind])
                         : print(self.words, self.output);
}
