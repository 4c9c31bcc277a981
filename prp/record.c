/*
 * The layout of a record. First what every search compares, then the rest in
 * the order in which it can be told:
 *
 *   head     type, what is present, lengths of ID and name
 *   texts    the ID, the name
 *   lengths  16 bits for each other text
 *   numbers  32 bits each: a type that does not fit the head, mgmtDefinition,
 *            the count of each list
 *   words    aligned to 8 bytes if there are any: expirationTime, the set of
 *            an ACP, what is rare (prp/rare.h), the entries of each list, the
 *            words of members
 *   bytes    of the other texts, of the entries
 */
#include "prp/record.h"

#include "base/sort.h"
#include "base/str.h"
#include "prp/member.h"
#include "prp/rare.h"

enum {
    NAME_IS_ID = 1 << 0,
    WIDE_TYPE = 1 << 1,
    MGMT_DEFINITION = 1 << 2,
    EXPIRES = 1 << 3,
    ACP = 1 << 4,
    RARE = 1 << 5,
    ENTITY_IS_ID = 1 << 6,
    CREATOR = 1 << 7,
    CUSTODIAN = 1 << 8,
    ENTITY = 1 << 9,
    CONTAINER_DEFINITION = 1 << 10,
    POLICY_IDS = 1 << 11,
    MEMBERS_POLICY_IDS = 1 << 12,
    MEMBERS = 1 << 13,
    LABELS = 1 << 14,
    ATTRIBUTES = 1 << 15,
    TEXTS = CREATOR | CUSTODIAN | ENTITY | CONTAINER_DEFINITION,
    LISTS = POLICY_IDS | MEMBERS_POLICY_IDS | MEMBERS | LABELS | ATTRIBUTES,
    NUMBERS = WIDE_TYPE | MGMT_DEFINITION | LISTS,
    IN_HEAD = NAME_IS_ID | ENTITY_IS_ID,
    WORDS = EXPIRES | ACP | RARE | LISTS,
    WORD = 8
};

/* The head; the rest follows. */
struct pst_record {
    uint16_t type;
    uint16_t present;
    uint16_t id_len;
    uint16_t name_len;
};

struct part {
    uint16_t bit;
    size_t offset; /* in a postern_resource */
};

static const struct part text_parts[] = {
    {CREATOR, offsetof(postern_resource, creator)},
    {CUSTODIAN, offsetof(postern_resource, custodian)},
    {ENTITY, offsetof(postern_resource, entity)},
    {CONTAINER_DEFINITION, offsetof(postern_resource, container_definition)},
};

static const struct part list_parts[] = {
    {POLICY_IDS, offsetof(postern_resource, policy_ids)},
    {MEMBERS_POLICY_IDS, offsetof(postern_resource, members_policy_ids)},
    {MEMBERS, offsetof(postern_resource, members)},
    {LABELS, offsetof(postern_resource, labels)},
    {ATTRIBUTES, offsetof(postern_resource, attributes)},
};

enum {
    TEXT_PARTS = sizeof text_parts / sizeof *text_parts,
    LIST_PARTS = sizeof list_parts / sizeof *list_parts
};

static const postern_str *text_of(const postern_resource *resource, size_t i)
{
    const void *part = (const char *)resource + text_parts[i].offset;

    return part;
}

static const postern_texts *list_of(const postern_resource *resource, size_t i)
{
    const void *part = (const char *)resource + list_parts[i].offset;

    return part;
}

/* ---- where things are -------------------------------------------------- */

/* Offsets of what comes next in each section. */
struct places {
    size_t lengths;
    size_t numbers;
    size_t words;
    size_t bytes;
};

static size_t count_bits(unsigned bits)
{
    size_t count = 0;

    for (; bits; bits &= bits - 1) {
        count++;
    }
    return count;
}

/* All but the start of the bytes, which is behind the words. */
static struct places places_of(const struct pst_record *head)
{
    struct places at;

    at.lengths = sizeof(struct pst_record) + head->id_len +
                 (head->present & NAME_IS_ID ? 0 : head->name_len);
    at.numbers =
        at.lengths + count_bits(head->present & TEXTS) * sizeof(uint16_t);
    at.words =
        at.numbers + count_bits(head->present & NUMBERS) * sizeof(uint32_t);
    if (head->present & WORDS) {
        at.words = (at.words + WORD - 1) / WORD * WORD;
    }
    at.bytes = at.words;
    return at;
}

