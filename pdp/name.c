#include "pdp/name.h"

struct pst_name_key pst_name_key_of_domain(postern_str domain)
{
    struct pst_name_key key = {.kind = PST_NAME_DOMAIN, .domain = domain};

    key.hash = pst_hash_join(key.kind, pst_hash_domain(domain),
                             pst_hash(key.first), pst_hash(key.second));
    return key;
}

static postern_str pool_text(const char *texts, const char *at)
{
    struct pst_text_ref ref;

    memcpy(&ref, at, sizeof ref);
    return (postern_str){texts + ref.offset, ref.len};
}

struct pst_name_texts pst_name_texts_in(const struct pst_name *name,
                                        const char *texts)
{
    const char *text = name->text;

    if (name->lens[0] == PST_NAME_LONG) {
        return (struct pst_name_texts){
            pool_text(texts, text),
            pool_text(texts, text + sizeof(struct pst_text_ref)),
            pool_text(texts, text + 2 * sizeof(struct pst_text_ref))};
    }
    return (struct pst_name_texts){
        {text, name->lens[0]},
        {text + name->lens[0], name->lens[1]},
        {text + name->lens[0] + name->lens[1], name->lens[2]}};
}

struct pst_name_texts pst_name_texts(const postern_acp_set *set,
                                     const struct pst_name *name)
{
    return pst_name_texts_in(name, PST_TABLE(set, TEXTS, char));
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

int pst_name_order(const struct pst_name *name, const char *texts,
                   const struct pst_name_key *key)
{
    struct pst_name_texts own;
    int order;

    if (name->hash != key->hash) {
        return name->hash < key->hash ? -1 : 1;
    }
    if (name->kind != key->kind) {
        return name->kind < key->kind ? -1 : 1;
    }
    own = pst_name_texts_in(name, texts);
    order = pst_str_order(own.second, key->second);
    if (order == 0) {
        order = pst_str_order(own.first, key->first);
    }
    if (order || pst_str_equal(own.domain, key->domain)) {
        return order;
    }
    return fold_order(own.domain, key->domain);
}

/* The first row from `low` on that does not come before the key, by halves. */
static uint32_t search_by_halves(const postern_acp_set *set, uint32_t low,
                                 const struct pst_name_key *key)
{
    const struct pst_name *names = PST_TABLE(set, NAMES, struct pst_name);
    const char *texts = PST_TABLE(set, TEXTS, char);
    uint32_t high = pst_table_count(set, PST_TABLE_NAMES);

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (pst_name_order(&names[middle], texts, key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

uint32_t pst_name_search(const postern_acp_set *set, uint32_t row,
                         const struct pst_name_key *key)
{
    const struct pst_name *names = PST_TABLE(set, NAMES, struct pst_name);
    uint32_t count = pst_table_count(set, PST_TABLE_NAMES);
    uint32_t end =
        count - row < PST_NAMES_IN_A_ROW ? count : row + PST_NAMES_IN_A_ROW;

    while (row < end && names[row].hash < key->hash) {
        row++;
    }
    if (row < end && pst_name_is(&names[row], key)) {
        return PST_ATOM_NAMES + row;
    }
    row = search_by_halves(set, row, key);
    return row < count && pst_name_order(&names[row],
                                         PST_TABLE(set, TEXTS, char), key) == 0
               ? PST_ATOM_NAMES + row
               : PST_ATOM_NONE;
}

static postern_str or_absent(postern_str text)
{
    return text.len ? text : (postern_str){NULL, 0};
}

postern_id pst_name_id(const postern_acp_set *set, const struct pst_name *name)
{
    struct pst_name_texts texts = pst_name_texts(set, name);

    return (postern_id){.domain = texts.domain,
                        .first = or_absent(texts.first),
                        .second = or_absent(texts.second),
                        .hash = name->hash,
                        .kind = (postern_id_kind)name->kind};
}
