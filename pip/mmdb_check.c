/*
 * The encoding of values: a control byte with type and size, for some a byte
 * of type and up to three of size, then the value. See "MaxMind DB File Format
 * Specification", version 2.0.
 */
#include "pip/mmdb_check.h"

#include "base/str.h"

enum {
    EXTENDED = 0,
    POINTER = 1,
    TEXT = 2,
    UINT16 = 5,
    UINT32 = 6,
    MAP = 7,
    ARRAY = 11,
    BOOLEAN = 14,
    MOST_NESTED = 32,
    SMALLEST_DATA = 3
};

/* A value without what is nested in it. */
struct field {
    uint32_t type;
    uint32_t size;    /* bytes; of a map or an array: members */
    uint32_t payload; /* where the bytes, or the members, begin */
    uint32_t next;    /* what stands behind it; the same for containers */
    uint32_t target;  /* of a pointer */
};

/* Bytes as one number, the first the highest. */
static uint32_t number(const uint8_t *bytes, uint32_t count)
{
    uint32_t value = 0;

    for (uint32_t i = 0; i < count; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

static bool has(struct pst_mmdb_section section, uint32_t offset,
                uint32_t count)
{
    return offset <= section.size && count <= section.size - offset;
}

/* Three bits of the control byte go in front, except before four bytes; each
 * length begins where the shorter one ends. */
static bool read_pointer(struct pst_mmdb_section section, uint8_t control,
                         struct field *field)
{
    uint32_t more = control >> 3 & 3u;
    uint32_t least = more == 1 ? 2048 : more == 2 ? 526336 : 0;

    if (!has(section, field->payload, more + 1)) {
        return false;
    }
    field->target = number(section.bytes + field->payload, more + 1);
    if (more < 3) {
        field->target |= (control & 7u) << (8 * (more + 1));
    }
    field->target += least;
    field->next = field->payload + more + 1;
    return true;
}

/* Sizes of 29 and more are in the bytes that follow. */
static bool read_size(struct pst_mmdb_section section, struct field *field)
{
    static const uint32_t least[] = {29, 285, 65821};
    uint32_t bytes = field->size < 29 ? 0 : field->size - 28;

    if (bytes == 0) {
        return true;
    }
    if (!has(section, field->payload, bytes)) {
        return false;
    }
    field->size =
        least[bytes - 1] + number(section.bytes + field->payload, bytes);
    field->payload += bytes;
    return true;
}

static bool is_container(const struct field *field)
{
    return field->type == MAP || field->type == ARRAY;
}

static bool read_field(struct pst_mmdb_section section, uint32_t offset,
                       struct field *field)
{
    uint8_t control;

    if (!has(section, offset, 1)) {
        return false;
    }
    control = section.bytes[offset];
    *field = (struct field){
        .type = control >> 5, .size = control & 31u, .payload = offset + 1};
    if (field->type == POINTER) {
        return read_pointer(section, control, field);
    }
    if (field->type == EXTENDED) {
        if (!has(section, field->payload, 1)) {
            return false;
        }
        field->type = 7u + section.bytes[field->payload++];
    }
    if (!read_size(section, field)) {
        return false;
    }
    field->next = field->payload;
    if (is_container(field) || field->type == BOOLEAN) {
        return true;
    }
    field->next += field->size;
    return has(section, field->payload, field->size);
}

/* ---- values of the data section ---------------------------------------- */

/* How many values are still to come in each container around. */
struct nesting {
    uint64_t left[MOST_NESTED];
    bool is_map[MOST_NESTED];
    size_t depth;
};

static bool enter(struct nesting *nesting, const struct field *field)
{
    if (nesting->depth == MOST_NESTED) {
        return false;
    }
    nesting->is_map[nesting->depth] = field->type == MAP;
    nesting->left[nesting->depth] =
        field->type == MAP ? 2 * (uint64_t)field->size : field->size;
    nesting->depth++;
    return true;
}

static void leave_what_is_done(struct nesting *nesting)
{
    while (nesting->depth > 0 && nesting->left[nesting->depth - 1] == 0) {
        nesting->depth--;
    }
}

/* Takes one value off the innermost container; whether it is a key. */
static bool take(struct nesting *nesting)
{
    size_t innermost = nesting->depth - 1;

    nesting->left[innermost]--;
    return nesting->is_map[innermost] && nesting->left[innermost] % 2 == 1;
}

/* libmaxminddb takes the members of a key for its value: there shall be none.
 */
static bool members_are_sound(struct pst_mmdb_section data,
                              const struct field *container, uint64_t *budget)
{
    struct nesting nesting = {.depth = 0};
    uint32_t offset = container->payload;

    (void)enter(&nesting, container);
    for (leave_what_is_done(&nesting); nesting.depth > 0;
         leave_what_is_done(&nesting)) {
        bool is_key = take(&nesting);
        struct field field;

        if (*budget == 0 || !read_field(data, offset, &field)) {
            return false;
        }
        --*budget;
        if (is_container(&field) && (is_key || !enter(&nesting, &field))) {
            return false;
        }
        offset = field.next;
    }
    return true;
}

bool pst_mmdb_value_is_sound(struct pst_mmdb_section data, uint32_t offset,
                             uint64_t *budget)
{
    struct field field;

    if (!read_field(data, offset, &field)) {
        return false;
    }
    if (field.type == POINTER && !read_field(data, field.target, &field)) {
        return false;
    }
    return field.type != POINTER &&
           (!is_container(&field) || members_are_sound(data, &field, budget));
}

/* ---- metadata ---------------------------------------------------------- */

/* What has to fit into the file. 0: not seen. */
struct tree {
    uint64_t node_count;
    uint64_t record_bits;
};

/* The metadata behind the last marker; no bytes when there is none. */
static struct pst_mmdb_section find_metadata(struct pst_mmdb_section end)
{
    static const uint8_t marker[] = "\xAB\xCD\xEFMaxMind.com";
    const uint32_t size = sizeof marker - 1;

    for (uint32_t i = end.size; i >= size; i--) {
        if (memcmp(end.bytes + i - size, marker, size) == 0) {
            return (struct pst_mmdb_section){end.bytes + i, end.size - i};
        }
    }
    return (struct pst_mmdb_section){end.bytes, 0};
}

/* A value that is no container, itself or at the end of a pointer. *next is
 * what stands behind it in its place. */
static bool read_scalar(struct pst_mmdb_section section, uint32_t offset,
                        struct field *field, uint32_t *next)
{
    if (!read_field(section, offset, field)) {
        return false;
    }
    *next = field->next;
    if (field->type == POINTER && !read_field(section, field->target, field)) {
        return false;
    }
    return field->type != POINTER && !is_container(field);
}

static bool skip_texts(struct pst_mmdb_section metadata, uint64_t count,
                       uint32_t *offset)
{
    for (uint64_t i = 0; i < count; i++) {
        struct field field;

        if (!read_scalar(metadata, *offset, &field, offset) ||
            field.type != TEXT) {
            return false;
        }
    }
    return true;
}

/* The number of this name, which must not be there twice. */
static bool note_number(struct pst_mmdb_section metadata, postern_str key,
                        const struct field *field, struct tree *tree)
{
    uint64_t *number_of = pst_str_is(key, "node_count")    ? &tree->node_count
                          : pst_str_is(key, "record_size") ? &tree->record_bits
                                                           : NULL;

    if (!number_of) {
        return true;
    }
    if (*number_of != 0 || (field->type != UINT16 && field->type != UINT32) ||
        field->size > 4) {
        return false;
    }
    *number_of = number(metadata.bytes + field->payload, field->size);
    return *number_of != 0;
}

static bool read_member(struct pst_mmdb_section metadata, uint32_t *offset,
                        struct tree *tree)
{
    struct field key;
    struct field value;

    if (!read_scalar(metadata, *offset, &key, offset) || key.type != TEXT ||
        !read_field(metadata, *offset, &value)) {
        return false;
    }
    if (is_container(&value)) {
        *offset = value.next;
        return skip_texts(metadata,
                          (value.type == MAP ? 2u : 1u) * (uint64_t)value.size,
                          offset);
    }
    return read_scalar(metadata, *offset, &value, offset) &&
           note_number(metadata,
                       (postern_str){(const char *)metadata.bytes + key.payload,
                                     key.size},
                       &value, tree);
}

static bool read_metadata(struct pst_mmdb_section metadata, struct tree *tree)
{
    struct field map;
    uint32_t offset;

    if (!read_field(metadata, 0, &map) || map.type != MAP) {
        return false;
    }
    offset = map.next;
    for (uint32_t i = 0; i < map.size; i++) {
        if (!read_member(metadata, &offset, tree)) {
            return false;
        }
    }
    return true;
}

bool pst_mmdb_end_is_sound(struct pst_mmdb_section end, uint64_t file_size)
{
    struct tree tree = {0, 0};

    if (!read_metadata(find_metadata(end), &tree) || tree.node_count == 0) {
        return false;
    }
    /* Two records to a node. */
    return tree.node_count * tree.record_bits / 4 + PST_MMDB_SEPARATOR_SIZE +
               SMALLEST_DATA <=
           file_size;
}
