#include "prp/member.h"

#include "base/str.h"
#include "prp/address.h"
#include "prp/tree.h"

enum { HALF = 32 };

static const uint64_t no_member = UINT64_MAX;

/* A path is hashed from its last segment to its first, so that an address and
 * a walk up the tree can both do it. */
static uint64_t add_segment(const struct pst_store_settings *settings,
                            uint64_t hash, postern_str segment)
{
    uint64_t parts[2] = {hash, pst_hash_id(settings, segment)};

    return pst_keyed_hash(&settings->key, parts, sizeof parts);
}

/* The CSEBase has one name here, whichever the address uses. */
static uint64_t add_first(const struct pst_store_settings *settings,
                          uint64_t hash, postern_str segment)
{
    return add_segment(settings, hash,
                       pst_names_base(settings, segment) ? PST_STR("-")
                                                         : segment);
}

/* Bytes before the last slash of text[0, end); SIZE_MAX: there is none. */
static size_t slash_before(postern_str text, size_t end)
{
    while (end > 0 && text.data[end - 1] != '/') {
        end--;
    }
    return end > 0 ? end - 1 : SIZE_MAX;
}

static uint64_t hash_address(const struct pst_store_settings *settings,
                             postern_str local)
{
    size_t end = local.len;
    size_t slash = slash_before(local, end);
    uint64_t hash = 0;

    while (slash != SIZE_MAX) {
        hash =
            add_segment(settings, hash, pst_str_slice(local, slash + 1, end));
        end = slash;
        slash = slash_before(local, end);
    }
    return add_first(settings, hash, pst_str_slice(local, 0, end));
}

/* False: it has no structured address. */
static bool hash_path(const struct pst_version *version, uint32_t number,
                      uint64_t *hash)
{
    *hash = 0;
    while (number != PST_BASE) {
        const struct pst_record *record = pst_version_record(version, number);
        postern_str name =
            record ? pst_record_name(record) : (postern_str){NULL, 0};

        if (name.len == 0) {
            return false;
        }
        *hash = add_segment(version->settings, *hash, name);
        number = pst_tree_above(version, number);
    }
    *hash = add_first(version->settings, *hash, PST_STR("-"));
    return true;
}

uint64_t pst_member_word(const struct pst_store_settings *settings,
                         postern_str address, uint32_t place)
{
    postern_str local;

    if (!address.data || !pst_address_local(settings, address, &local)) {
        return no_member;
    }
    return hash_address(settings, local) >> HALF << HALF | place;
}

struct members {
    const struct pst_version *version;
    const uint64_t *words;
    postern_texts texts;
};

static size_t first_from(const struct members *members, uint64_t word)
{
    size_t low = 0;
    size_t high = members->texts.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (members->words[middle] < word) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Only what resolves to the resource makes it a member; a hash finds no more
 * than candidates. */
static bool list(const struct members *members, uint64_t hash, uint32_t member)
{
    uint64_t half = hash >> HALF;

    for (size_t i = first_from(members, half << HALF);
         i < members->texts.count && members->words[i] >> HALF == half &&
         members->words[i] != no_member;
         i++) {
        postern_str text = members->texts.items[(uint32_t)members->words[i]];

        if (pst_address_find(members->version, text) == member) {
            return true;
        }
    }
    return false;
}

bool pst_group_lists(const struct pst_version *version, uint32_t group,
                     uint32_t member)
{
    const struct pst_record *record = pst_version_record(version, group);
    const struct pst_record *sought = pst_version_record(version, member);
    struct members members = {.version = version};
    uint64_t hash;

    if (!record || !sought) {
        return false;
    }
    members.words = pst_record_member_words(record, &members.texts);
    if (!members.words) {
        return false;
    }
    hash = hash_address(version->settings, pst_record_id(sought));
    return list(&members, hash, member) ||
           (hash_path(version, member, &hash) && list(&members, hash, member));
}
