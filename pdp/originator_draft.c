/*
 * Interning the originators of a rule: every text without wildcard becomes one
 * atom of the whole set, found again by its hash and compared by its texts.
 */
#include "base/diag.h"
#include "pdp/acp_builder.h"
#include "pdp/atom.h"
#include "pdp/wildcard.h"

enum { FIRST_SLOTS = 64 };

static postern_str draft_text_at(const postern_acp_builder *builder,
                                 struct pst_text_ref ref)
{
    const char *texts = builder->tables[PST_TABLE_TEXTS].data;

    return (postern_str){texts ? texts + ref.offset : NULL, ref.len};
}

static uint32_t *slots(postern_acp_builder *builder)
{
    return builder->atom_slots.data;
}

static const struct pst_atom *atom_at(const postern_acp_builder *builder,
                                      uint32_t atom)
{
    return (const struct pst_atom *)builder->tables[PST_TABLE_ATOMS].data +
           atom;
}

static bool is_atom(const postern_acp_builder *builder, uint32_t number,
                    const struct pst_atom_key *key)
{
    const struct pst_atom *atom = atom_at(builder, number);

    return atom->hash == key->hash && atom->kind == key->kind &&
           pst_str_fold_equal(draft_text_at(builder, atom->domain),
                              key->domain) &&
           pst_str_equal(draft_text_at(builder, atom->first), key->first) &&
           pst_str_equal(draft_text_at(builder, atom->second), key->second);
}

/* The slot that holds the key, or the free one where it belongs. */
static uint32_t find_slot(postern_acp_builder *builder,
                          const struct pst_atom_key *key)
{
    uint32_t mask = builder->atom_slots.count - 1;
    uint32_t slot = (uint32_t)key->hash & mask;

    while (slots(builder)[slot] &&
           !is_atom(builder, slots(builder)[slot] - 1, key)) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

/* Doubles the slots and puts every atom where it now belongs. */
static postern_status grow_slots(postern_acp_builder *builder)
{
    uint32_t atoms = pst_draft_count(builder, PST_TABLE_ATOMS);
    uint32_t count = builder->atom_slots.count;
    struct pst_vec larger;
    postern_status status;

    if (count && atoms < count / 2) {
        return POSTERN_OK;
    }
    if (count > UINT32_MAX / 4) {
        return POSTERN_ERR_LIMIT;
    }
    pst_vec_init(&larger, sizeof(uint32_t));
    status = pst_vec_push(&larger, &builder->allocator, NULL,
                          count ? count * 2 : FIRST_SLOTS);
    if (status != POSTERN_OK) {
        return status;
    }
    for (uint32_t i = 0; i < atoms; i++) {
        uint32_t mask = larger.count - 1;
        uint32_t slot = (uint32_t)atom_at(builder, i)->hash & mask;

        while (((uint32_t *)larger.data)[slot]) {
            slot = (slot + 1) & mask;
        }
        ((uint32_t *)larger.data)[slot] = i + 1;
    }
    pst_vec_release(&builder->atom_slots, &builder->allocator);
    builder->atom_slots = larger;
    return POSTERN_OK;
}

static postern_status add_atom(postern_acp_builder *builder,
                               const struct pst_atom_key *key, uint32_t slot,
                               uint32_t *number)
{
    struct pst_atom atom = {.hash = key->hash, .kind = key->kind};

    PST_TRY(pst_draft_text(builder, key->domain, true, &atom.domain));
    PST_TRY(pst_draft_text(builder, key->first, false, &atom.first));
    PST_TRY(pst_draft_text(builder, key->second, false, &atom.second));
    PST_TRY(pst_draft_push(builder, PST_TABLE_ATOMS, &atom, 1, number));
    slots(builder)[slot] = *number + 1;
    return POSTERN_OK;
}

static postern_status intern(postern_acp_builder *builder,
                             const struct pst_atom_key *key, uint32_t *number)
{
    uint32_t slot;

    PST_TRY(grow_slots(builder));
    slot = find_slot(builder, key);
    if (slots(builder)[slot]) {
        *number = slots(builder)[slot] - 1;
        return POSTERN_OK;
    }
    return add_atom(builder, key, slot, number);
}

static postern_status push_failures(postern_acp_builder *builder,
                                    postern_str pattern, uint32_t *first)
{
    struct pst_vec *vec = &builder->tables[PST_TABLE_FAILURES];

    *first = vec->count;
    PST_TRY(
        pst_vec_push(vec, &builder->allocator, NULL, (uint32_t)pattern.len));
    if (pattern.len) {
        pst_wildcard_prepare(pattern, (uint16_t *)vec->data + *first);
    }
    return POSTERN_OK;
}

static postern_status add_pattern(postern_acp_builder *builder,
                                  const postern_id *id, uint32_t *number)
{
    struct pst_pattern pattern = {.segments = id->second.data ? 2 : 1};
    uint32_t unused;

    PST_TRY(pst_draft_text(builder, id->domain, true, &pattern.domain));
    PST_TRY(pst_draft_text(builder, id->first, false, &pattern.first));
    PST_TRY(pst_draft_text(builder, id->second, false, &pattern.second));
    PST_TRY(push_failures(builder, draft_text_at(builder, pattern.domain),
                          &pattern.failures));
    PST_TRY(push_failures(builder, id->first, &unused));
    PST_TRY(push_failures(builder, id->second, &unused));
    return pst_draft_push(builder, PST_TABLE_PATTERNS, &pattern, 1, number);
}

static struct pst_atom_key key_of(const struct pst_originator *originator)
{
    switch (originator->kind) {
    case PST_ORIGINATOR_DOMAIN:
        return pst_atom_key_of_domain(originator->id.domain);
    case PST_ORIGINATOR_ENTITY:
    case PST_ORIGINATOR_GROUP:
    case PST_ORIGINATOR_ROLE:
        return pst_atom_key_of_id(&originator->id);
    case PST_ORIGINATOR_ALL:
    case PST_ORIGINATOR_PATTERN:
    default:
        return pst_atom_key_of_all();
    }
}

static postern_status add_originator(postern_acp_builder *builder,
                                     const struct pst_originator *originator)
{
    struct pst_originator_ref ref = {0};

    if (originator->kind == PST_ORIGINATOR_PATTERN) {
        ref.is_pattern = 1;
        PST_TRY(add_pattern(builder, &originator->id, &ref.index));
    } else {
        struct pst_atom_key key = key_of(originator);

        PST_TRY(intern(builder, &key, &ref.index));
    }
    return pst_draft_push(builder, PST_TABLE_ORIGINATORS, &ref, 1, NULL);
}

postern_status pst_draft_originators(postern_acp_builder *builder,
                                     const postern_rule *rule,
                                     struct pst_rule *out, postern_diag *diag)
{
    out->originators.first = pst_draft_count(builder, PST_TABLE_ORIGINATORS);
    for (size_t i = 0; i < rule->originator_count; i++) {
        struct pst_originator originator;
        const char *why;
        postern_status status =
            pst_originator_read(&originator, &builder->cse,
                                rule->originators[i], &builder->options, &why);

        if (status != POSTERN_OK) {
            return pst_draft_refuse(
                diag, (struct pst_draft_place[]){{"acor", i}, {NULL, 0}}, why);
        }
        PST_TRY(add_originator(builder, &originator));
        out->originators.count++;
    }
    return POSTERN_OK;
}
