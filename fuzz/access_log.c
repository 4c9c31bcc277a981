/*
 * Target: postern_access_log_verify(), _query() and _open() on a file of any
 * bytes.
 *
 * The file is taken as it is, and once more with its lines hashed anew, so that
 * what is in them is read. Verifying and asking agree; what is handed over can
 * be written again, as it was; what can be opened is good from then on.
 */
#define _GNU_SOURCE /* memfd_create */

#include "access-log/chain.h"
#include "base/str.h"
#include "fuzz/fuzz.h"
#include "support/memory_file.h"

#include <stdlib.h>

enum { LINES = 64 };

static bool take(void *user, uint64_t line, const postern_access *access)
{
    char body[PST_LOG_ROOM];
    uint64_t *last = user;

    FUZZ_CLAIM(line > *last);
    FUZZ_CLAIM(pst_log_write_access(body, access) > 0);
    *last = line;
    return true;
}

static void read_file(const char *path)
{
    postern_access_query query;
    postern_access_head head;
    postern_status verified;
    postern_status asked;
    postern_diag diag;
    uint64_t last = 1;

    verified =
        postern_access_log_verify(path, (postern_str){NULL, 0}, &head, &diag);
    FUZZ_CLAIM(verified == diag.status);
    FUZZ_CLAIM(verified == POSTERN_OK || diag.message[0] != '\0');
    asked = postern_access_log_query(path, NULL, take, &last, &diag);
    FUZZ_CLAIM(verified == POSTERN_OK || asked != POSTERN_OK);
    FUZZ_CLAIM(last <= head.lines || last == 1);
    postern_access_query_init(&query);
    query.subscriber = postern_str_of("p-1");
    last = 1;
    (void)!postern_access_log_query(path, &query, take, &last, NULL);
}

/* Opened for writing a memory file has no folder that could be synced: only a
 * log that is there can be opened. */
static void open_file(const char *path)
{
    postern_access_log *log;
    postern_diag diag;

    if (postern_access_log_open(&log, path, NULL, &diag) == POSTERN_OK) {
        postern_access access;

        postern_access_init(&access);
        FUZZ_CLAIM(postern_access_log_add(log, &access) == POSTERN_OK);
        FUZZ_CLAIM(postern_access_log_close(log) == POSTERN_OK);
        FUZZ_CLAIM(postern_access_log_verify(path, (postern_str){NULL, 0}, NULL,
                                             NULL) == POSTERN_OK);
    }
}

static void try_bytes(postern_str bytes)
{
    struct memory_file file;

    if (memory_file_open(&file, bytes.data, bytes.len)) {
        read_file(file.path);
        open_file(file.path);
        memory_file_close(&file);
    }
}

/* The first line of a log, then the lines of the text as bodies. */
static void try_lines(postern_str text)
{
    static char out[(LINES + 1) * PST_LOG_LINE];
    struct pst_log_chain chain;
    size_t from = 0;
    size_t used = pst_log_write_first(out, postern_str_of("fuzz"));

    FUZZ_CLAIM(pst_log_chain_init(&chain, (postern_str){NULL, 0}) ==
               POSTERN_OK);
    FUZZ_CLAIM(pst_log_chain_add(&chain, (postern_str){out, used}, out + used));
    used += PST_LOG_TAIL + 1;
    for (int i = 0; i < LINES && from < text.len; i++) {
        size_t end = pst_str_find(text, from, '\n');
        postern_str body = pst_str_slice(text, from, end);

        if (body.len > 0 && body.len <= PST_LOG_BODY) {
            memcpy(out + used, body.data, body.len);
            FUZZ_CLAIM(pst_log_chain_add(&chain,
                                         (postern_str){out + used, body.len},
                                         out + used + body.len));
            used += body.len + PST_LOG_TAIL + 1;
        }
        from = end + 1;
    }
    pst_log_chain_release(&chain);
    try_bytes((postern_str){out, used});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const postern_str text = {(const char *)data, size};

    try_bytes(text);
    try_lines(text);
    return 0;
}
