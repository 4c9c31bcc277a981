/*
 * Names in the order of their hashes, homes that lead to them, and for each
 * entity what else it answers to: its domain and the patterns it matches.
 */
#include "base/fetch.h"
#include "base/sort.h"
#include "pdp/compile.h"
#include "pdp/name.h"
#include "pdp/pattern_index.h"

enum {
    HOMES_EACH = 4,      /* so that most stand at their homes */
    AHEAD = 16,          /* names that are fetched before they are looked at */
    LIST_MAX = 62,       /* patterns of one entity that are listed */
    LIST_WORDS_EACH = 4, /* for each name, on average; more are not listed */
    LIST_WORDS_FREE = 1024
};

/* ---- the order --------------------------------------------------------- */

static const struct pst_name *draft_at(const postern_acp_builder *builder,
                                       uint32_t number)
{
    return (const struct pst_name *)builder->names.data + number;
}

static struct pst_name_key key_of(const postern_acp_builder *builder,
                                  const struct pst_name *name)
{
    struct pst_name_texts texts =
        pst_name_texts_in(name, pst_draft_texts(builder));

    return (struct pst_name_key){name->hash, name->kind, texts.domain,
                                 texts.first, texts.second};
}

static int order_two(const struct pst_name *left, const struct pst_name *right,
                     const postern_acp_builder *builder)
{
    struct pst_name_key key;

    if (left->hash != right->hash) {
        return left->hash < right->hash ? -1 : 1;
    }
    key = key_of(builder, right);
    return pst_name_order(left, pst_draft_texts(builder), &key);
}

static int order_drafts(const void *left, const void *right,
                        const void *context)
{
    return order_two(draft_at(context, *(const uint32_t *)left),
                     draft_at(context, *(const uint32_t *)right), context);
}

/* As many as fit beside the last one, which is free, at least. */
static uint32_t homes_for(uint32_t names)
{
    uint32_t homes = names * HOMES_EACH;

    return homes < PST_HOMES_AT_ONCE ? PST_HOMES_AT_ONCE - 1 : homes;
}

/* From memory that is far apart: what comes next is fetched meanwhile. */
static void fetch(const postern_acp_builder *builder, const uint32_t *drafts,
                  uint32_t next, uint32_t count)
{
    if (next + AHEAD < count) {
        pst_fetch(draft_at(builder, drafts[next + AHEAD]));
    }
}

/* Counting by home: drafts become the order, starts[h] the end of home h. */
static void distribute(const struct pst_compile *compile, uint32_t *starts,
                       uint32_t *drafts)
{
    const struct pst_name *names = compile->builder->names.data;
    uint32_t count = compile->builder->names.count;
    uint32_t homes = compile->homes;

    for (uint32_t i = 0; i < count; i++) {
        starts[pst_name_home(names[i].hash, homes) + 1]++;
    }
    for (uint32_t h = 0; h < homes; h++) {
        starts[h + 1] += starts[h];
    }
    for (uint32_t i = 0; i < count; i++) {
        drafts[starts[pst_name_home(names[i].hash, homes)]++] = i;
    }
}

/* Those with one home, among each other. */
static void sort_homes(const struct pst_compile *compile, const uint32_t *ends,
                       uint32_t *drafts)
{
    uint32_t first = 0;

    for (uint32_t h = 0; h < compile->homes; h++) {
        if (ends[h] - first > 1) {
            pst_sort(drafts + first, ends[h] - first, sizeof *drafts,
                     order_drafts, compile->builder);
        }
        first = ends[h];
    }
}

static void fill_rows(const struct pst_compile *compile, const uint32_t *drafts,
                      struct pst_name *rows)
{
    const postern_acp_builder *builder = compile->builder;
    uint32_t *places = compile->places.data;

    for (uint32_t i = 0; i < builder->names.count; i++) {
        fetch(builder, drafts, i, builder->names.count);
        rows[i] = *draft_at(builder, drafts[i]);
        places[drafts[i]] = i;
    }
}

/* Where name i stands when the one before stands at the home before `next`. */
static uint32_t settle(const struct pst_compile *compile,
                       const struct pst_name *name, uint32_t next)
{
    uint32_t home = pst_name_home(name->hash, compile->homes);

    return home < next ? next : home;
}

