#include "base/diag.h"

void pst_diag_clear(postern_diag *diag)
{
    if (diag) {
        diag->status = POSTERN_OK;
        diag->severity = POSTERN_SEVERITY_ERROR;
        diag->line = 0;
        diag->column = 0;
        diag->source[0] = '\0'; /* all of it would be a kilobyte */
        diag->path[0] = '\0';
        diag->message[0] = '\0';
        diag->lint[0] = '\0';
        diag->clause = NULL;
    }
}

void pst_diag_copy(char *array, size_t size, const char *text)
{
    struct pst_text out;

    pst_text_init(&out, array, size);
    pst_text_add(&out, text);
}

postern_status pst_diag_refuse(postern_diag *diag, postern_status status,
                               const char *path, const char *message,
                               const char *clause)
{
    if (diag && diag->status == POSTERN_OK) {
        diag->status = status;
        diag->severity = POSTERN_SEVERITY_ERROR;
        pst_diag_copy(diag->path, sizeof diag->path, path);
        pst_diag_copy(diag->message, sizeof diag->message, message);
        diag->clause = clause;
    }
    return status;
}

postern_status pst_diag_plain(postern_diag *diag, postern_status status)
{
    static const char *const sentences[] = {
        [POSTERN_OK] = "",
        [POSTERN_ERR_ARGUMENT] = "the call breaks the contract of its header",
        [POSTERN_ERR_MEMORY] = "out of memory",
        [POSTERN_ERR_LIMIT] = "the input is larger than the limits allow",
        [POSTERN_ERR_SYNTAX] = "the text is not well formed",
        [POSTERN_ERR_POLICY] = "the policy is not valid",
        [POSTERN_ERR_IO] = "the file could not be read",
        [POSTERN_ERR_INTERNAL] = "a bug in Postern was caught",
    };

    return pst_diag_refuse(diag, status, "", sentences[status], NULL);
}

void pst_diag_locate(postern_diag *diag, uint32_t line, uint32_t column)
{
    if (diag && diag->line == 0) {
        diag->line = line;
        diag->column = column;
    }
}
