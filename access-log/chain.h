/*
 * The hashes of an access log: that of a line is the SHA-256 of the 64 digits
 * of the one before (zeros before the first line) and of the line's own body.
 *
 * Invariant: `hash` is that of the last line taken, `lines` their number.
 */
#ifndef PST_ACCESS_LOG_CHAIN_H
#define PST_ACCESS_LOG_CHAIN_H

#include "access-log/line.h"
#include "jose/digest.h"

/* What is said when the line that was expected is missing. */
#define PST_LOG_NOT_EXPECTED                                                   \
    "no line of the log has the hash that was expected: lines are missing at " \
    "its end, or it is another log"

struct pst_log_chain {
    struct pst_digest *digest;
    postern_access_head head;
    postern_str expected; /* hash that some line has to have, or absent */
    bool was_expected;    /* it was there */
};

/* POSTERN_OK, POSTERN_ERR_MEMORY; _ARGUMENT when `expected` is no hash. To be
 * released whatever the answer. */
POSTERN_NODISCARD postern_status pst_log_chain_init(struct pst_log_chain *chain,
                                                    postern_str expected);
void pst_log_chain_release(struct pst_log_chain *chain);

/* Puts the tail behind a body, in PST_LOG_TAIL bytes and one for the end of the
 * line, and goes on to it. False when OpenSSL refuses: nothing has changed. */
POSTERN_NODISCARD bool pst_log_chain_add(struct pst_log_chain *chain,
                                         postern_str body, char *tail);

/* Takes a line without its end; NULL, or why it is not the next one. */
const char *pst_log_chain_take(struct pst_log_chain *chain, postern_str line);

/* The body of a line that was taken. */
postern_str pst_log_body_of(postern_str line);

/*
 * Whether a text can be what is left of the next line when its writing was
 * interrupted: its beginning, or all of it but for its end. What follows a
 * whole line, or has a wrong hash, is none.
 */
bool pst_log_chain_is_torn(const struct pst_log_chain *chain, postern_str text);

#endif
