/*
 * Remembered callers: from the text of an originator, with groups and roles, to
 * the atoms it answers to, without reading and looking up any of them.
 *
 *   text, groups, roles --hash--> row of tags --> entry: all of them once more,
 *                                                 and the atoms in one set
 *
 * As many entries as were asked for, in sets of seven; a set is one line of
 * tags and seven entries of whole lines. Within a set no two tags are the same.
 * A tag leads to an entry, it never decides: an entry answers only if text,
 * groups and roles are those of the request, byte by byte, with their lengths,
 * and if it was resolved for the set of ACPs. [ORI-15]
 */
#include "pdp/callers.h"

#include "base/fetch.h"
#include "base/memory.h"
#include "pdp/hash_words.h"
#include "pdp/search.h"

enum {
    WAYS = 7,
    ENTRY = 7 * PST_LINE, /* odd: entries begin in all sets of a cache */
    ALL_WAYS = (1 << WAYS) - 1
};

/* One line. */
struct row {
    uint64_t tags[WAYS]; /* 0: the way is free */
    uint64_t recent;     /* bit w: asked for since all others were */
};

/* All of an identifier but its texts. */
struct shape {
    uint64_t hash;
    uint16_t lens[3]; /* domain, first, second */
    uint16_t kind;
};

struct entry {
    postern_principal principal; /* for the set it was resolved for */
    uint16_t text;               /* bytes of the originator */
    uint8_t groups;
    uint8_t roles;
    uint32_t reserved;
    /* Shapes of groups and roles; atoms; texts of originator, groups, roles. */
    uint64_t room[(ENTRY - sizeof(postern_principal) - 8) / 8];
};

_Static_assert(sizeof(struct row) == PST_LINE, "a row is one line");
_Static_assert(sizeof(struct entry) == ENTRY, "an entry is whole lines");
_Static_assert(sizeof(struct shape) % (PST_ATOMS_STEP * sizeof(uint32_t)) == 0,
               "atoms stand behind shapes");

struct postern_callers {
    postern_cse cse; /* its texts stand behind the entries */
    uint32_t sets;
    struct row *rows;
    struct entry *entries;
    postern_allocator allocator;
    size_t size; /* of all that was allocated with it */
};

/* ---- what is asked ------------------------------------------------------ */

static uint64_t add_hashes(uint64_t sum, const postern_id *ids, size_t count)
{
    sum = (sum ^ count) * PST_HASH_MULTIPLIER;
    for (size_t i = 0; i < count; i++) {
        sum = (sum ^ ids[i].hash) * PST_HASH_MULTIPLIER;
        sum ^= sum >> 32;
    }
    return sum;
}

/* The text first: while its words follow each other slowly, it turns out how
 * many groups and roles there are. */
static uint64_t tag_of(const struct pst_asked *asked)
{
    uint64_t text = pst_hash_bytes(asked->text.data, asked->text.len);
    uint64_t ids = add_hashes(0, asked->groups, asked->group_count);

    ids = add_hashes(ids, asked->roles, asked->role_count);
    return pst_hash_mix(text ^ ids) | 1;
}

struct pst_asked pst_asked_of(postern_str text, const postern_request *request)
{
    struct pst_asked asked = {.text = text,
                              .groups = request->groups,
                              .roles = request->roles,
                              .group_count = request->group_count,
                              .role_count = request->role_count};

    asked.tag = tag_of(&asked);
    return asked;
}

/* ---- entries ------------------------------------------------------------ */

static size_t id_count(const struct entry *entry)
{
    return (size_t)entry->groups + entry->roles;
}

static const char *texts_of(const struct entry *entry)
{
    return (const char *)entry->room + id_count(entry) * sizeof(struct shape) +
           pst_atoms_padded(entry->principal.count) * sizeof(uint32_t);
}

/* Nothing but 0 when all but the texts is the same. */
static uint64_t differs(const struct shape *shape, const postern_id *id)
{
    return (shape->hash ^ id->hash) |
           ((size_t)shape->lens[0] ^ id->domain.len) |
           ((size_t)shape->lens[1] ^ id->first.len) |
           ((size_t)shape->lens[2] ^ id->second.len) |
           (shape->kind ^ (uint32_t)id->kind);
}

