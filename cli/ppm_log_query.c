/* postern ppm log query: who read what of mine, when, and under which consent.
 * [PPM-02] */
#include "cli/arguments.h"
#include "cli/ppm.h"
#include "cli/ppm_log.h"

#include "access-log/line.h"
#include "base/diag.h"

#include <getopt.h>
#include <stdio.h>

static const struct option long_options[] = {
    {"subscriber", required_argument, NULL, PST_OPTION_SUBSCRIBER},
    {"provider", required_argument, NULL, PST_OPTION_PROVIDER},
    {"originator", required_argument, NULL, PST_OPTION_ORIGINATOR},
    {"data", required_argument, NULL, PST_OPTION_DATA},
    {"consent", required_argument, NULL, PST_OPTION_CONSENT},
    {"from", required_argument, NULL, PST_OPTION_FROM},
    {"until", required_argument, NULL, PST_OPTION_UNTIL},
    {"summary", no_argument, NULL, PST_OPTION_SUMMARY},
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

struct query {
    postern_access_query query;
    enum pst_output output;
    bool only_summary;
    struct pst_ppm_log_summary summary;
};

/* The members of the line as they are in the log, behind its number. */
static void print_json(uint64_t line, const postern_access *access)
{
    char body[PST_LOG_ROOM];

    (void)pst_log_write_access(body, access);
    printf("{\"line\":%llu,%s}\n", (unsigned long long)line, body + 1);
}

static bool take(void *user, uint64_t line, const postern_access *access)
{
    struct query *self = user;

    if (!self->only_summary && self->output == PST_OUTPUT_JSON) {
        print_json(line, access);
    } else if (!self->only_summary) {
        pst_ppm_log_print_line(access);
    }
    return pst_ppm_log_summary_add(&self->summary, access);
}

/* Of JSON either the lines or the summary is printed: their members differ. */
static int run(struct query *self, const char *file)
{
    postern_diag diag = {.status = POSTERN_OK};
    postern_status status;
    bool has_summary = self->only_summary || self->output == PST_OUTPUT_TEXT;
    int answer;

    pst_ppm_log_summary_init(&self->summary);
    status = postern_access_log_query(file, &self->query, take, self, &diag);
    if (status == POSTERN_OK &&
        (self->summary.starved ||
         (has_summary &&
          !pst_ppm_log_summary_print(&self->summary, self->output)))) {
        status = POSTERN_ERR_MEMORY;
    }
    pst_ppm_log_summary_release(&self->summary);
    answer = status == POSTERN_OK ? PST_EXIT_YES
                                  : pst_ppm_log_refused(file, status, &diag);
    return pst_finish(&pst_command_ppm, answer);
}

/* Where an option keeps its text; NULL when it takes none. */
static postern_str *text_of(struct query *self, int option)
{
    switch (option) {
    case PST_OPTION_SUBSCRIBER:
        return &self->query.subscriber;
    case PST_OPTION_PROVIDER:
        return &self->query.provider;
    case PST_OPTION_ORIGINATOR:
        return &self->query.originator;
    case PST_OPTION_DATA:
        return &self->query.data;
    case PST_OPTION_CONSENT:
        return &self->query.consent;
    default:
        return NULL;
    }
}

static bool read_option(void *user, int option)
{
    struct query *self = user;
    postern_str *text = text_of(self, option);

    if (text) {
        *text = postern_str_of(optarg);
        return true;
    }
    switch (option) {
    case PST_OPTION_FROM:
        return pst_take_time(&pst_command_ppm, "--from", optarg,
                             &self->query.from_s);
    case PST_OPTION_UNTIL:
        return pst_take_time(&pst_command_ppm, "--until", optarg,
                             &self->query.until_s);
    case PST_OPTION_SUMMARY:
        self->only_summary = true;
        return true;
    default:
        return pst_read_output(&pst_command_ppm, optarg, &self->output);
    }
}

static const struct pst_options options = {&pst_command_ppm, ":h", long_options,
                                           read_option};

int pst_ppm_log_query_run(int argc, char **argv)
{
    struct query self = {.output = PST_OUTPUT_TEXT};
    int status;

    postern_access_query_init(&self.query);
    status = pst_take_options(&options, argc, argv, &self);
    if (status != PST_GO_ON) {
        return status;
    }
    if (argc - optind != 1) {
        return pst_misused(&pst_command_ppm, "log query takes one log", NULL);
    }
    return run(&self, argv[optind]);
}
