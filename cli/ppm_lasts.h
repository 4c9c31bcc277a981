/*
 * When who was last permitted to read what, for terms that say how often: of
 * this run, and of the log.
 */
#ifndef PST_CLI_PPM_LASTS_H
#define PST_CLI_PPM_LASTS_H

#include "base/arena.h"
#include "cli/ppm_gate.h"
#include "gate/table.h"

struct pst_ppm_lasts {
    const postern_cse *cse; /* originators are relative to */
    struct pst_arena arena;
    struct pst_gate_table table;
    bool starved; /* of memory */
};

void pst_ppm_lasts_init(struct pst_ppm_lasts *lasts, const postern_cse *cse);
void pst_ppm_lasts_release(struct pst_ppm_lasts *lasts);

/* What a log has about it. False, and reported, when it cannot be read. */
bool pst_ppm_lasts_read(struct pst_ppm_lasts *lasts, const char *log);

/* INT64_MIN: never. `target` is a resource ID. */
int64_t pst_ppm_last_of(struct pst_ppm_lasts *lasts, postern_str originator,
                        postern_str target);
/* False: no memory. */
bool pst_ppm_last_note(struct pst_ppm_lasts *lasts, postern_str originator,
                       postern_str target, int64_t time_s);

#endif
