/* Decisions appended to a file, a line each: see postern-log(5). */
#ifndef PST_DECISION_LOG_H
#define PST_DECISION_LOG_H

#include <postern/engine.h>

#include <stdio.h>

struct pst_decision_log {
    const char *name;
    FILE *stream; /* NULL: nothing is recorded */
    char *line;
    size_t size;
};

/* NULL for a name: nothing is recorded. Calls that fail have reported it, and
 * answer false. Close it whatever the answer. */
bool pst_decision_log_open(struct pst_decision_log *log, const char *name);
bool pst_decision_log_add(struct pst_decision_log *log,
                          const postern_primitive *primitive,
                          const postern_answer *answer);
bool pst_decision_log_close(struct pst_decision_log *log);

#endif
