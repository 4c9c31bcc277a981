/*
 * proof_standard: loads policies that use everything, with the proof. Exits 0
 * when all are proved, 1 with the sentence of the first that is not: then the
 * compiler is not the one that was written.
 */
#include "support/proof_document.h"

#include <postern/policy.h>

#include <stdio.h>
#include <stdlib.h>

static int load(uint32_t crowd, uint64_t seed)
{
    char *text = proof_document(crowd, seed);
    postern_load_options options;
    postern_policy *policy;
    postern_diag diag;
    postern_status status;

    postern_load_options_init(&options);
    options.verify = true;
    status =
        postern_policy_load(&policy, postern_str_of(text), &options, &diag);
    free(text);
    if (status == POSTERN_OK) {
        postern_policy_free(policy);
        return 0;
    }
    printf("%s %s\n", diag.path, diag.message);
    return 1;
}

int main(void)
{
    return load(0, 1) || load(200, 2) || load(1200, 3);
}
