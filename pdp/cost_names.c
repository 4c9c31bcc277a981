/* The most that finding out who asks can cost, but for patterns. */
#include "pdp/cost.h"

#include "pdp/name.h"
#include "pdp/principal.h"

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

/* What all names come to. */
struct names {
    postern_work text;  /* the dearest comparison of a text */
    uint64_t displaced; /* the most rows that a name stands behind those that
                           its home leads to */
    bool collide;       /* some share a hash: others are not compared */
};

static struct names names_of(const postern_acp_set *set)
{
    const struct pst_name *rows = PST_TABLE(set, NAMES, struct pst_name);
    uint32_t count = pst_table_count(set, PST_TABLE_NAMES);
    struct names names = {{0, 0}, 0, false};

    for (uint32_t i = 0; i < count; i++) {
        uint32_t home = pst_name_home_of(set, rows[i].hash);
        uint32_t row = pst_name_row(pst_homes_at(set, home), home);

        names.text = pst_work_most(names.text, of_texts(set, &rows[i]));
        names.displaced =
            pst_bound_most(names.displaced, i > row ? i - row : 0);
        names.collide |= i > 0 && rows[i].hash == rows[i - 1].hash;
    }
    return names;
}

/* A home leads to a row. From it on rows are looked at up to one that is not
 * before the name: the last that is stands at most `displaced` rows behind what
 * its own home leads to, which is no later row. There are never more of them
 * than the table has. Then what is left of it is searched by halves, and the
 * row that was found compared. */
postern_work pst_cost_of_name(const postern_acp_set *set)
{
    struct names names = names_of(set);
    uint64_t count = pst_table_count(set, PST_TABLE_NAMES);
    uint64_t row = sizeof(struct pst_name);
    uint64_t rows =
        pst_bound_least(names.displaced + 2, PST_NAMES_IN_A_ROW + 1);
    uint64_t probes = pst_halves(count) + 1;
    uint64_t compared = names.collide ? probes + 2 : 2;
    postern_work work = {1 + pst_lines_of(rows * row),
                         24 + 4 * rows + 6 * probes};

    work.lines +=
        pst_bound_least(probes * pst_lines_of(row), pst_lines_of(count * row));
    pst_work_add(&work, pst_work_times(names.text, compared));
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
    uint64_t ahead = FETCHED_AHEAD * pst_lines_of(2 * sizeof(struct pst_name));

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