/* What a list takes of the words. */
static size_t size_of_list(uint16_t bit, size_t count)
{
    return count * sizeof(postern_str) +
           (bit == MEMBERS ? count * sizeof(uint64_t) : 0);
}

/* What comes before what is rare. */
static size_t size_of_single_words(uint16_t present)
{
    return (present & EXPIRES ? sizeof(int64_t) : 0) +
           (present & ACP ? sizeof(const postern_acp_set *) : 0);
}

/* ---- making ------------------------------------------------------------ */

static uint16_t present_in(const postern_resource *resource)
{
    unsigned present = 0;

    present |= resource->name.len && pst_str_equal(resource->name, resource->id)
                   ? NAME_IS_ID
                   : 0;
    present |= resource->type > UINT16_MAX ? WIDE_TYPE : 0;
    present |= resource->mgmt_definition ? MGMT_DEFINITION : 0;
    present |= resource->expires_s != INT64_MAX ? EXPIRES : 0;
    present |= resource->acp_set ? ACP : 0;
    present |= pst_has_rare(resource) ? RARE : 0;
    for (size_t i = 0; i < TEXT_PARTS; i++) {
        present |= text_of(resource, i)->data ? text_parts[i].bit : 0;
    }
    for (size_t i = 0; i < LIST_PARTS; i++) {
        present |= list_of(resource, i)->items ? list_parts[i].bit : 0;
    }
    if (resource->entity.data &&
        pst_str_equal(resource->entity, resource->id)) {
        present = (present & ~(unsigned)ENTITY) | ENTITY_IS_ID;
    }
    return (uint16_t)present;
}

static struct pst_record head_of(const postern_resource *resource)
{
    return (struct pst_record){
        .type = (uint16_t)resource->type,
        .present = present_in(resource),
        .id_len = (uint16_t)resource->id.len,
        .name_len = (uint16_t)resource->name.len,
    };
}

/* Of the entries of all lists; UINT64_MAX: more than a record can hold. */
static uint64_t size_of_entries(const postern_resource *resource)
{
    uint64_t size = 0;

    for (size_t i = 0; i < LIST_PARTS; i++) {
        const postern_texts *list = list_of(resource, i);
        size_t count = list->items ? list->count : 0;

        if (count > UINT32_MAX / sizeof(postern_str)) {
            return UINT64_MAX;
        }
        for (size_t k = 0; k < count; k++) {
            size += list->items[k].len;
        }
    }
    return size;
}

/* Sets where the bytes begin; returns the size of the block. */
static uint64_t lay_out(const struct pst_record *head,
                        const postern_resource *resource, struct places *at)
{
    uint64_t entries = size_of_entries(resource);
    uint64_t rare = head->present & RARE ? pst_rare_size(resource) : 0;
    uint64_t size;

    *at = places_of(head);
    if (entries > UINT32_MAX || rare > UINT32_MAX) {
        return UINT64_MAX;
    }
    at->bytes += size_of_single_words(head->present) + (size_t)rare;
    for (size_t i = 0; i < LIST_PARTS; i++) {
        if (head->present & list_parts[i].bit) {
            at->bytes +=
                size_of_list(list_parts[i].bit, list_of(resource, i)->count);
        }
    }
    size = at->bytes + entries;
    for (size_t i = 0; i < TEXT_PARTS; i++) {
        size +=
            head->present & text_parts[i].bit ? text_of(resource, i)->len : 0;
    }
    return size;
}

/* Copies to a place and moves it on. */
static void *put(struct pst_record *record, size_t *place, const void *bytes,
                 size_t len)
{
    char *to = (char *)record + *place;

    if (len) {
        memcpy(to, bytes, len);
    }
    *place += len;
    return to;
}

static void put_number(struct pst_record *record, struct places *at,
                       uint32_t number)
{
    put(record, &at->numbers, &number, sizeof number);
}

static postern_str put_bytes(struct pst_record *record, struct places *at,
                             postern_str text)
{
    char *to = put(record, &at->bytes, text.data, text.len);

    return (postern_str){text.data ? to : NULL, text.len};
}

