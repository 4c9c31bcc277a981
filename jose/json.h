/*
 * The JSON of headers and claims, read strictly and without the heap: one
 * object of UTF-8, no member twice at any depth, nothing before or behind it.
 *
 * The values lie in the caller's memory in the order of the text: a value, then
 * all that is in it. The text is not changed; strings without escapes, numbers
 * and the texts of objects and lists point into it. No recursion.
 *
 *     struct pst_json_value values[64];
 *     char scratch[256];
 *     struct pst_json json = {.values = values, .capacity = 64,
 *                             .scratch = scratch, .scratch_size = 256,
 *                             .depth = 4, .members = 24};
 *
 *     if (pst_json_parse(&json, text) == POSTERN_OK) {
 *         const struct pst_json_value *iss =
 *             pst_json_member(&json, pst_json_root(&json), "iss");
 */
#ifndef PST_JOSE_JSON_H
#define PST_JOSE_JSON_H

#include <postern/base.h>

enum pst_json_type {
    PST_IS_NULL,
    PST_IS_FALSE,
    PST_IS_TRUE,
    PST_IS_NUMBER,
    PST_IS_STRING,
    PST_IS_LIST,
    PST_IS_OBJECT
};

struct pst_json_value {
    postern_str name; /* of a member, escapes decoded; absent: no member */
    postern_str text; /* a string decoded, anything else as it is written:
                         objects and lists with their brackets */
    uint32_t type;    /* enum pst_json_type */
    uint32_t count;   /* members of an object, entries of a list */
    uint32_t end;     /* index of the first value that is not in this one */
    uint32_t parent;  /* index; the root has itself */
};

struct pst_json {
    /* ---- the caller's memory and limits -------------------------------- */
    struct pst_json_value *values;
    uint32_t capacity; /* of values */
    char *scratch;     /* for strings with escapes; at most as long as the
                          text is ever needed */
    size_t scratch_size;
    uint32_t depth;   /* of nesting: 1 is an object of scalars */
    uint32_t members; /* of one object: looking for names that are there
                         twice costs their square */
    /* ---- what was found ------------------------------------------------ */
    uint32_t count;      /* of values in use */
    const char *problem; /* static sentence, after a refusal */
    size_t at;           /* its byte in the text */
};

/*
 * Reads a text that is one object.
 *
 * Refused besides what is not JSON (RFC 8259): bytes that are not UTF-8 and
 * marks of byte order, names that are there twice however they are spelled,
 * NUL, halves of surrogate pairs. [JWT-16]
 *
 * POSTERN_OK; POSTERN_ERR_SYNTAX; POSTERN_ERR_LIMIT: it is deeper or has more
 * members, values or escaped text than there is room for. Cost: linear.
 */
POSTERN_NODISCARD postern_status pst_json_parse(struct pst_json *json,
                                                postern_str text);

static inline const struct pst_json_value *
pst_json_root(const struct pst_json *json)
{
    return json->values;
}

/* First value in an object or list, NULL when it is empty or another type. */
static inline const struct pst_json_value *
pst_json_first(const struct pst_json_value *value)
{
    return value->count ? value + 1 : NULL;
}

/* Next value beside this one, NULL after the last. */
static inline const struct pst_json_value *
pst_json_beside(const struct pst_json *json, const struct pst_json_value *value)
{
    const struct pst_json_value *parent = json->values + value->parent;

    return value->end < parent->end ? json->values + value->end : NULL;
}

/* The member of that name; NULL: there is none, or `object` is none. */
const struct pst_json_value *
pst_json_member(const struct pst_json *json,
                const struct pst_json_value *object, const char *name);

/*
 * A NumericDate (RFC 7519): its whole seconds, and whether a fraction of a
 * second was cut off. False for what is no number from 0 to 2^53, or written
 * with an exponent. [JWT-03]
 */
bool pst_json_seconds(const struct pst_json_value *value, int64_t *seconds,
                      bool *has_fraction);

#endif
