/*
 * What decide and postern ppm decide are given: a file, or standard input, with
 * requests, each of which is acted on by itself.
 */
#ifndef PST_REQUEST_FILE_H
#define PST_REQUEST_FILE_H

#include "cli/requests.h"

struct pst_request_file {
    struct pst_vec bytes;
    struct pst_requests requests;
};

/* False, and reported, when it cannot be read, or there is no request in it:
 * nobody is to take the success of having decided nothing for a permit. Close
 * it whatever the answer. `source` outlives it. */
bool pst_request_file_open(struct pst_request_file *file, const char *source);
void pst_request_file_close(struct pst_request_file *file);

/*
 * Acts on each request until one cannot be used, and answers with the exit
 * status: of one request that of the act; of several that they were answered.
 * The act reports what it refuses itself.
 */
int pst_request_file_each(const struct pst_request_file *file,
                          int (*act)(void *self,
                                     const struct pst_document *document,
                                     struct pst_arena *arena),
                          void *self);

#endif
