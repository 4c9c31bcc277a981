/*
 * The originators of an image that are names: those that are not as most are,
 * and whatever is wrong, part by part.
 */
#include "pdp/image_check_names.h"

static bool is_zero(const char *bytes, size_t from, size_t to)
{
    char any = 0;

    for (size_t i = from; i < to; i++) {
        any = (char)(any | bytes[i]);
    }
    return any == 0;
}

static bool check_long_texts(const struct pst_check *check, uint32_t number,
                             const struct pst_name *name)
{
    struct pst_text_ref refs[3];
    uint64_t len = 0;

    memcpy(refs, name->text, sizeof refs);
    for (size_t i = 0; i < sizeof refs / sizeof *refs; i++) {
        if (!pst_text_ref_is_sound(check->set, refs[i])) {
            return pst_check_refuse(check, PST_TABLE_NAMES, number,
                                    "its text # is not within the pool",
                                    (uint64_t[]){i});
        }
        len += refs[i].len;
    }
    if (len <= PST_NAME_TEXT || name->lens[1] || name->lens[2] ||
        !is_zero(name->text, sizeof refs, PST_NAME_TEXT)) {
        return pst_check_refuse(check, PST_TABLE_NAMES, number,
                                "its # characters are in the pool in a way"
                                " that none are",
                                (uint64_t[]){len});
    }
    return true;
}

static bool check_texts(const struct pst_check *check, uint32_t number,
                        const struct pst_name *name)
{
    size_t len;

    if (name->lens[0] == PST_NAME_LONG) {
        return check_long_texts(check, number, name);
    }
    len = (size_t)name->lens[0] + name->lens[1] + name->lens[2];
    if (len > PST_NAME_TEXT) {
        return pst_check_refuse(check, PST_TABLE_NAMES, number,
                                "its # characters are more than #",
                                (uint64_t[]){len, PST_NAME_TEXT});
    }
    if (!is_zero(name->text, len, PST_NAME_TEXT)) {
        return pst_check_refuse(check, PST_TABLE_NAMES, number,
                                "what follows its texts is not zero", NULL);
    }
    return true;
}

static struct pst_name_key key_of(const struct pst_name *name,
                                  struct pst_name_texts texts)
{
    return (struct pst_name_key){name->hash, name->kind, texts.domain,
                                 texts.first, texts.second};
}

static uint64_t hash_of(const struct pst_name *name,
                        struct pst_name_texts texts)
{
    return pst_hash_join(name->kind, pst_hash_domain(texts.domain),
                         pst_hash(texts.first), pst_hash(texts.second));
}

static bool check_kind(const struct pst_check *check, uint32_t number,
                       const struct pst_name *name, struct pst_name_texts texts)
{
    if (name->kind < PST_NAME_ENTITY || name->kind > PST_NAME_DOMAIN) {
        return pst_check_refuse(check, PST_TABLE_NAMES, number,
                                "it is of kind #, there is none",
                                (uint64_t[]){name->kind});
    }
    if (name->kind == PST_NAME_DOMAIN &&
        (texts.first.len || texts.second.len)) {
        return pst_check_refuse(check, PST_TABLE_NAMES, number,
                                "a domain has more than a domain", NULL);
    }
    if (!pst_is_lower(texts.domain)) {
        return pst_check_refuse(check, PST_TABLE_NAMES, number,
                                "its domain is not in lower case", NULL);
    }
    if (hash_of(name, texts) != name->hash) {
        return pst_check_refuse(check, PST_TABLE_NAMES, number,
                                "its hash is not that of its texts", NULL);
    }
    return true;
}

/* Names have been checked up to this one, which is not the first. */
static bool check_order(const struct pst_check *check, uint32_t number,
                        const struct pst_name *name,
                        struct pst_name_texts texts)
{
    struct pst_name_key key = key_of(name, texts);

    if (name[-1].hash < name->hash ||
        pst_name_order(name - 1, PST_TABLE(check->set, TEXTS, char), &key) <
            0) {
        return true;
    }
    return pst_check_refuse(check, PST_TABLE_NAMES, number,
                            "it does not belong behind the one before it",
                            NULL);
}

