/* A program that reads a policy from a document and asks twice. */
#include <postern/postern.h>

#include <stdio.h>

static const char document[] =
    "{\"cse\": {\"spid\": \"//sp.example\", \"csi\": \"/plant\"},"
    " \"resources\": [{\"m2m:acp\": {\"ri\": \"acp1\","
    "  \"pv\": {\"acr\": [{\"acor\": [\"Cpump\"], \"acop\": 2}]},"
    "  \"pvs\": {\"acr\": [{\"acor\": [\"Cadmin\"], \"acop\": 63}]}}}]}";

static postern_effect ask(const postern_policy *policy,
                          postern_operation operation)
{
    postern_request request;

    postern_request_init(&request);
    request.operation = operation;
    if (postern_id_parse_entity(&request.originator, postern_policy_cse(policy),
                                postern_str_of("Cpump")) != POSTERN_OK) {
        return POSTERN_DENY;
    }
    return postern_decide(postern_policy_acps(policy), &request).effect;
}

int main(void)
{
    postern_policy *policy;
    postern_diag diag;
    bool right;

    if (postern_policy_load(&policy, postern_str_of(document), NULL, &diag) !=
        POSTERN_OK) {
        printf("%s: %s\n", diag.path, diag.message);
        return 1;
    }
    right = ask(policy, POSTERN_OP_RETRIEVE) == POSTERN_PERMIT &&
            ask(policy, POSTERN_OP_DELETE) == POSTERN_DENY;
    postern_policy_free(policy);
    puts(right ? "reads, and does not delete" : "decided wrongly");
    return right ? 0 : 1;
}