/* The texts of an identifier of that shape, one behind the other. */
static bool has_texts(const char *texts, const postern_id *id)
{
    size_t domain = id->domain.len;
    size_t first = id->first.len;

    return pst_bytes_equal(texts + domain + first, id->second.data,
                           id->second.len) &&
           pst_bytes_equal(texts + domain, id->first.data, first) &&
           pst_bytes_equal(texts, id->domain.data, domain);
}

/* Moves on to the shapes and texts behind. */
static bool are_ids(const struct shape **shapes, const char **texts,
                    const postern_id *ids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct shape *shape = (*shapes)++;

        if (differs(shape, &ids[i]) || !has_texts(*texts, &ids[i])) {
            return false;
        }
        *texts += shape->lens[0] + shape->lens[1] + shape->lens[2];
    }
    return true;
}

/* Whether the entry is about who asks: everything is compared. */
static bool is_asked(const struct entry *entry, const struct pst_asked *asked)
{
    const struct shape *shapes = (const struct shape *)entry->room;
    const char *texts = texts_of(entry);

    if (entry->text != asked->text.len || entry->groups != asked->group_count ||
        entry->roles != asked->role_count ||
        !pst_bytes_equal(texts, asked->text.data, asked->text.len)) {
        return false;
    }
    texts += asked->text.len;
    return are_ids(&shapes, &texts, asked->groups, asked->group_count) &&
           are_ids(&shapes, &texts, asked->roles, asked->role_count);
}

/* ---- filling an entry --------------------------------------------------- */

static char *put(char *to, postern_str text)
{
    if (text.len) {
        memcpy(to, text.data, text.len);
    }
    return to + text.len;
}

static char *put_ids(struct shape *shapes, char *texts, const postern_id *ids,
                     size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const postern_id *id = &ids[i];

        shapes[i] = (struct shape){.hash = id->hash,
                                   .lens = {(uint16_t)id->domain.len,
                                            (uint16_t)id->first.len,
                                            (uint16_t)id->second.len},
                                   .kind = (uint16_t)id->kind};
        texts = put(texts, id->domain);
        texts = put(texts, id->first);
        texts = put(texts, id->second);
    }
    return texts;
}

static bool take(size_t *left, size_t size)
{
    if (size > *left) {
        return false;
    }
    *left -= size;
    return true;
}

/* Kinds that nobody knows would be cut. */
static bool take_ids(size_t *left, const postern_id *ids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if ((uint32_t)ids[i].kind > POSTERN_ID_ROLE ||
            !take(left, sizeof(struct shape)) ||
            !take(left, ids[i].domain.len) || !take(left, ids[i].first.len) ||
            !take(left, ids[i].second.len)) {
            return false;
        }
    }
    return true;
}

/* Whether an entry has room for it with so many atoms. */
static bool fits(const struct pst_asked *asked, size_t atoms)
{
    size_t left = sizeof((struct entry *)NULL)->room;

    return take(&left, pst_atoms_padded(atoms) * sizeof(uint32_t)) &&
           take(&left, asked->text.len) &&
           take_ids(&left, asked->groups, asked->group_count) &&
           take_ids(&left, asked->roles, asked->role_count);
}

/* There is room. */
static void fill(struct entry *entry, const postern_acp_set *set,
                 const struct pst_asked *asked, const struct pst_atoms *atoms)
{
    size_t ids = asked->group_count + asked->role_count;
    struct shape *shapes = (struct shape *)entry->room;
    uint32_t *copy = (uint32_t *)(shapes + ids);
    size_t padded = pst_atoms_padded(atoms->count);
    char *texts = (char *)(copy + padded);

    entry->principal = (postern_principal){.set = set,
                                           .stamp = pst_stamp_of(set),
                                           .atoms = copy,
                                           .count = atoms->count};
    entry->text = (uint16_t)asked->text.len;
    entry->groups = (uint8_t)asked->group_count;
    entry->roles = (uint8_t)asked->role_count;
    memset(copy, 0, padded * sizeof *copy);
    memcpy(copy, atoms->atoms, atoms->count * sizeof *copy);
    texts = put(texts, asked->text);
    texts = put_ids(shapes, texts, asked->groups, asked->group_count);
    (void)put_ids(shapes + asked->group_count, texts, asked->roles,
                  asked->role_count);
}