static bool is_domain_of(const postern_acp_set *set,
                         const struct pst_name *domain,
                         const struct pst_name *name)
{
    return domain->kind == PST_NAME_DOMAIN &&
           pst_str_equal(pst_name_texts(set, domain).domain,
                         pst_name_texts(set, name).domain);
}

/* The texts of the row itself have been checked, those of the other not. */
static bool check_domain(const struct pst_check *check, uint32_t number,
                         const struct pst_name *name)
{
    const postern_acp_set *set = check->set;
    uint32_t row = name->domain - PST_ATOM_NAMES;

    if (name->domain >= PST_ATOM_NAMES &&
        row < pst_table_count(set, PST_TABLE_NAMES)) {
        const struct pst_name *domain = pst_name_of(set, name->domain);

        if (!check_texts(check, row, domain)) {
            return false;
        }
        if (is_domain_of(set, domain, name)) {
            return true;
        }
    }
    return pst_check_refuse(check, PST_TABLE_NAMES, number,
                            "atom # is not its domain",
                            (uint64_t[]){name->domain});
}

/* What else it answers to. */
static bool check_links(const struct pst_check *check, uint32_t number,
                        const struct pst_name *name)
{
    if (name->kind != PST_NAME_ENTITY && (name->domain || name->patterns)) {
        return pst_check_refuse(check, PST_TABLE_NAMES, number,
                                "of kind # it has a domain or patterns",
                                (uint64_t[]){name->kind});
    }
    if (name->patterns != (uint32_t)PST_LIST_WALK &&
        !pst_places_has(check->lists, name->patterns)) {
        return pst_check_refuse(check, PST_TABLE_NAMES, number,
                                "no list of patterns begins at #",
                                (uint64_t[]){name->patterns});
    }
    return name->domain == PST_ATOM_NONE || check_domain(check, number, name);
}

/* What tells without a search that nobody of a kind is listed. Entities may
 * be there that no rule lists; "all" is compared with the rules. */
static bool check_kinds(const struct pst_check *check, uint32_t kinds)
{
    const uint32_t listed =
        1u << PST_NAME_RESOURCE | 1u << PST_NAME_ROLE | 1u << PST_NAME_DOMAIN;
    const uint32_t all = listed | 1u << PST_NAME_ENTITY | 1;
    uint32_t said = pst_block_of(check->set)->kinds;

    return ((said & ~all) == 0 && (kinds & listed & ~said) == 0) ||
           pst_check_refuse(check, PST_TABLE_NAMES, PST_WHOLE_TABLE,
                            "the header says kinds #, the names kinds #",
                            (uint64_t[]){said, kinds});
}

static bool check_summary(const struct pst_check *check, uint64_t hashes,
                          uint32_t kinds)
{
    if (pst_block_of(check->set)->hashes != hashes) {
        return pst_check_refuse(check, PST_TABLE_NAMES, PST_WHOLE_TABLE,
                                "the summary of the hashes is not theirs",
                                NULL);
    }
    return check_kinds(check, kinds);
}

static bool check_name(const struct pst_check *check,
                       struct pst_names_seen *seen, uint32_t number)
{
    const struct pst_name *name =
        PST_TABLE(check->set, NAMES, struct pst_name) + number;
    struct pst_name_texts texts;

    if (!check_texts(check, number, name)) {
        return false;
    }
    texts = pst_name_texts(check->set, name);
    pst_names_add(seen, name);
    return check_kind(check, number, name, texts) &&
           (number == 0 || check_order(check, number, name, texts)) &&
           check_links(check, number, name);
}

bool pst_check_names(const struct pst_check *check)
{
    uint32_t count = pst_table_count(check->set, PST_TABLE_NAMES);
    struct pst_names_seen seen = pst_names_none(check->set);

    for (uint32_t i = 0; i < count; i++) {
        i = pst_names_plain(check, &seen, i);
        if (i < count && !check_name(check, &seen, i)) {
            return false;
        }
    }
    return pst_homes_are_sound(check, &seen) &&
           check_summary(check, seen.hashes, seen.kinds);
}
