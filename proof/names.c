/*
 * Names and patterns: a name is found by its own texts, where it stands, and
 * leads to its domain and to all patterns it matches. [ORI-03] [ORI-04]
 */
#include "pdp/name.h"
#include "pdp/pattern_index.h"
#include "proof/checker.h"

/* So many names times patterns are compared one by one. */
enum { EACH_WITH_EACH = 1 << 20 };

static struct pst_name_key key_of(const struct pst_name_texts *texts,
                                  uint32_t kind)
{
    uint64_t hash =
        pst_hash_join(kind, pst_hash_domain(texts->domain),
                      pst_hash(texts->first), pst_hash(texts->second));

    return (struct pst_name_key){hash, kind, texts->domain, texts->first,
                                 texts->second};
}

static bool matches(const postern_acp_set *set,
                    const struct pst_pattern *pattern,
                    const struct pst_name_texts *texts)
{
    return pattern->segments == (texts->second.len ? 2u : 1u) && /* [ORI-09] */
           pst_proof_fits(pst_text_at(set, pattern->domain), texts->domain,
                          true) &&
           pst_proof_fits(pst_text_at(set, pattern->first), texts->first,
                          false) &&
           pst_proof_fits(pst_text_at(set, pattern->second), texts->second,
                          false);
}

struct hunt {
    const postern_acp_set *set;
    struct pst_name_texts texts;
    const uint32_t *list; /* how many, then atoms; NULL: not listed */
    uint32_t count;       /* of those that the index finds */
};

static bool is_listed(const uint32_t *list, uint32_t atom)
{
    for (uint32_t i = 1; i <= list[0]; i++) {
        if (list[i] == atom) {
            return true;
        }
    }
    return false;
}

static bool is_right(void *user, uint32_t number)
{
    struct hunt *hunt = user;
    uint32_t atom =
        PST_ATOM_NAMES + pst_table_count(hunt->set, PST_TABLE_NAMES) + number;

    hunt->count++;
    return matches(hunt->set, pst_pattern_of(hunt->set, atom), &hunt->texts) &&
           (!hunt->list || is_listed(hunt->list, atom));
}

/* All that match, without the index. */
static uint32_t count_matches(const struct hunt *hunt)
{
    uint32_t patterns = pst_table_count(hunt->set, PST_TABLE_PATTERNS);
    uint32_t count = 0;

    for (uint32_t i = 0; i < patterns; i++) {
        count += matches(hunt->set,
                         PST_TABLE(hunt->set, PATTERNS, struct pst_pattern) + i,
                         &hunt->texts);
    }
    return count;
}

static postern_status check_patterns(const struct pst_proof *proof,
                                     const struct pst_name *name,
                                     uint32_t number)
{
    const postern_acp_set *set = proof->set;
    uint64_t pairs = (uint64_t)pst_table_count(set, PST_TABLE_NAMES) *
                     pst_table_count(set, PST_TABLE_PATTERNS);
    struct hunt hunt = {.set = set, .texts = pst_name_texts(set, name)};
    struct pst_patterns patterns = pst_patterns_of(set);
    postern_id id = pst_name_id(set, name);

    if (name->patterns != (uint32_t)PST_LIST_WALK) {
        hunt.list = PST_TABLE(set, LISTS, uint32_t) + name->patterns;
    }
    if (!pst_pattern_index_find(&patterns, &id, is_right, &hunt) ||
        (hunt.list && hunt.list[0] != hunt.count) ||
        (pairs <= EACH_WITH_EACH && count_matches(&hunt) != hunt.count)) {
        return pst_proof_differs(
            proof, "the patterns of name # are not those that it matches",
            PST_PROOF_NUMBERS(number));
    }
    return POSTERN_OK;
}

static postern_status check_name(const struct pst_proof *proof, uint32_t number)
{
    const postern_acp_set *set = proof->set;
    const struct pst_name *name =
        PST_TABLE(set, NAMES, struct pst_name) + number;
    struct pst_name_texts texts = pst_name_texts(set, name);
    struct pst_name_key key = key_of(&texts, name->kind);
    struct pst_name_texts domain = {.domain = texts.domain};
    struct pst_name_key domain_key = key_of(&domain, PST_NAME_DOMAIN);

    if (pst_name_find(set, &key) != PST_ATOM_NAMES + number ||
        !(pst_block_of(set)->hashes & pst_hash_bit(key.hash))) {
        return pst_proof_differs(proof, "name # is not found by its texts",
                                 PST_PROOF_NUMBERS(number));
    }
    if (name->kind != PST_NAME_ENTITY) {
        return POSTERN_OK;
    }
    if (name->domain != pst_name_find(set, &domain_key)) {
        return pst_proof_differs(proof,
                                 "the domain of name # is not that of its text",
                                 PST_PROOF_NUMBERS(number));
    }
    return check_patterns(proof, name, number);
}

postern_status pst_proof_names(const struct pst_proof *proof)
{
    for (uint32_t i = 0; i < pst_table_count(proof->set, PST_TABLE_NAMES);
         i++) {
        PST_TRY(check_name(proof, i));
    }
    return POSTERN_OK;
}

/* ---- entries of rules ---------------------------------------------------- */

/* Domains are kept in lower case. */
static bool is_fold_of(postern_str kept, postern_str domain)
{
    for (size_t i = 0; i < kept.len && i < domain.len; i++) {
        if (kept.data[i] != pst_fold(domain.data[i])) {
            return false;
        }
    }
    return kept.len == domain.len;
}

static bool is_name(const struct pst_proof *proof, uint32_t atom,
                    const struct pst_proof_originator *wanted)
{
    const struct pst_name *name = pst_name_of(proof->set, atom);
    struct pst_name_texts texts = pst_name_texts(proof->set, name);

    return wanted->kind == PST_PROOF_NAME && name->kind == wanted->name &&
           is_fold_of(texts.domain, wanted->domain) &&
           pst_str_equal(texts.first, wanted->first) &&
           pst_str_equal(texts.second, wanted->second);
}

static bool is_pattern(const struct pst_proof *proof, uint32_t atom,
                       const struct pst_proof_originator *wanted)
{
    const struct pst_pattern *pattern = pst_pattern_of(proof->set, atom);

    return wanted->kind == PST_PROOF_PATTERN &&
           pattern->segments == (wanted->second.data ? 2u : 1u) &&
           is_fold_of(pst_text_at(proof->set, pattern->domain),
                      wanted->domain) &&
           pst_str_equal(pst_text_at(proof->set, pattern->first),
                         wanted->first) &&
           pst_str_equal(pst_text_at(proof->set, pattern->second),
                         wanted->second);
}

postern_status pst_proof_atom(struct pst_proof *proof, uint32_t atom,
                              postern_str entry, size_t number)
{
    struct pst_proof_originator wanted;
    bool is_right = pst_proof_read_originator(&wanted, proof->source, entry);

    if (atom <= PST_ATOM_ALL) {
        is_right &= atom == PST_ATOM_ALL && wanted.kind == PST_PROOF_ALL;
        proof->kinds |= 1;
    } else if (pst_atom_is_pattern(proof->set, atom)) {
        is_right &= is_pattern(proof, atom, &wanted);
    } else {
        is_right &= is_name(proof, atom, &wanted);
        proof->kinds |= (uint32_t)1 << pst_name_of(proof->set, atom)->kind;
    }
    return is_right ? POSTERN_OK
                    : pst_proof_differs(proof,
                                        "originator # is not that of the"
                                        " policy",
                                        PST_PROOF_NUMBERS(number));
}
