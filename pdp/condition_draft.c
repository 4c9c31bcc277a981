/* Laying out conditions, and finding equal pieces of a table by their bytes. */
#include "pdp/condition_draft.h"

#include "base/diag.h"
#include "pdp/acp_builder.h"
#include "pdp/id.h"

enum { UNIT = sizeof(uint64_t) };

/* ---- what is kept once -------------------------------------------------- */

static bool is_text(const void *table, uint32_t number, const void *key)
{
    const postern_acp_builder *builder = table;
    const struct pst_text_ref *refs = builder->conditions.texts.data;
    const postern_str *text = key;

    return refs[number].len == text->len &&
           memcmp(pst_draft_texts(builder) + refs[number].offset, text->data,
                  text->len) == 0;
}

static bool are_years(const void *table, uint32_t number, const void *key)
{
    const postern_acp_builder *builder = table;
    const struct pst_year_set *years = builder->tables[PST_TABLE_YEARS].data;

    return memcmp(&years[number], key, sizeof *years) == 0;
}

/* Conditions begin with their size. */
static bool is_condition(const void *table, uint32_t place, const void *key)
{
    const postern_acp_builder *builder = table;
    const uint64_t *words = builder->tables[PST_TABLE_CONDITIONS].data;
    const struct pst_condition *condition = key;
    uint32_t size;

    memcpy(&size, words + place, sizeof size);
    return size == condition->size &&
           memcmp(words + place, condition, size) == 0;
}

static postern_status add_text(postern_acp_builder *builder, postern_str text,
                               struct pst_text_ref *ref)
{
    PST_TRY(pst_draft_text(builder, text, false, ref));
    return pst_vec_push(&builder->conditions.texts, &builder->allocator, ref,
                        1);
}

postern_status pst_condition_text(postern_acp_builder *builder,
                                  postern_str text, struct pst_text_ref *ref)
{
    struct pst_conditions_draft *draft = &builder->conditions;
    uint64_t hash;
    uint32_t number;

    *ref = (struct pst_text_ref){0, 0};
    if (text.len == 0) {
        return POSTERN_OK;
    }
    if (text.len > builder->limits.text_length) {
        return POSTERN_ERR_LIMIT;
    }
    hash = pst_hash(text);
    PST_TRY(pst_intern_reserve(&draft->text_numbers, &builder->allocator));
    number = pst_intern_find(&draft->text_numbers, hash, &text, builder);
    if (number == PST_INTERN_NEW) {
        number = draft->texts.count;
        PST_TRY(add_text(builder, text, ref));
        pst_intern_put(&draft->text_numbers, hash, number);
    }
    *ref = ((const struct pst_text_ref *)draft->texts.data)[number];
    return POSTERN_OK;
}

/* Nearly all words of a set of years are 0. */
static uint64_t hash_years(const struct pst_year_set *years)
{
    uint64_t hash = 0;

    for (uint32_t i = 0; i < PST_YEAR_WORDS; i++) {
        if (years->bits[i]) {
            hash = pst_hash_join(i, hash, years->bits[i], 0);
        }
    }
    return hash;
}

postern_status pst_condition_years(postern_acp_builder *builder,
                                   const struct pst_year_set *years,
                                   uint32_t *number)
{
    struct pst_intern *numbers = &builder->conditions.year_numbers;
    uint64_t hash = hash_years(years);

    PST_TRY(pst_intern_reserve(numbers, &builder->allocator));
    *number = pst_intern_find(numbers, hash, years, builder);
    if (*number == PST_INTERN_NEW) {
        PST_TRY(pst_draft_push(builder, PST_TABLE_YEARS, years, 1, number));
        pst_intern_put(numbers, hash, *number);
    }
    return POSTERN_OK;
}

/* ---- the condition that is being made ----------------------------------- */

static postern_status add_bytes(postern_acp_builder *builder, const void *bytes,
                                uint64_t count)
{
    if (count > UINT32_MAX) {
        return POSTERN_ERR_LIMIT;
    }
    return pst_vec_push(&builder->conditions.bytes, &builder->allocator, bytes,
                        (uint32_t)count);
}

static postern_status align(postern_acp_builder *builder, uint32_t alignment)
{
    uint32_t rest = builder->conditions.bytes.count % alignment;

    return rest ? add_bytes(builder, NULL, alignment - rest) : POSTERN_OK;
}

