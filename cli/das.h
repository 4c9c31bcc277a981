/* postern das: what its three parts have in common. */
#ifndef PST_CLI_DAS_H
#define PST_CLI_DAS_H

#include "cli/command.h"
#include "cli/host.h"

#include <postern/dynauth.h>

struct pst_das_words {
    struct pst_host_settings settings; /* request, decide */
    const char *config;                /* answer */
    const char *from;                  /* answer; NULL: the CSE itself */
    const char *answer;                /* decide */
    const char *server;                /* of a server that is known, or NULL */
    const char *domain;
    const char *point;
    bool clamps;
    enum pst_output output; /* decide */
    int64_t now_s;          /* INT64_MIN: the clock cannot be read */
    const char *request;    /* file, or "-" */
};

/* The parts; each gives the exit status. */
int pst_das_request(const struct pst_das_words *words);
int pst_das_decide(const struct pst_das_words *words);
int pst_das_answer(const struct pst_das_words *words);

#endif
