/* What the two halves of postern jose share. */
#ifndef PST_CMD_JOSE_H
#define PST_CMD_JOSE_H

#include "cli/command.h"
#include "cli/key_file.h"

struct pst_jose_options {
    bool seals;
    const char *input; /* a token, or the file of a payload */
    const char *keys;  /* NULL: not given; and so on */
    const char *sign_keys;
    const char *encrypt_keys;
    postern_jose_kind kind;
    postern_jose_alg alg;
    postern_jose_alg encrypt_alg;
    postern_jose_enc enc;
    postern_str kid;
    postern_str encrypt_kid;
    bool onem2m;
    bool time_known;
    int64_t time_s;
    enum pst_output output;
};

/* postern jose seal. Returns the exit status. */
int pst_jose_seal_file(const struct pst_jose_options *options);

#endif
