/*
 * The originators of an image that are names, and the homes they are found by.
 *
 * Whether a name with short texts is sound is found out with few branches; the
 * others, and whatever is wrong, are looked at part by part.
 */
#include "base/fetch.h"
#include "pdp/hash_words.h"
#include "pdp/image_check.h"
#include "pdp/name.h"

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

/* The next home that a name stands at, from the homes alone. */
struct walk {
    const struct pst_homes *homes;
    uint32_t groups;
    uint32_t group;
    uint32_t left; /* homes in use of the group that were not walked over */
};

static uint32_t next_home(struct walk *walk)
{
    uint32_t bit;

    while (!walk->left && ++walk->group < walk->groups) {
        walk->left = walk->homes[walk->group].used;
    }
    if (!walk->left) {
        return UINT32_MAX;
    }
    bit = (uint32_t)__builtin_ctz(walk->left);
    walk->left &= walk->left - 1;
    return walk->group * PST_HOMES_AT_ONCE + bit;
}

static bool check_counts(const struct pst_check *check,
                         const struct pst_homes *homes, uint32_t groups)
{
    uint32_t before = 0;

    for (uint32_t g = 0; g < groups; g++) {
        if (homes[g].before != before) {
            return pst_check_refuse(check, PST_TABLE_HOMES, g,
                                    "# names are before it, not #",
                                    (uint64_t[]){before, homes[g].before});
        }
        before += pst_count_bits(homes[g].used);
    }
    return true;
}

/* Each name stands at its home, or at the next that is free; nobody else stands
 * anywhere, and the last home is free. */
static bool check_homes(const struct pst_check *check)
{
    const postern_acp_set *set = check->set;
    const struct pst_name *names = PST_TABLE(set, NAMES, struct pst_name);
    uint32_t count = pst_table_count(set, PST_TABLE_NAMES);
    struct walk walk = {PST_TABLE(set, HOMES, struct pst_homes),
                        pst_table_count(set, PST_TABLE_HOMES), 0, 0};
    uint32_t next = 0;

    walk.left = walk.homes[0].used;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t home = pst_name_home_of(set, names[i].hash);
        uint32_t stands = next_home(&walk);

        next = home < next ? next : home;
        if (stands != next) {
            return pst_check_refuse(check, PST_TABLE_NAMES, i,
                                    "it stands at home #, not #",
                                    (uint64_t[]){stands, next});
        }
        next++;
    }
    if (next_home(&walk) != UINT32_MAX ||
        next >= walk.groups * PST_HOMES_AT_ONCE) {
        return pst_check_refuse(check, PST_TABLE_HOMES, PST_WHOLE_TABLE,
                                "somebody stands behind the last name", NULL);
    }
    return check_counts(check, walk.homes, walk.groups);
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

/* What is known of the names so far. */
struct seen {
    uint64_t hashes;
    uint32_t kinds;
};

static bool check_name(const struct pst_check *check, struct seen *seen,
                       uint32_t number)
{
    const struct pst_name *name =
        PST_TABLE(check->set, NAMES, struct pst_name) + number;
    struct pst_name_texts texts;

    if (!check_texts(check, number, name)) {
        return false;
    }
    texts = pst_name_texts(check->set, name);
    seen->hashes |= pst_hash_bit(name->hash);
    seen->kinds |= (uint32_t)1 << name->kind % 32;
    return check_kind(check, number, name, texts) &&
           (number == 0 || check_order(check, number, name, texts)) &&
           check_links(check, number, name);
}

/* ---- the usual --------------------------------------------------------- */

/* The same operation on sixteen bytes. */
typedef unsigned char part __attribute__((vector_size(16)));
typedef uint64_t halves __attribute__((vector_size(16)));

/* Of a text of `len` bytes from `at` on: not zero where one is not zero behind
 * the text, or an upper case letter in the domain that it begins with. */