/* ---- rows --------------------------------------------------------------- */

/* Some bits of the tag, as a part of all sets. */
static struct row *row_of(const postern_callers *callers, uint64_t tag)
{
    return callers->rows + ((tag >> 32) * callers->sets >> 32);
}

static struct entry *entry_of(const postern_callers *callers,
                              const struct row *row, uint32_t way)
{
    return callers->entries + (size_t)(row - callers->rows) * WAYS + way;
}

/* All are compared: which one it is cannot be foreseen. */
static uint32_t way_of(const struct row *row, uint64_t tag)
{
    uint32_t ways = 1u << WAYS;

    for (uint32_t way = 0; way < WAYS; way++) {
        ways |= (uint32_t)(row->tags[way] == tag) << way;
    }
    return (uint32_t)__builtin_ctz(ways);
}

/* Once all are recent, only this one is: so some way is always free or has not
 * been asked for. */
static void note_use(struct row *row, uint32_t way)
{
    uint64_t bit = (uint64_t)1 << way;
    uint64_t recent = row->recent | bit;

    row->recent = recent == ALL_WAYS ? bit : recent;
}

/* Free ways are never recent, and come in order. */
static uint32_t way_to_fill(const struct row *row, uint64_t tag)
{
    uint32_t way = way_of(row, tag);

    return way < WAYS ? way : (uint32_t)__builtin_ctzll(~row->recent);
}

const postern_principal *pst_callers_recall(const postern_callers *callers,
                                            const postern_acp_set *set,
                                            const struct pst_asked *asked)
{
    struct row *row = row_of(callers, asked->tag);
    uint32_t way = way_of(row, asked->tag);
    const struct entry *entry = entry_of(callers, row, way);

    if (way == WAYS || !pst_principal_is_for(&entry->principal, set) ||
        !is_asked(entry, asked)) {
        return NULL;
    }
    note_use(row, way);
    return &entry->principal;
}

/* Resolved and remembered; NULL when there is no room for it. */
static const postern_principal *learn(const postern_callers *callers,
                                      const postern_acp_set *set,
                                      const struct pst_asked *asked,
                                      const postern_request *request)
{
    struct pst_asking asking;
    struct pst_atoms atoms = {0, NULL};
    struct row *row = row_of(callers, asked->tag);
    struct entry *entry;
    uint32_t way;

    if (!fits(asked, 1)) {
        return NULL;
    }
    pst_asking_fetch(set, request);
    pst_asking_begin(&asking, set, request);
    (void)pst_asking_next(&asking, &atoms);
    if (!pst_asking_is_done(&asking) || !fits(asked, atoms.count)) {
        return NULL;
    }
    way = way_to_fill(row, asked->tag);
    entry = entry_of(callers, row, way);
    fill(entry, set, asked, &atoms);
    row->tags[way] = asked->tag;
    note_use(row, way);
    return &entry->principal;
}

/* ---- the decision ------------------------------------------------------- */

enum { FETCHED_REFS = 2 };

/* What the decision reads first, while the originator is found out. */
static void fetch_slots(const postern_acp_set *set, const postern_acp_ref *refs,
                        size_t count)
{
    for (size_t i = 0; i < count && i < FETCHED_REFS; i++) {
        pst_search_fetch(set, refs[i]);
    }
}

/* Who does not send an AE-ID or a CSE-ID is not remembered: denied, whatever
 * the rest. */
