#include "pdp/atom.h"

struct pst_atom_key pst_atom_key_of_id(const postern_id *id)
{
    return (struct pst_atom_key){id->hash, (uint32_t)id->kind, id->domain,
                                 id->first, id->second};
}

struct pst_atom_key pst_atom_key_of_domain(postern_str domain)
{
    struct pst_atom_key key = {.kind = PST_ATOM_DOMAIN, .domain = domain};

    key.hash = pst_hash_join(key.kind, pst_hash_domain(domain),
                             pst_hash(key.first), pst_hash(key.second));
    return key;
}

struct pst_atom_key pst_atom_key_of_all(void)
{
    return (struct pst_atom_key){.kind = PST_ATOM_ALL};
}

/* `stored` is in lower case already. */
static int fold_order(postern_str stored, postern_str text)
{
    size_t len = stored.len < text.len ? stored.len : text.len;

    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)pst_fold(text.data[i]);

        if ((unsigned char)stored.data[i] != c) {
            return (unsigned char)stored.data[i] < c ? -1 : 1;
        }
    }
    return (stored.len > text.len) - (stored.len < text.len);
}

int pst_atom_order(const postern_acp_set *set, const struct pst_atom *atom,
                   const struct pst_atom_key *key)
{
    int order;

    if (atom->hash != key->hash) {
        return atom->hash < key->hash ? -1 : 1;
    }
    if (atom->kind != key->kind) {
        return atom->kind < key->kind ? -1 : 1;
    }
    order = pst_str_order(pst_text_at(set, atom->second), key->second);
    if (order == 0) {
        order = pst_str_order(pst_text_at(set, atom->first), key->first);
    }
    return order ? order
                 : fold_order(pst_text_at(set, atom->domain), key->domain);
}

uint32_t pst_atom_find(const postern_acp_set *set,
                       const struct pst_atom_key *key)
{
    const struct pst_atom *atoms = PST_TABLE(set, ATOMS, struct pst_atom);
    const uint32_t *bucket =
        PST_TABLE(set, BUCKETS, uint32_t) + (key->hash >> set->bucket_shift);
    uint32_t low = bucket[0];
    uint32_t high = bucket[1];

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = pst_atom_order(set, &atoms[middle], key);

        if (order == 0) {
            return middle;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return PST_NO_ATOM;
}

postern_id pst_atom_id(const postern_acp_set *set, const struct pst_atom *atom)
{
    postern_id id = {.domain = pst_text_at(set, atom->domain),
                     .hash = atom->hash,
                     .kind = (postern_id_kind)atom->kind};

    if (atom->first.len) {
        id.first = pst_text_at(set, atom->first);
    }
    if (atom->second.len) {
        id.second = pst_text_at(set, atom->second);
    }
    return id;
}