/* One more than the last home that somebody stands at, or has. */
static uint32_t count_homes(const struct pst_compile *compile)
{
    const struct pst_vec *names = &compile->builder->tables[PST_TABLE_NAMES];
    uint32_t next = 0;

    for (uint32_t i = 0; i < names->count; i++) {
        next =
            settle(compile, (const struct pst_name *)names->data + i, next) + 1;
    }
    return next < compile->homes ? compile->homes : next;
}

static postern_status make_homes(struct pst_compile *compile)
{
    postern_acp_builder *builder = compile->builder;
    const struct pst_name *names = builder->tables[PST_TABLE_NAMES].data;
    uint32_t groups = count_homes(compile) / PST_HOMES_AT_ONCE + 1;
    struct pst_homes *homes;
    uint32_t next = 0;

    PST_TRY(pst_compile_push(compile, PST_TABLE_HOMES, NULL, groups));
    homes = builder->tables[PST_TABLE_HOMES].data;
    for (uint32_t i = 0; i < builder->names.count; i++) {
        next = settle(compile, &names[i], next);
        homes[next / PST_HOMES_AT_ONCE].used |= pst_home_bit(next);
        next++;
    }
    for (uint32_t g = 1; g < groups; g++) {
        homes[g].before =
            homes[g - 1].before + pst_count_bits(homes[g - 1].used);
    }
    return POSTERN_OK;
}

static postern_status order_names(struct pst_compile *compile)
{
    postern_acp_builder *builder = compile->builder;
    uint32_t names = builder->names.count;
    struct pst_vec *drafts = &compile->drafts;
    struct pst_vec *starts = &compile->starts;

    if (names > (PST_ATOM_LIMIT - PST_ATOM_NAMES) -
                    builder->tables[PST_TABLE_PATTERNS].count) {
        return POSTERN_ERR_LIMIT;
    }
    compile->homes = homes_for(names);
    PST_TRY(pst_vec_push(drafts, &builder->allocator, NULL, names));
    PST_TRY(pst_vec_push(&compile->places, &builder->allocator, NULL, names));
    PST_TRY(
        pst_vec_push(starts, &builder->allocator, NULL, compile->homes + 1));
    distribute(compile, starts->data, drafts->data);
    sort_homes(compile, starts->data, drafts->data);
    PST_TRY(pst_compile_push(compile, PST_TABLE_NAMES, NULL, names));
    fill_rows(compile, drafts->data, builder->tables[PST_TABLE_NAMES].data);
    return make_homes(compile);
}

/* ---- what else an entity answers to ------------------------------------- */

static bool is_list(const void *table, uint32_t number, const void *key)
{
    const uint32_t *list = (const uint32_t *)table + number;
    const uint32_t *words = key;

    return *list == *words &&
           memcmp(list, words, (*words + 1) * sizeof *words) == 0;
}

/* Patterns of one entity, as a list begins: how many, then atoms. */
struct matches {
    uint32_t first_atom; /* of the patterns */
    uint32_t count;      /* of matches, even of those that have no room */
    uint32_t words[1 + LIST_MAX];
};

static bool note_match(void *user, uint32_t pattern)
{
    struct matches *matches = user;

    matches->count++;
    if (matches->count <= LIST_MAX) {
        matches->words[matches->count] = matches->first_atom + pattern;
    }
    return matches->count <= LIST_MAX;
}

/* The finder answers in the order of its index; lists are in that of atoms. */
static void sort_matches(struct matches *matches)
{
    for (uint32_t i = 2; i <= matches->count; i++) {
        uint32_t moved = matches->words[i];
        uint32_t at = i;

        for (; at > 1 && matches->words[at - 1] > moved; at--) {
            matches->words[at] = matches->words[at - 1];
        }
        matches->words[at] = moved;
    }
    matches->words[0] = matches->count;
}

static postern_status intern_list(struct pst_compile *compile,
                                  const struct matches *matches,
                                  uint32_t *place)
{
    struct pst_vec *lists = &compile->builder->tables[PST_TABLE_LISTS];
    const postern_allocator *allocator = &compile->builder->allocator;
    uint64_t hash = pst_hash((postern_str){
        (const char *)matches->words, (matches->count + 1) * sizeof(uint32_t)});

    PST_TRY(pst_intern_reserve(&compile->lists, allocator));
    *place =
        pst_intern_find(&compile->lists, hash, matches->words, lists->data);
    if (*place != PST_INTERN_NEW) {
        return POSTERN_OK;
    }
    if (lists->count / LIST_WORDS_EACH >
        compile->builder->names.count + LIST_WORDS_FREE) {
        *place = (uint32_t)PST_LIST_WALK;
        return POSTERN_OK;
    }
    *place = lists->count;
    PST_TRY(pst_vec_push(lists, allocator, matches->words, matches->count + 1));
    pst_intern_put(&compile->lists, hash, *place);
    return POSTERN_OK;
}

