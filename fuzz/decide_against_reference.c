/* Target functions: postern_acp_builder_add_rule, postern_acp_builder_finish,
 * postern_decide, postern_decide_acps, postern_decide_links, postern_explain,
 * postern_decide_batch, postern_decide_from, postern_explain_acps,
 * postern_explain_links, postern_missing_links */
#include "fuzz/fuzz.h"

#include "support/compare.h"
#include "support/generate.h"
#include "support/translate.h"

enum { MOST_REQUESTS = 8 };

/* The input is a row of choices: a small policy, then requests as long as there
 * are bytes left. Every decision is as the twin's, over one set and ACP by ACP,
 * and so is what is missing. [DEC-01] [DEC-09] */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes bytes = {data, size, 0};
    struct generated_policy generated;
    postern_cse cse;
    postern_acp_set *set;
    postern_acp_set *sets[REF_ACPS_MAX];
    struct pair pair = {&generated.policy, NULL, &cse, sets};

    generate_policy(&generated, &bytes);
    set = translate_policy(&generated.policy, &cse);
    FUZZ_CLAIM(set && translate_acps(sets, &generated.policy));
    pair.set = set;
    for (int i = 0; i < MOST_REQUESTS && (i == 0 || bytes.at < size); i++) {
        struct generated_request request;
        struct ref_link links[GENERATED_LINKS];
        size_t link_count;
        size_t reports = 0;

        generate_request(&request, &generated, &bytes);
        link_count = generate_links(links, &generated, &bytes);
        FUZZ_CLAIM(compare_all(&pair, &request.rq, NULL));
        FUZZ_CLAIM(compare_links(&pair, links, link_count, &request.rq, NULL));
        FUZZ_CLAIM(
            compare_missing(&pair, links, link_count, &request.rq, &reports));
    }
    free_acps(sets, &generated.policy);
    postern_acp_set_free(set);
    return 0;
}
