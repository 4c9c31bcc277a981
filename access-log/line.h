/*
 * What is in a line of an access log, but for its hash: an access, or the name
 * of the log. One object of JSON with its members in a fixed order, so that an
 * access has exactly one text.
 *
 *   BODY  is  {"time":"20261122T100000", ... ,"country":"NL"
 *   line  is  BODY,"hash":"64 digits"}
 */
#ifndef PST_ACCESS_LOG_LINE_H
#define PST_ACCESS_LOG_LINE_H

#include "base/arena.h"
#include "policy-lang/node.h"

#include <postern/access_log.h>

#define PST_LOG_HASH_NAME ",\"hash\":\""
#define PST_LOG_HASH_END "\"}"

enum {
    PST_LOG_HASH_DIGITS = 64,
    PST_LOG_TAIL = sizeof PST_LOG_HASH_NAME - 1 + PST_LOG_HASH_DIGITS +
                   sizeof PST_LOG_HASH_END - 1,
    PST_LOG_LINE = POSTERN_ACCESS_LINE_MAX, /* with its end */
    PST_LOG_BODY = PST_LOG_LINE - PST_LOG_TAIL - 1,
    PST_LOG_ROOM = PST_LOG_BODY + 1, /* to write a body: it ends in NUL */
    PST_LOG_VERSION = 1
};

/* ---- accesses ------------------------------------------------------------ */

/* Writes a body into PST_LOG_ROOM bytes and gives its length; 0 when that is
 * not possible: no text, no such mode, no year of four digits, too long. */
size_t pst_log_write_access(char *body, const postern_access *access);

/*
 * Reads an access from an object with these members, in any order; `hash` is
 * passed over. Texts are in the document's arena. `time`, `mode` and
 * `permitted` have to be there, but for what the access has already (`given`).
 *
 * POSTERN_OK; POSTERN_ERR_POLICY at the member that is not known or no access
 * has.
 */
struct pst_log_given {
    bool mode;
    bool permitted;
};
POSTERN_NODISCARD postern_status pst_log_read_access(
    const struct pst_document *document, struct pst_log_given given,
    postern_access *access, postern_diag *diag);

/* Whether `body` is what would be written for an access. */
bool pst_log_is_written_as(const postern_access *access, postern_str body);

/* ---- the first line ------------------------------------------------------ */

/* 1 to POSTERN_ACCESS_LOG_ID_MAX letters, digits and -._~ */
bool pst_log_is_id(postern_str id);

/* Writes the body of the first line into PST_LOG_ROOM bytes. */
size_t pst_log_write_first(char *body, postern_str id);

/* NULL, and the id; else why the body is none of a first line. */
const char *pst_log_read_first(postern_str body, postern_str *id);

/* Whether it can be the beginning of a first line; of any other. */
bool pst_log_begins_first(postern_str text);
bool pst_log_begins_access(postern_str text);

#endif
