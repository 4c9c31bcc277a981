#include "pdp/name.h"

enum { FEW = 8 }; /* names of a bucket that are looked at in a row */

struct pst_name_key pst_name_key_of_id(const postern_id *id)
{
    return (struct pst_name_key){id->hash, (uint32_t)id->kind, id->domain,
                                 id->first, id->second};
}

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

static bool is_domain(const char *stored, size_t len, postern_str domain)
{
    return len == domain.len &&
           (memcmp(stored, domain.data, len) == 0 ||
            fold_order((postern_str){stored, len}, domain) == 0);
}

/* An empty text has no address. */
static bool is_text(const char *stored, size_t len, postern_str text)
{
    return len == text.len && (len == 0 || memcmp(stored, text.data, len) == 0);
}

static bool is_long_name(const struct pst_name *name, const char *texts,
                         const struct pst_name_key *key)
{
    struct pst_name_texts own = pst_name_texts_in(name, texts);

    return pst_str_equal(own.second, key->second) &&
           pst_str_equal(own.first, key->first) &&
           is_domain(own.domain.data, own.domain.len, key->domain);
}

/* Whether a name with the hash of the key is that of the key. */
static bool is_name(const struct pst_name *name, const char *texts,
                    const struct pst_name_key *key)
{
    size_t domain = name->lens[0];
    size_t first = name->lens[1];

    if (name->kind != key->kind) {
        return false;
    }
    if (domain == PST_NAME_LONG) {
        return is_long_name(name, texts, key);
    }
    return is_text(name->text + domain + first, name->lens[2], key->second) &&
           is_text(name->text + domain, first, key->first) &&
           is_domain(name->text, domain, key->domain);
}

/* The first of names[low..high) that is not below the key in the full order.
 * Only where many share a bucket. */
static uint32_t search(const struct pst_name *names, uint32_t low,
                       uint32_t high, const char *texts,
                       const struct pst_name_key *key)
{
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

uint32_t pst_name_find(const postern_acp_set *set,
                       const struct pst_name_key *key)
{
    const struct pst_name *names = PST_TABLE(set, NAMES, struct pst_name);
    const char *texts = PST_TABLE(set, TEXTS, char);
    const uint32_t *bucket = pst_name_bucket(set, key->hash);
    uint32_t low = bucket[0];
    uint32_t high = bucket[1];

    if (high - low > FEW) {
        low = search(names, low, high, texts, key);
        high = low < high ? low + 1 : low;
    }
    for (; low < high; low++) {
        if (names[low].hash == key->hash && is_name(&names[low], texts, key)) {
            return PST_ATOM_NAMES + low;
        }
    }
    return PST_ATOM_NONE;
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