static const postern_principal *meet(const postern_callers *callers,
                                     const postern_acp_set *set,
                                     const struct pst_asked *asked,
                                     postern_request *request)
{
    return postern_id_parse_entity(&request->originator, &callers->cse,
                                   asked->text) == POSTERN_OK
               ? learn(callers, set, asked, request)
               : NULL;
}

/* The request without From; nothing is to be found out. [REQ-02] */
static postern_decision decide_absent(const postern_acp_set *set,
                                      const postern_acp_ref *refs,
                                      size_t ref_count,
                                      const postern_request *request)
{
    postern_request copy = *request;

    postern_id_set_absent(&copy.originator);
    return postern_decide_as(set, NULL, refs, ref_count, &copy);
}

postern_decision
postern_decide_from(postern_callers *callers, const postern_acp_set *set,
                    postern_str originator, const postern_acp_ref *refs,
                    size_t ref_count, const postern_request *request)
{
    const postern_principal *principal;
    postern_request copy;
    struct pst_asked asked;

    if (!set || !refs) {
        return pst_denied(POSTERN_REASON_NO_RULE);
    }
    if (!request || request->struct_size != sizeof *request) {
        request = pst_facts_copy(request, &copy);
    }
    if (!callers || !request) {
        return pst_denied(POSTERN_REASON_BAD_REQUEST);
    }
    if (!originator.data) {
        return decide_absent(set, refs, ref_count, request);
    }
    asked = pst_asked_of(originator, request);
    principal = pst_callers_recall(callers, set, &asked);
    if (principal) {
        return postern_decide_as(set, principal, refs, ref_count, request);
    }
    fetch_slots(set, refs, ref_count);
    copy = *request;
    principal = meet(callers, set, &asked, &copy);
    return postern_decide_as(set, principal, refs, ref_count, &copy);
}

/* ---- making and freeing ------------------------------------------------- */

static size_t sets_for(size_t count)
{
    return (count + WAYS - 1) / WAYS;
}

static size_t size_for(size_t count, const postern_cse *cse)
{
    return sizeof(postern_callers) + PST_LINE +
           sets_for(count) *
               (sizeof(struct row) + WAYS * sizeof(struct entry)) +
           cse->domain.len + cse->name.len;
}

/* Behind the handle from the next line on: rows, entries, the texts of the
 * CSE. */
static void divide(postern_callers *callers, const postern_cse *cse)
{
    uintptr_t end = (uintptr_t)(callers + 1);
    char *texts;

    callers->rows = (struct row *)((char *)(callers + 1) +
                                   (PST_LINE - end % PST_LINE) % PST_LINE);
    callers->entries = (struct entry *)(callers->rows + callers->sets);
    texts = (char *)(callers->entries + (size_t)callers->sets * WAYS);
    callers->cse = *cse;
    callers->cse.domain.data = texts;
    texts = put(texts, cse->domain);
    callers->cse.name.data = texts;
    (void)put(texts, cse->name);
}

postern_status postern_callers_new(postern_callers **callers,
                                   const postern_cse *cse, size_t count,
                                   const postern_allocator *allocator)
{
    postern_allocator memory = pst_allocator_of(allocator);
    size_t size;

    *callers = NULL;
    if (!cse || !cse->domain.len || !cse->name.len || count < 1 ||
        count > POSTERN_CALLERS_MAX) {
        return POSTERN_ERR_ARGUMENT;
    }
    size = size_for(count, cse);
    *callers = pst_alloc(&memory, size);
    if (!*callers) {
        return POSTERN_ERR_MEMORY;
    }
    (*callers)->sets = (uint32_t)sets_for(count);
    (*callers)->allocator = memory;
    (*callers)->size = size;
    divide(*callers, cse);
    postern_callers_forget(*callers);
    return POSTERN_OK;
}

void postern_callers_forget(postern_callers *callers)
{
    if (callers) {
        memset(callers->rows, 0, callers->sets * sizeof *callers->rows);
    }
}

void postern_callers_free(postern_callers *callers)
{
    if (callers) {
        postern_allocator allocator = callers->allocator;

        pst_release(&allocator, callers, callers->size);
    }
}
