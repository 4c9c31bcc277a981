/*
 * Interning the originators of a rule: every text becomes one name or one
 * pattern of the whole set, found again by its hash and compared by its texts.
 */
#include "base/diag.h"
#include "base/fetch.h"
#include "pdp/acp_builder.h"
#include "pdp/name.h"
#include "pdp/wildcard.h"

enum { NUMBER_LIMIT = (1 << 28) - 2 }; /* all atoms in 28 bits */

/* ---- names ------------------------------------------------------------- */

bool pst_draft_is_name(const void *table, uint32_t number, const void *key)
{
    const postern_acp_builder *builder = table;
    const struct pst_name *names = builder->names.data;

    return pst_name_order(&names[number], pst_draft_texts(builder), key) == 0;
}

/* The three texts in a row, the domain in lower case. */
static void write_texts(char *out, const struct pst_name_key *key)
{
    for (size_t i = 0; i < key->domain.len; i++) {
        *out++ = pst_fold(key->domain.data[i]);
    }
    if (key->first.len) {
        memcpy(out, key->first.data, key->first.len);
    }
    if (key->second.len) {
        memcpy(out + key->first.len, key->second.data, key->second.len);
    }
}

static postern_status write_long_texts(postern_acp_builder *builder,
                                       const struct pst_name_key *key,
                                       char *out)
{
    struct pst_text_ref refs[3];

    PST_TRY(pst_draft_text(builder, key->domain, true, &refs[0]));
    PST_TRY(pst_draft_text(builder, key->first, false, &refs[1]));
    PST_TRY(pst_draft_text(builder, key->second, false, &refs[2]));
    memcpy(out, refs, sizeof refs);
    return POSTERN_OK;
}

static postern_status make_name(postern_acp_builder *builder,
                                const struct pst_name_key *key,
                                struct pst_name *name)
{
    *name = (struct pst_name){.hash = key->hash, .kind = (uint8_t)key->kind};
    if (key->domain.len + key->first.len + key->second.len > PST_NAME_TEXT) {
        name->lens[0] = PST_NAME_LONG;
        return write_long_texts(builder, key, name->text);
    }
    name->lens[0] = (uint8_t)key->domain.len;
    name->lens[1] = (uint8_t)key->first.len;
    name->lens[2] = (uint8_t)key->second.len;
    write_texts(name->text, key);
    return POSTERN_OK;
}

static postern_status intern_name(postern_acp_builder *builder,
                                  const struct pst_name_key *key,
                                  uint32_t *number)
{
    struct pst_name name;

    PST_TRY(pst_intern_reserve(&builder->name_numbers, &builder->allocator));
    *number = pst_intern_find(&builder->name_numbers, key->hash, key, builder);
    if (*number != PST_INTERN_NEW) {
        return POSTERN_OK;
    }
    *number = builder->names.count;
    if (*number >= NUMBER_LIMIT) {
        return POSTERN_ERR_LIMIT;
    }
    PST_TRY(make_name(builder, key, &name));
    PST_TRY(pst_vec_push(&builder->names, &builder->allocator, &name, 1));
    pst_intern_put(&builder->name_numbers, key->hash, *number);
    return POSTERN_OK;
}

/* ---- patterns ---------------------------------------------------------- */

static postern_str pool_text(const postern_acp_builder *builder,
                             struct pst_text_ref ref)
{
    return (postern_str){pst_draft_texts(builder) + ref.offset, ref.len};
}

bool pst_draft_is_pattern(const void *table, uint32_t number, const void *key)
{
    const postern_acp_builder *builder = table;
    const struct pst_pattern *pattern =
        (const struct pst_pattern *)builder->tables[PST_TABLE_PATTERNS].data +
        number;
    const postern_id *id = key;

    return pattern->segments == (id->second.data ? 2 : 1) &&
           pst_str_fold_equal(pool_text(builder, pattern->domain),
                              id->domain) &&
           pst_str_equal(pool_text(builder, pattern->first), id->first) &&
           pst_str_equal(pool_text(builder, pattern->second), id->second);
}

static postern_status push_failures(postern_acp_builder *builder,
                                    postern_str pattern)
{
    struct pst_vec *vec = &builder->tables[PST_TABLE_FAILURES];
    uint32_t first = vec->count;

    PST_TRY(
        pst_vec_push(vec, &builder->allocator, NULL, (uint32_t)pattern.len));
    if (pattern.len) {
        pst_wildcard_prepare(pattern, (uint16_t *)vec->data + first);
    }
    return POSTERN_OK;
}

static postern_status add_pattern(postern_acp_builder *builder,
                                  const postern_id *id, uint32_t *number)
{
    struct pst_pattern pattern = {
        .segments = id->second.data ? 2 : 1,
        .failures = pst_draft_count(builder, PST_TABLE_FAILURES)};

    PST_TRY(pst_draft_text(builder, id->domain, true, &pattern.domain));
    PST_TRY(pst_draft_text(builder, id->first, false, &pattern.first));
    PST_TRY(pst_draft_text(builder, id->second, false, &pattern.second));
    PST_TRY(push_failures(builder, pool_text(builder, pattern.domain)));
    PST_TRY(push_failures(builder, id->first));
    PST_TRY(push_failures(builder, id->second));
    return pst_draft_push(builder, PST_TABLE_PATTERNS, &pattern, 1, number);
}

