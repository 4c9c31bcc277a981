/* Filling the caller's diagnostic: the first error of a call wins. */
#ifndef PST_DIAG_H
#define PST_DIAG_H

#include "base/text.h"

#include <postern/base.h>

/* Passes a refusal on; the only macro with control flow, for workers that own
 * nothing. */
#define PST_TRY(call)                                                          \
    do {                                                                       \
        postern_status pst_try_status_ = (call);                               \
        if (pst_try_status_ != POSTERN_OK) {                                   \
            return pst_try_status_;                                            \
        }                                                                      \
    } while (0)

/* Makes *diag say "nothing happened". NULL is allowed here and below. */
void pst_diag_clear(postern_diag *diag);

/*
 * Records a refusal unless one is there already, and returns `status` so that
 * callers can end with it. `path` and `message` are copied; `clause` is kept
 * and must be static.
 */
postern_status pst_diag_refuse(postern_diag *diag, postern_status status,
                               const char *path, const char *message,
                               const char *clause);

/* As above with the status's own sentence: memory, limit, internal. */
postern_status pst_diag_plain(postern_diag *diag, postern_status status);

/* Sets line and column unless they are known already. */
void pst_diag_locate(postern_diag *diag, uint32_t line, uint32_t column);

/* Copies a text into one of the fixed arrays of a diagnostic, cut to fit. */
void pst_diag_copy(char *array, size_t size, const char *text);

#endif
