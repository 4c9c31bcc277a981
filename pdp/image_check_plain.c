/*
 * The names of an image that are as most are: their texts are in the row, and
 * nobody has the same hash. Whether such a name is sound is found out without
 * branches that depend on what it is; others are left to image_check_names.c.
 */
#include "base/fetch.h"
#include "pdp/hash_words.h"
#include "pdp/image.h"
#include "pdp/image_check_names.h"

/* ---- bytes ------------------------------------------------------------- */

/* The same operation on sixteen bytes. */
typedef unsigned char part __attribute__((vector_size(16)));
typedef signed char signed_part __attribute__((vector_size(16)));
typedef uint64_t halves __attribute__((vector_size(16)));

enum { PART = sizeof(part) };

#define SIXTEEN(byte)                                                          \
    byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte,    \
        byte, byte, byte, byte

/* From EDGE - len on: 0 for each byte of a text, 255 for what is behind. */
enum { EDGE = 3 * PART };
static const unsigned char edge[2 * EDGE] = {SIXTEEN(0),   SIXTEEN(0),
                                             SIXTEEN(0),   SIXTEEN(255),
                                             SIXTEEN(255), SIXTEEN(255)};

static part load_part(const void *bytes)
{
    part value;

    memcpy(&value, bytes, sizeof value);
    return value;
}

/* Of a text of `len` bytes from `at` on: what is not zero behind the text. */
static part wrong_behind(const char *text, unsigned at, unsigned len)
{
    return load_part(text + at) & load_part(edge + EDGE - len + at);
}

/* The same: an upper case letter in the domain that it begins with. Those are
 * the 26 least of all bytes when taken for numbers with a sign. */
static part wrong_domain(const char *text, unsigned at, unsigned domain)
{
    signed_part moved = (signed_part)(load_part(text + at) + (128 - 'A'));

    return (part)(moved < 26 - 128) & ~load_part(edge + EDGE - domain + at);
}

enum { LAST = PST_NAME_TEXT - PART };

/* Texts that are in the row as they have to be. */
static bool has_plain_texts(const struct pst_name *name, unsigned len)
{
    const char *text = name->text;
    unsigned domain = name->lens[0];
    part wrong = wrong_behind(text, 0, len) | wrong_behind(text, PART, len) |
                 wrong_behind(text, LAST, len) | wrong_domain(text, 0, domain) |
                 wrong_domain(text, PART, domain);
    halves all;

    if (domain > 2 * PART) {
        wrong |= wrong_domain(text, LAST, domain);
    }
    all = (halves)wrong;
    return (all[0] | all[1]) == 0;
}

/* ---- hashes ------------------------------------------------------------ */

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

/* ---- what else it answers to ------------------------------------------- */

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
    if ((name->domain | name->patterns) == 0) {
        return pst_places_has(check->lists, 0);
    }
    return name->kind == PST_NAME_ENTITY &&
           (name->patterns == (uint32_t)PST_LIST_WALK ||
            pst_places_has(check->lists, name->patterns)) &&
           has_plain_domain(check->set, name);
}

/* ---- all of it ---------------------------------------------------------- */

/* No long text, no text with the hash of the one before it. */
static bool is_plain(const struct pst_check *check,
                     const struct pst_name *names, uint32_t number)
{
    const struct pst_name *name = &names[number];
    unsigned len = (unsigned)name->lens[0] + name->lens[1] + name->lens[2];

    if (name->kind < PST_NAME_ENTITY || name->kind > PST_NAME_DOMAIN ||
        len > PST_NAME_TEXT || (number > 0 && name[-1].hash >= name->hash)) {
        return false;
    }
    if (name->kind == PST_NAME_DOMAIN && len > name->lens[0]) {
        return false;
    }
    return has_plain_texts(name, len) && has_plain_hash(name) &&
           has_plain_links(check, name);
}

enum {
    AT_ONCE = 64, /* names: their checksum is taken, then they are looked at */
    ROWS_AHEAD = 80,
    DOMAINS_AHEAD = 16 /* which are anywhere */
};

static void fetch_ahead(const struct pst_name *names, uint32_t number,
                        uint32_t count)
{
    uint32_t domain;

    if (count - number <= ROWS_AHEAD) {
        return;
    }
    pst_fetch(&names[number + ROWS_AHEAD]);
    domain = names[number + DOMAINS_AHEAD].domain;
    if (domain >= PST_ATOM_NAMES && domain - PST_ATOM_NAMES < count) {
        pst_fetch(&names[domain - PST_ATOM_NAMES]);
    }
}

uint32_t pst_names_plain(const struct pst_check *check,
                         struct pst_names_seen *seen, uint32_t from)
{
    const struct pst_name *names =
        PST_TABLE(check->set, NAMES, struct pst_name);
    uint32_t count = pst_table_count(check->set, PST_TABLE_NAMES);
    struct pst_names_seen so_far = *seen; /* in registers */
    uint32_t i = from;

    for (; i < count; i++) {
        if (i % AT_ONCE == 0) {
            pst_checksum_upto(
                check->checksum,
                &names[count - i < AT_ONCE ? count : i + AT_ONCE]);
        }
        fetch_ahead(names, i, count);
        if (!is_plain(check, names, i)) {
            break;
        }
        pst_names_add(&so_far, &names[i]);
    }
    *seen = so_far;
    return i;
}
