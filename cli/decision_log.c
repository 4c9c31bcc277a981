/* Every line is handed over whole before the next decision is made: what a
 * crash leaves behind is lines, and at most one that is torn. */
#include "cli/decision_log.h"

#include "base/diag.h"
#include "cli/source.h"
#include "policy-lang/files.h"

#include <errno.h>
#include <stdlib.h>

static bool report(const struct pst_decision_log *log, postern_status status,
                   const char *message)
{
    postern_diag diag = {.status = POSTERN_OK};

    (void)pst_diag_refuse(&diag, status, "", message, NULL);
    pst_diag_copy(diag.source, sizeof diag.source, log->name);
    pst_print_diag(stderr, &diag);
    return false;
}

bool pst_decision_log_open(struct pst_decision_log *log, const char *name)
{
    *log = (struct pst_decision_log){.name = name};
    if (!name) {
        return true;
    }
    log->stream = fopen(name, "ab");
    return log->stream || report(log, POSTERN_ERR_IO,
                                 "no decisions can be written to this file");
}

/* The length of the line, whether or not it fits. */
static bool fits(struct pst_decision_log *log, size_t len)
{
    char *larger;

    if (len < log->size) {
        return true;
    }
    larger = realloc(log->line, len + 1);
    if (!larger) {
        return false;
    }
    log->line = larger;
    log->size = len + 1;
    return true;
}

bool pst_decision_log_add(struct pst_decision_log *log,
                          const postern_primitive *primitive,
                          const postern_answer *answer)
{
    size_t len;

    if (!log->stream) {
        return true;
    }
    len = postern_decision_line(primitive, answer, log->line, log->size);
    if (!fits(log, len)) {
        return report(log, POSTERN_ERR_MEMORY, "out of memory");
    }
    (void)postern_decision_line(primitive, answer, log->line, log->size);
    if (fwrite(log->line, 1, len, log->stream) != len ||
        fflush(log->stream) != 0) {
        return report(log, POSTERN_ERR_IO, "a decision could not be written");
    }
    return true;
}

bool pst_decision_log_close(struct pst_decision_log *log)
{
    bool closed = !log->stream || fclose(log->stream) == 0;

    free(log->line);
    return closed || report(log, POSTERN_ERR_IO,
                            "the decisions could not all be written");
}