static void put_texts(struct pst_record *record, struct places *at,
                      const postern_resource *resource)
{
    for (size_t i = 0; i < TEXT_PARTS; i++) {
        if (record->present & text_parts[i].bit) {
            postern_str text = *text_of(resource, i);
            uint16_t len = (uint16_t)text.len;

            put(record, &at->lengths, &len, sizeof len);
            put_bytes(record, at, text);
        }
    }
}

static int order_words(const void *a, const void *b, const void *context)
{
    uint64_t left = *(const uint64_t *)a;
    uint64_t right = *(const uint64_t *)b;

    (void)context;
    return (left > right) - (left < right);
}

static void put_member_words(struct pst_record *record, struct places *at,
                             const struct pst_store_settings *settings,
                             const postern_texts *members)
{
    void *words = (char *)record + at->words;

    for (size_t k = 0; k < members->count; k++) {
        uint64_t word =
            pst_member_word(settings, members->items[k], (uint32_t)k);

        put(record, &at->words, &word, sizeof word);
    }
    pst_sort(words, members->count, sizeof(uint64_t), order_words, NULL);
}

static void put_lists(struct pst_record *record, struct places *at,
                      const struct pst_store_settings *settings,
                      const postern_resource *resource)
{
    for (size_t i = 0; i < LIST_PARTS; i++) {
        const postern_texts *list = list_of(resource, i);

        if (!(record->present & list_parts[i].bit)) {
            continue;
        }
        put_number(record, at, (uint32_t)list->count);
        for (size_t k = 0; k < list->count; k++) {
            postern_str entry = put_bytes(record, at, list->items[k]);

            put(record, &at->words, &entry, sizeof entry);
        }
        if (list_parts[i].bit == MEMBERS) {
            put_member_words(record, at, settings, list);
        }
    }
}

static void put_singles(struct pst_record *record, struct places *at,
                        const postern_resource *resource)
{
    if (record->present & WIDE_TYPE) {
        put_number(record, at, resource->type);
    }
    if (record->present & MGMT_DEFINITION) {
        put_number(record, at, resource->mgmt_definition);
    }
    if (record->present & EXPIRES) {
        put(record, &at->words, &resource->expires_s,
            sizeof resource->expires_s);
    }
    if (record->present & ACP) {
        put(record, &at->words, &resource->acp_set, sizeof resource->acp_set);
    }
    if (record->present & RARE) {
        pst_rare_put((char *)record + at->words, resource);
        at->words += (size_t)pst_rare_size(resource);
    }
}

postern_status pst_record_make(struct pst_record **record,
                               const struct pst_store_settings *settings,
                               const postern_resource *resource,
                               struct pst_pool *pool)
{
    struct pst_record head = head_of(resource);
    size_t texts = sizeof head;
    struct places at;
    uint64_t size = lay_out(&head, resource, &at);

    *record = NULL;
    if (size > UINT32_MAX) {
        return POSTERN_ERR_LIMIT;
    }
    *record = pst_pool_alloc(pool, (size_t)size);
    if (!*record) {
        return POSTERN_ERR_MEMORY;
    }
    **record = head;
    put(*record, &texts, resource->id.data, resource->id.len);
    if (!(head.present & NAME_IS_ID)) {
        put(*record, &texts, resource->name.data, resource->name.len);
    }
    put_texts(*record, &at, resource);
    put_singles(*record, &at, resource);
    put_lists(*record, &at, settings, resource);
    return POSTERN_OK;
}

/* ---- reading ----------------------------------------------------------- */

static const void *take(const struct pst_record *record, size_t *place,
                        size_t len)
{
    const void *from = (const char *)record + *place;

    *place += len;
    return from;
}

static uint32_t take_number(const struct pst_record *record, struct places *at)
{
    uint32_t number;

    memcpy(&number, take(record, &at->numbers, sizeof number), sizeof number);
    return number;
}

static uint16_t take_length(const struct pst_record *record, struct places *at)
{
    uint16_t len;

    memcpy(&len, take(record, &at->lengths, sizeof len), sizeof len);
    return len;
}

/* Where everything is, and where the counts of lists begin. */
static struct places open_record(const struct pst_record *record)
{
    struct places at = places_of(record);
    size_t counts = at.numbers;
    postern_resource rare;