static struct pst_patterns patterns_of(const postern_acp_builder *builder)
{
    const struct pst_vec *tables = builder->tables;

    return (struct pst_patterns){
        .patterns = tables[PST_TABLE_PATTERNS].data,
        .count = tables[PST_TABLE_PATTERNS].count,
        .texts = tables[PST_TABLE_TEXTS].data,
        .failures = tables[PST_TABLE_FAILURES].data,
        .index = tables[PST_TABLE_PATTERN_INDEX].data,
        .index_words = tables[PST_TABLE_PATTERN_INDEX].count,
    };
}

/* Place 0 is the empty list. */
static postern_status list_patterns(struct pst_compile *compile,
                                    const struct pst_patterns *patterns,
                                    const struct pst_name_key *key,
                                    uint32_t *place)
{
    struct matches matches; /* its words are written before they are read */
    postern_id id = {.domain = key->domain,
                     .first = key->first,
                     .hash = key->hash,
                     .kind = POSTERN_ID_ENTITY};

    matches.first_atom = pst_compile_pattern(compile, 0);
    matches.count = 0;
    if (key->second.len) {
        id.second = key->second;
    }
    (void)pst_pattern_index_find(patterns, &id, note_match, &matches);
    *place = 0;
    if (matches.count > LIST_MAX) {
        *place = (uint32_t)PST_LIST_WALK;
    } else if (matches.count) {
        sort_matches(&matches);
        return intern_list(compile, &matches, place);
    }
    return POSTERN_OK;
}

static uint32_t atom_of_domain(const struct pst_compile *compile,
                               postern_str domain)
{
    struct pst_name_key key = pst_name_key_of_domain(domain);
    struct pst_intern *numbers = &compile->builder->name_numbers;
    uint32_t number =
        pst_intern_find(numbers, key.hash, &key, compile->builder);

    return number == PST_INTERN_NEW
               ? PST_ATOM_NONE
               : PST_ATOM_NAMES +
                     ((const uint32_t *)compile->places.data)[number];
}

/* Most entities are of the hosting CSE's domain. */
static uint32_t domain_of(const struct pst_compile *compile, postern_str domain)
{
    return pst_str_equal(domain, compile->builder->cse.domain)
               ? compile->own_domain
               : atom_of_domain(compile, domain);
}

static postern_status complete(struct pst_compile *compile,
                               const struct pst_patterns *patterns,
                               struct pst_name *name)
{
    struct pst_name_key key = key_of(compile->builder, name);

    if (name->kind != PST_NAME_ENTITY) {
        return POSTERN_OK;
    }
    if (compile->builder->listed_kinds & (uint32_t)1 << PST_NAME_DOMAIN) {
        name->domain = domain_of(compile, key.domain);
    }
    return patterns->count
               ? list_patterns(compile, patterns, &key, &name->patterns)
               : POSTERN_OK;
}

/* ---- all of it --------------------------------------------------------- */

static postern_status index_patterns(struct pst_compile *compile)
{
    postern_acp_builder *builder = compile->builder;
    struct pst_patterns patterns = patterns_of(builder);
    uint32_t empty = 0;

    PST_TRY(pst_compile_push(compile, PST_TABLE_LISTS, &empty, 1));
    return patterns.count ? pst_pattern_index_build(
                                &patterns, &builder->allocator,
                                &builder->tables[PST_TABLE_PATTERN_INDEX])
                          : POSTERN_OK;
}

static postern_status complete_names(struct pst_compile *compile)
{
    postern_acp_builder *builder = compile->builder;
    struct pst_patterns patterns = patterns_of(builder);
    struct pst_name *names = builder->tables[PST_TABLE_NAMES].data;

    PST_TRY(pst_intern_reserve(&builder->name_numbers, &builder->allocator));
    compile->own_domain = atom_of_domain(compile, builder->cse.domain);
    for (uint32_t i = 0; i < builder->names.count; i++) {
        PST_TRY(complete(compile, &patterns, &names[i]));
    }
    return POSTERN_OK;
}

postern_status pst_compile_names(struct pst_compile *compile)
{
    compile->lists.is = is_list;
    PST_TRY(order_names(compile));
    PST_TRY(index_patterns(compile));
    return complete_names(compile);
}
