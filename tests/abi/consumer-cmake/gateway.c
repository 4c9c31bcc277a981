/* A gateway with one rule: Cpump may read. It needs libpostern-pdp alone. */
#include <postern/pdp.h>

#include <stdio.h>

static postern_status build(const postern_cse *cse, postern_acp_set **set)
{
    postern_str originator = postern_str_of("Cpump");
    postern_rule rule = {.originators = &originator,
                         .originator_count = 1,
                         .operations = POSTERN_ACOP_RETRIEVE};
    postern_acp_builder *builder;
    postern_status status = postern_acp_builder_new(&builder, cse, NULL);

    if (status == POSTERN_OK) {
        status = postern_acp_builder_add_acp(builder, postern_str_of("acp1"),
                                             INT64_MAX);
    }
    if (status == POSTERN_OK) {
        status = postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES,
                                              &rule, NULL);
    }
    if (status == POSTERN_OK) {
        status = postern_acp_builder_finish(builder, set, NULL);
    }
    postern_acp_builder_free(builder);
    return status;
}

static postern_effect ask(const postern_acp_set *set, const postern_cse *cse,
                          postern_operation operation)
{
    postern_request request;

    postern_request_init(&request);
    request.operation = operation;
    if (postern_id_parse_entity(&request.originator, cse,
                                postern_str_of("Cpump")) != POSTERN_OK) {
        return POSTERN_DENY;
    }
    return postern_decide(set, &request).effect;
}

int main(void)
{
    postern_cse cse;
    postern_acp_set *set = NULL;
    bool right;

    if (postern_cse_init(&cse, postern_str_of("//sp.example"),
                         postern_str_of("/plant")) != POSTERN_OK ||
        build(&cse, &set) != POSTERN_OK) {
        puts("the rule was refused");
        return 1;
    }
    right = ask(set, &cse, POSTERN_OP_RETRIEVE) == POSTERN_PERMIT &&
            ask(set, &cse, POSTERN_OP_DELETE) == POSTERN_DENY;
    postern_acp_set_free(set);
    puts(right ? "reads, and does not delete" : "decided wrongly");
    return right ? 0 : 1;
}
