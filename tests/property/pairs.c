/* Generated policies, each met by a few requests: compiled into one set, and
 * ACP by ACP. [DEC-01] */
#include "property/property.h"

#include "support/compare.h"
#include "support/generate.h"
#include "support/translate.h"

#include <stdio.h>

enum { REQUESTS_PER_POLICY = 8 };

/* How often the comparison had something to say. */
struct tally {
    size_t permits;
    size_t denials;
};

static bool meet(const struct pair *pair,
                 const struct generated_policy *generated, struct bytes *bytes,
                 struct tally *tally)
{
    struct generated_request request;
    struct ref_link links[GENERATED_LINKS];
    size_t link_count;
    bool permits = false;
    bool same;

    generate_request(&request, generated, bytes);
    if (bytes_chance(bytes, 50)) {
        same = compare_all(pair, &request.rq, &permits);
    } else {
        link_count = generate_links(links, generated, bytes);
        same = compare_links(pair, links, link_count, &request.rq, &permits);
    }
    tally->permits += permits;
    tally->denials += !permits;
    return same;
}

static bool meet_all(struct bytes *bytes, struct tally *tally)
{
    struct generated_policy generated;
    postern_cse cse;
    postern_acp_set *sets[REF_ACPS_MAX];
    struct pair pair = {&generated.policy, NULL, &cse, sets};
    postern_acp_set *set;
    bool same = true;

    generate_policy(&generated, bytes);
    set = translate_policy(&generated.policy, &cse);
    if (!set || !translate_acps(sets, &generated.policy)) {
        postern_acp_set_free(set);
        return false;
    }
    pair.set = set;
    for (int i = 0; same && i < REQUESTS_PER_POLICY; i++) {
        same = meet(&pair, &generated, bytes, tally);
    }
    free_acps(sets, &generated.policy);
    postern_acp_set_free(set);
    return same;
}

bool decisions_agree(struct rng *rng, size_t count)
{
    struct tally tally = {0, 0};
    uint8_t buffer[GENERATED_BYTES];

    for (size_t i = 0; i < count; i += REQUESTS_PER_POLICY) {
        struct bytes bytes = bytes_random(buffer, sizeof buffer, rng);

        if (!meet_all(&bytes, &tally)) {
            return false;
        }
    }
    printf("  %zu permitted, %zu denied\n", tally.permits, tally.denials);
    /* A generator that hardly ever permits, or denies, tests nothing. */
    return count < 1000 ||
           (tally.permits > count / 10 && tally.denials > count / 10);
}