static halves wrong_bytes(const char *text, unsigned at, unsigned domain,
                          unsigned len)
{
    part place = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    part bytes;

    memcpy(&bytes, text + at, sizeof bytes);
    place += (unsigned char)at;
    return (halves)(bytes & (part)(place >= (unsigned char)len)) |
           ((halves)(bytes - 'A' < 26) &
            (halves)(place < (unsigned char)domain));
}

/* Texts that are in the row as they have to be. */
static bool has_plain_texts(const struct pst_name *name)
{
    unsigned domain = name->lens[0];
    unsigned len = domain + name->lens[1] + name->lens[2];
    halves wrong;

    if (len > PST_NAME_TEXT) {
        return false;
    }
    wrong = wrong_bytes(name->text, 0, domain, len) |
            wrong_bytes(name->text, sizeof(part), domain, len) |
            wrong_bytes(name->text, PST_NAME_TEXT - sizeof(part), domain, len);
    return (wrong[0] | wrong[1]) == 0;
}

/* The domain is in lower case: its hash is that of any text. */
static bool has_plain_hash(const struct pst_name *name)
{
    const char *first = name->text + name->lens[0];
    const char *second = first + name->lens[1];

    return pst_hash_joined(name->kind,
                           pst_hash_bytes(name->text, name->lens[0]),
                           pst_hash_bytes(first, name->lens[1]),
                           pst_hash_bytes(second, name->lens[2])) == name->hash;
}

/* Reads nothing of the other row that may not be read unchecked. */
static bool has_plain_domain(const postern_acp_set *set,
                             const struct pst_name *name)
{
    uint32_t row = name->domain - PST_ATOM_NAMES;
    const struct pst_name *domain;

    if (name->domain == PST_ATOM_NONE) {
        return true;
    }
    if (row >= pst_table_count(set, PST_TABLE_NAMES)) {
        return false;
    }
    domain = PST_TABLE(set, NAMES, struct pst_name) + row;
    return domain->kind == PST_NAME_DOMAIN &&
           domain->lens[0] == name->lens[0] &&
           pst_bytes_equal(domain->text, name->text, name->lens[0]);
}

static bool has_plain_links(const struct pst_check *check,
                            const struct pst_name *name)
{
    if (name->kind != PST_NAME_ENTITY && (name->domain | name->patterns)) {
        return false;
    }
    return (name->patterns == (uint32_t)PST_LIST_WALK ||
            pst_places_has(check->lists, name->patterns)) &&
           has_plain_domain(check->set, name);
}

/* No long text, no text with the hash of the one before it. */
static bool is_plain(const struct pst_check *check, struct seen *seen,
                     const struct pst_name *names, uint32_t number)
{
    const struct pst_name *name = &names[number];

    if (name->kind < PST_NAME_ENTITY || name->kind > PST_NAME_DOMAIN ||
        !has_plain_texts(name) || (number > 0 && name[-1].hash >= name->hash)) {
        return false;
    }
    if (name->kind == PST_NAME_DOMAIN && (name->lens[1] | name->lens[2])) {
        return false;
    }
    seen->hashes |= pst_hash_bit(name->hash);
    seen->kinds |= (uint32_t)1 << name->kind;
    return has_plain_hash(name) && has_plain_links(check, name);
}

enum { AHEAD = 16 }; /* names, whose domains are anywhere */

static void fetch_domain(const struct pst_name *names, uint32_t number,
                         uint32_t count)
{
    if (count - number > AHEAD) {
        uint32_t row = names[number + AHEAD].domain - PST_ATOM_NAMES;

        pst_fetch(&names[row < count ? row : number]);
    }
}

bool pst_check_names(const struct pst_check *check)
{
    const struct pst_name *names =
        PST_TABLE(check->set, NAMES, struct pst_name);
    uint32_t count = pst_table_count(check->set, PST_TABLE_NAMES);
    struct seen seen = {0, 0};

    for (uint32_t i = 0; i < count; i++) {
        fetch_domain(names, i, count);
        if (!is_plain(check, &seen, names, i) && !check_name(check, &seen, i)) {
            return false;
        }
    }
    return check_homes(check) && check_summary(check, seen.hashes, seen.kinds);
}
