/* The most that finding out who asks can cost, but for patterns. */
#include "pdp/cost.h"

#include "pdp/name.h"
#include "pdp/principal.h"

/* Names of a bucket that are looked at in a row, as in name.c. */
enum { FEW = 8 };

/* A text that has no room in its name lies elsewhere, in three pieces. */
static postern_work of_texts(const postern_acp_set *set,
                             const struct pst_name *name)
{
    struct pst_name_texts texts = pst_name_texts(set, name);
    uint64_t length = texts.domain.len + texts.first.len + texts.second.len;
    uint64_t lines = 0;

    if (name->lens[0] == PST_NAME_LONG) {
        lines = pst_lines_of(texts.domain.len) + pst_lines_of(texts.first.len) +
                pst_lines_of(texts.second.len);
    }
    return (postern_work){lines, 8 + 2 * length};
}

/* The dearest comparison of a text, and whether names share a hash: a name of
 * another hash is not compared. */
struct texts {
    postern_work one;
    bool collide;
};

static struct texts texts_of(const postern_acp_set *set)
{
    const struct pst_name *names = PST_TABLE(set, NAMES, struct pst_name);
    uint32_t count = pst_table_count(set, PST_TABLE_NAMES);
    struct texts texts = {{0, 0}, false};

    for (uint32_t i = 0; i < count; i++) {
        texts.one = pst_work_most(texts.one, of_texts(set, &names[i]));
        texts.collide |= i > 0 && names[i].hash == names[i - 1].hash;
    }
    return texts;
}

static uint64_t fullest_bucket(const postern_acp_set *set)
{
    const uint32_t *buckets = PST_TABLE(set, BUCKETS, uint32_t);
    uint64_t count = pst_table_count(set, PST_TABLE_BUCKETS);
    uint64_t most = 0;

    for (uint64_t b = 1; b < count; b++) {
        most = pst_bound_most(most, buckets[b] - buckets[b - 1]);
    }
    return most;
}

postern_work pst_cost_of_name(const postern_acp_set *set)
{
    struct texts texts = texts_of(set);
    uint64_t bucket = fullest_bucket(set);
    uint64_t probes = bucket > FEW ? pst_halves(bucket) + 1 : bucket;
    uint64_t compared = texts.collide ? probes : probes > 0;
    uint64_t lines =
        pst_bound_least(probes * pst_lines_of(sizeof(struct pst_name)),
                        pst_lines_of(bucket * sizeof(struct pst_name)));
    postern_work work = {pst_lines_of(2 * sizeof(uint32_t)) + lines,
                         12 + 4 * probes};

    pst_work_add(&work, pst_work_times(texts.one, compared));
    return work;
}

uint64_t pst_cost_longest_list(const postern_acp_set *set)
{
    const struct pst_name *names = PST_TABLE(set, NAMES, struct pst_name);
    const uint32_t *lists = PST_TABLE(set, LISTS, uint32_t);
    uint32_t count = pst_table_count(set, PST_TABLE_NAMES);
    uint64_t longest = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (names[i].kind == PST_NAME_ENTITY &&
            names[i].patterns != (uint32_t)PST_LIST_WALK) {
            longest = pst_bound_most(longest, lists[names[i].patterns]);
        }
    }
    return longest;
}

/* Names that are fetched ahead although nobody looks them up. */
enum { FETCHED_AHEAD = 1 + 4 + 4 };

/* The originator, its domain, groups and roles; then the atoms are handed out.
 * The texts of names are not longer than those that are compared with them, but
 * a domain is hashed. */
postern_work pst_cost_of_names(const struct pst_costing *costing,
                               uint64_t longest_list)
{
    uint64_t lookups = 2 + costing->groups + costing->roles;
    postern_work work = pst_work_times(pst_cost_of_name(costing->set), lookups);
    uint64_t ahead = FETCHED_AHEAD * (pst_lines_of(2 * sizeof(uint32_t)) +
                                      pst_lines_of(sizeof(struct pst_name)));

    pst_work_add(
        &work,
        (postern_work){pst_lines_of((longest_list + 1) * sizeof(uint32_t)) +
                           ahead + pst_lines_of(sizeof(struct pst_block)),
                       8 * lookups + costing->text / 4 + 40});
    pst_work_add(&work, (postern_work){0, pst_bound_times(4, costing->atoms)});
    pst_work_add(&work,
                 (postern_work){0, pst_bound_times(12, costing->batches + 1)});
    return work;
}