postern_status pst_condition_begin(postern_acp_builder *builder,
                                   const struct pst_condition *head)
{
    builder->conditions.bytes.count = 0;
    PST_TRY(add_bytes(builder, head, sizeof *head));
    PST_TRY(add_bytes(builder, NULL,
                      (uint64_t)head->contexts * sizeof(struct pst_context)));
    PST_TRY(
        add_bytes(builder, NULL,
                  (uint64_t)head->details * sizeof(struct pst_object_details)));
    return add_bytes(builder, NULL,
                     (uint64_t)head->attributes * sizeof(struct pst_text_ref));
}

/* Begun: the head and the parts are there. */
static struct pst_condition *condition(postern_acp_builder *builder)
{
    return builder->conditions.bytes.data;
}

void pst_condition_put_context(postern_acp_builder *builder, uint32_t number,
                               const struct pst_context *context)
{
    struct pst_context *contexts = (void *)(condition(builder) + 1);

    contexts[number] = *context;
}

void pst_condition_put_details(postern_acp_builder *builder, uint32_t number,
                               const struct pst_object_details *details)
{
    struct pst_context *contexts = (void *)(condition(builder) + 1);
    struct pst_object_details *all =
        (void *)(contexts + condition(builder)->contexts);

    all[number] = *details;
}

void pst_condition_put_attribute(postern_acp_builder *builder, uint32_t number,
                                 struct pst_text_ref attribute)
{
    struct pst_context *contexts = (void *)(condition(builder) + 1);
    struct pst_object_details *details =
        (void *)(contexts + condition(builder)->contexts);
    struct pst_text_ref *attributes =
        (void *)(details + condition(builder)->details);

    attributes[number] = attribute;
}

postern_status pst_condition_append(postern_acp_builder *builder,
                                    struct pst_list *list, const void *elements,
                                    uint32_t count, uint32_t size)
{
    if (count == 0) {
        return POSTERN_OK;
    }
    if (list->count == 0) {
        PST_TRY(align(builder, size < UNIT ? size : UNIT));
        list->at = builder->conditions.bytes.count;
    }
    PST_TRY(add_bytes(builder, elements, (uint64_t)count * size));
    list->count += count;
    return POSTERN_OK;
}

postern_status pst_condition_end(postern_acp_builder *builder, uint32_t *place)
{
    struct pst_intern *numbers = &builder->conditions.condition_numbers;
    const struct pst_vec *bytes = &builder->conditions.bytes;
    uint64_t hash;

    PST_TRY(align(builder, UNIT));
    condition(builder)->size = bytes->count;
    hash = pst_hash((postern_str){bytes->data, bytes->count});
    PST_TRY(pst_intern_reserve(numbers, &builder->allocator));
    *place = pst_intern_find(numbers, hash, bytes->data, builder);
    if (*place == PST_INTERN_NEW) {
        PST_TRY(pst_draft_push(builder, PST_TABLE_CONDITIONS, bytes->data,
                               bytes->count / UNIT, place));
        pst_intern_put(numbers, hash, *place);
    }
    return POSTERN_OK;
}

/* ---- the draft ---------------------------------------------------------- */

void pst_conditions_draft_init(struct pst_conditions_draft *draft)
{
    pst_vec_init(&draft->bytes, sizeof(char));
    pst_vec_init(&draft->ranges4, sizeof(struct pst_ip4_range));
    pst_vec_init(&draft->ranges6, sizeof(struct pst_ip6_range));
    pst_vec_init(&draft->texts, sizeof(struct pst_text_ref));
    pst_intern_init(&draft->text_numbers, is_text);
    pst_intern_init(&draft->year_numbers, are_years);
    pst_intern_init(&draft->condition_numbers, is_condition);
}

void pst_conditions_draft_release(struct pst_conditions_draft *draft,
                                  const postern_allocator *allocator)
{
    pst_vec_release(&draft->bytes, allocator);
    pst_vec_release(&draft->ranges4, allocator);
    pst_vec_release(&draft->ranges6, allocator);
    pst_vec_release(&draft->texts, allocator);
    pst_intern_release(&draft->text_numbers, allocator);
    pst_intern_release(&draft->year_numbers, allocator);
    pst_intern_release(&draft->condition_numbers, allocator);
}