static postern_status intern_pattern(postern_acp_builder *builder,
                                     const postern_id *id, uint32_t *number)
{
    uint64_t hash =
        pst_hash_join(id->second.data ? 2 : 1, pst_hash_domain(id->domain),
                      pst_hash(id->first), pst_hash(id->second));

    PST_TRY(pst_intern_reserve(&builder->pattern_numbers, &builder->allocator));
    *number = pst_intern_find(&builder->pattern_numbers, hash, id, builder);
    if (*number != PST_INTERN_NEW) {
        return POSTERN_OK;
    }
    if (pst_draft_count(builder, PST_TABLE_PATTERNS) >= NUMBER_LIMIT) {
        return POSTERN_ERR_LIMIT;
    }
    PST_TRY(add_pattern(builder, id, number));
    pst_intern_put(&builder->pattern_numbers, hash, *number);
    return POSTERN_OK;
}

/* ---- originators ------------------------------------------------------- */

static struct pst_name_key key_of(const struct pst_originator *originator)
{
    return originator->kind == PST_ORIGINATOR_DOMAIN
               ? pst_name_key_of_domain(originator->id.domain)
               : pst_name_key_of_id(&originator->id);
}

static postern_status add_name(postern_acp_builder *builder,
                               const struct pst_originator *originator,
                               uint32_t *number)
{
    struct pst_name_key key = key_of(originator);

    builder->listed_kinds |= (uint32_t)1 << key.kind;
    return intern_name(builder, &key, number);
}

static postern_status add_originator(postern_acp_builder *builder,
                                     const struct pst_originator *originator)
{
    struct pst_draft_originator draft = {PST_DRAFT_ALL, 0};

    if (originator->kind == PST_ORIGINATOR_ALL) {
        builder->listed_kinds |= 1;
    } else if (originator->kind == PST_ORIGINATOR_PATTERN) {
        draft.kind = PST_DRAFT_PATTERN;
        PST_TRY(intern_pattern(builder, &originator->id, &draft.number));
    } else {
        draft.kind = PST_DRAFT_NAME;
        PST_TRY(add_name(builder, originator, &draft.number));
    }
    return pst_vec_push(&builder->originators, &builder->allocator, &draft, 1);
}

/* Looking up is waiting for memory: originators are read a few at a time, and
 * what they need is fetched meanwhile. */
enum { FEW = 8 };

struct few {
    struct pst_originator originators[FEW];
    size_t count;
};

static bool is_name(const struct pst_originator *originator)
{
    return originator->kind != PST_ORIGINATOR_ALL &&
           originator->kind != PST_ORIGINATOR_PATTERN;
}

static postern_status read_few(postern_acp_builder *builder,
                               const postern_rule *rule, size_t from,
                               struct few *few, postern_diag *diag)
{
    few->count = 0;
    for (size_t i = from; i < rule->originator_count && i - from < FEW; i++) {
        struct pst_originator *originator = &few->originators[few->count];
        const char *why;

        if (rule->originators[i].len > builder->limits.text_length) {
            return POSTERN_ERR_LIMIT;
        }
        if (pst_originator_read(originator, &builder->cse, rule->originators[i],
                                &builder->options, &why) != POSTERN_OK) {
            return pst_draft_refuse(
                diag, (struct pst_draft_place[]){{"acor", i}, {NULL, 0}}, why);
        }
        pst_intern_fetch(&builder->name_numbers, originator->id.hash);
        few->count++;
    }
    return POSTERN_OK;
}

static void fetch_names(const postern_acp_builder *builder,
                        const struct few *few)
{
    const struct pst_name *names = builder->names.data;

    for (size_t i = 0; i < few->count; i++) {
        const struct pst_originator *originator = &few->originators[i];
        uint32_t number =
            is_name(originator)
                ? pst_intern_guess(&builder->name_numbers, originator->id.hash)
                : PST_INTERN_NEW;

        if (number != PST_INTERN_NEW) {
            pst_fetch(&names[number]);
        }
    }
}

postern_status pst_draft_originators(postern_acp_builder *builder,
                                     const postern_rule *rule,
                                     struct pst_draft_rule *out,
                                     postern_diag *diag)
{
    struct few few;

    out->first_originator = builder->originators.count;
    for (size_t i = 0; i < rule->originator_count; i += few.count) {
        PST_TRY(read_few(builder, rule, i, &few, diag));
        fetch_names(builder, &few);
        for (size_t k = 0; k < few.count; k++) {
            PST_TRY(add_originator(builder, &few.originators[k]));
        }
        out->originators += (uint32_t)few.count;
    }
    return POSTERN_OK;
}

postern_status postern_acp_builder_add_originator(postern_acp_builder *builder,
                                                  postern_str text)
{
    postern_id id;
    struct pst_name_key key;
    uint32_t number;

    if (builder->finished) {
        return POSTERN_ERR_ARGUMENT;
    }
    if (text.len > builder->limits.text_length) {
        return POSTERN_ERR_LIMIT;
    }
    if (postern_id_parse_entity(&id, &builder->cse, text) != POSTERN_OK) {
        return POSTERN_ERR_POLICY;
    }
    key = pst_name_key_of_id(&id);
    return intern_name(builder, &key, &number);
}
