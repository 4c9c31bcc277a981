/* Target functions: pst_json_parse, pst_json_member, pst_json_seconds.
 *
 * Besides not to read where it may not: what is accepted is accepted by the
 * policy reader's scanner as well, the texts of values that lie in each other
 * do so in the text, and no object has a member twice. */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "jose/json.h"
#include "policy-lang/json_scan.h"

enum { VALUES = 64, SCRATCH = 256 };

static bool is_scalar(const struct pst_json_value *value)
{
    return value->type != PST_IS_LIST && value->type != PST_IS_OBJECT;
}

static void claim_unique(const struct pst_json *json,
                         const struct pst_json_value *object)
{
    const struct pst_json_value *member = pst_json_first(object);

    for (; member; member = pst_json_beside(json, member)) {
        const struct pst_json_value *other = pst_json_beside(json, member);

        for (; other; other = pst_json_beside(json, other)) {
            FUZZ_CLAIM(!pst_str_equal(member->name, other->name));
        }
    }
}

static void claim_inside(const struct pst_json *json,
                         const struct pst_json_value *value)
{
    const struct pst_json_value *parent = json->values + value->parent;

    FUZZ_CLAIM(parent <= value && value->end <= parent->end);
    FUZZ_CLAIM(value->end > (uint32_t)(value - json->values));
    if (!is_scalar(value)) {
        FUZZ_CLAIM(value->text.data >= parent->text.data &&
                   value->text.data + value->text.len <=
                       parent->text.data + parent->text.len);
    }
    FUZZ_CLAIM((value->name.data != NULL) ==
               (value != parent && parent->type == PST_IS_OBJECT));
}

/* Scalars and brackets as another scanner counts them. */
static void claim_twin(const struct pst_json *json, postern_str text)
{
    struct pst_json_scan scan;
    enum pst_json_token token;
    size_t values = 0;
    size_t names = 0;

    pst_json_scan_init(&scan, text);
    while ((token = pst_json_next(&scan)) != PST_JSON_END) {
        FUZZ_CLAIM(token != PST_JSON_UNKNOWN && token != PST_JSON_BROKEN);
        names += token == PST_JSON_COLON;
        values += token == PST_JSON_OPEN_OBJECT ||
                  token == PST_JSON_OPEN_LIST ||
                  (token >= PST_JSON_STRING && token <= PST_JSON_NULL);
    }
    FUZZ_CLAIM(values - names == json->count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pst_json_value values[VALUES];
    char scratch[SCRATCH];
    struct pst_json json = {.values = values,
                            .capacity = VALUES,
                            .scratch = scratch,
                            .scratch_size = SCRATCH,
                            .depth = 6,
                            .members = 16};
    postern_str text = {(const char *)data, size};
    int64_t seconds;
    bool has_fraction;

    if (pst_json_parse(&json, text) != POSTERN_OK) {
        FUZZ_CLAIM(json.problem && json.at <= size);
        return 0;
    }
    FUZZ_CLAIM(json.count > 0 && values[0].end == json.count);
    for (uint32_t i = 0; i < json.count; i++) {
        claim_inside(&json, &values[i]);
        if (values[i].type == PST_IS_OBJECT) {
            claim_unique(&json, &values[i]);
        }
        if (pst_json_seconds(&values[i], &seconds, &has_fraction)) {
            FUZZ_CLAIM(seconds >= 0 && seconds <= INT64_C(1) << 53);
        }
    }
    claim_twin(&json, text);
    return 0;
}