    at.numbers +=
        count_bits(record->present & NUMBERS & ~LISTS) * sizeof(uint32_t);
    at.bytes += size_of_single_words(record->present);
    if (record->present & RARE) {
        at.bytes += pst_rare_read((const char *)record + at.bytes, &rare);
    }
    for (size_t i = 0; i < LIST_PARTS; i++) {
        if (record->present & list_parts[i].bit) {
            at.bytes +=
                size_of_list(list_parts[i].bit, take_number(record, &at));
        }
    }
    at.numbers = counts;
    return at;
}

uint32_t pst_record_type(const struct pst_record *record)
{
    struct places at;

    if (!(record->present & WIDE_TYPE)) {
        return record->type;
    }
    at = places_of(record);
    return take_number(record, &at);
}

postern_str pst_record_id(const struct pst_record *record)
{
    return (postern_str){(const char *)(record + 1), record->id_len};
}

postern_str pst_record_name(const struct pst_record *record)
{
    const char *name = (const char *)(record + 1);

    if (record->name_len == 0) {
        return (postern_str){NULL, 0};
    }
    name += record->present & NAME_IS_ID ? 0 : record->id_len;
    return (postern_str){name, record->name_len};
}

const postern_acp_set *pst_record_set(const struct pst_record *record)
{
    const postern_acp_set *set = NULL;
    size_t at;

    if (record->present & ACP) {
        at = places_of(record).words;
        at += record->present & EXPIRES ? sizeof(int64_t) : 0;
        memcpy(&set, (const char *)record + at, sizeof set);
    }
    return set;
}

static void read_singles(const struct pst_record *record, struct places *at,
                         postern_resource *resource)
{
    if (record->present & WIDE_TYPE) {
        resource->type = take_number(record, at);
    }
    if (record->present & MGMT_DEFINITION) {
        resource->mgmt_definition = take_number(record, at);
    }
    if (record->present & EXPIRES) {
        memcpy(&resource->expires_s, take(record, &at->words, sizeof(int64_t)),
               sizeof(int64_t));
    }
    if (record->present & ACP) {
        memcpy(&resource->acp_set,
               take(record, &at->words, sizeof resource->acp_set),
               sizeof resource->acp_set);
    }
    if (record->present & RARE) {
        at->words += pst_rare_read((const char *)record + at->words, resource);
    }
}

static postern_texts read_list(const struct pst_record *record,
                               struct places *at, uint16_t bit)
{
    size_t count = take_number(record, at);

    return (postern_texts){take(record, &at->words, size_of_list(bit, count)),
                           count};
}

static void read_texts(const struct pst_record *record, struct places *at,
                       postern_resource *resource)
{
    for (size_t i = 0; i < TEXT_PARTS; i++) {
        if (record->present & text_parts[i].bit) {
            void *part = (char *)resource + text_parts[i].offset;
            size_t len = take_length(record, at);
            postern_str text = {take(record, &at->bytes, len), len};

            memcpy(part, &text, sizeof text);
        }
    }
}

/* What is not in the head. */
static void read_rest(const struct pst_record *record,
                      postern_resource *resource)
{
    struct places at = open_record(record);

    read_texts(record, &at, resource);
    read_singles(record, &at, resource);
    for (size_t i = 0; i < LIST_PARTS; i++) {
        if (record->present & list_parts[i].bit) {
            void *part = (char *)resource + list_parts[i].offset;
            postern_texts list = read_list(record, &at, list_parts[i].bit);

            memcpy(part, &list, sizeof list);
        }
    }
}

void pst_record_read(const struct pst_record *record,
                     postern_resource *resource)
{
    postern_resource_init(resource);
    resource->id = pst_record_id(record);
    resource->name = pst_record_name(record);
    resource->type = record->type;
    if (record->present & ENTITY_IS_ID) {
        resource->entity = resource->id;
    }
    if (record->present & ~IN_HEAD) {
        read_rest(record, resource);
    }
}

size_t pst_record_size(const struct pst_record *record)
{
    postern_resource resource;
    struct pst_record head = *record;
    struct places at;

    pst_record_read(record, &resource);
    return (size_t)lay_out(&head, &resource, &at);
}

const uint64_t *pst_record_member_words(const struct pst_record *record,
                                        postern_texts *members)
{
    postern_resource resource;

    if (!(record->present & MEMBERS)) {
        return NULL;
    }
    pst_record_read(record, &resource);
    *members = resource.members;
    return (const void *)(members->items + members->count);
}
