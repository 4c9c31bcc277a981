/* The examples of RFC 7515, 7516, 7519 and 7520 that are in compact
 * serialization: those of the profile open, the others are refused. [JWT-23]
 * [ESD-28] */
#include "jose/json.h"
#include "support/file_text.h"

#include "base/str.h"
#include "jose/base64url.h"

#include <postern/jose.h>

#include <criterion/criterion.h>

enum { VALUES = 512, PAYLOAD_MAX = 1024 };

/* Signatures, or encryptions, as the number of parts asks for. */
static postern_keys *key_of(postern_str jwk, postern_str token)
{
    const uint32_t signatures = (1U << POSTERN_ALG_DIR) - 2;
    size_t dots = 0;
    postern_key_facts facts;
    postern_keys *keys;
    postern_diag diag;

    for (size_t i = 0; i < token.len; i++) {
        dots += token.data[i] == '.';
    }
    postern_key_facts_init(&facts);
    facts.algs_if_untold = dots == 2 ? signatures : ~signatures;
    cr_assert_eq(postern_keys_new(&keys, NULL), POSTERN_OK);
    cr_assert_eq(postern_keys_add_jwks(keys, jwk, &facts, &diag), POSTERN_OK,
                 "%s", diag.message);
    return keys;
}

static postern_str text_of(const struct pst_json *json,
                           const struct pst_json_value *row, const char *name)
{
    const struct pst_json_value *value = pst_json_member(json, row, name);

    cr_assert(value);
    return value->text;
}

static void check(const struct pst_json *json, const struct pst_json_value *row,
                  postern_jose *jose)
{
    postern_str token = text_of(json, row, "token");
    postern_str payload = text_of(json, row, "payload");
    postern_str name = text_of(json, row, "name");
    postern_keys *keys = key_of(text_of(json, row, "key"), token);
    uint8_t expected[PAYLOAD_MAX];
    postern_opened opened;
    postern_refusal refusal =
        postern_jose_open(jose, keys, NULL, token, &opened);

    cr_expect(pst_str_is(text_of(json, row, "expected"),
                         postern_refusal_word(refusal)),
              "%.*s: %s", (int)name.len, name.data,
              postern_refusal_word(refusal));
    if (refusal == POSTERN_REFUSAL_NONE) {
        cr_assert(pst_base64url_decode(payload, expected));
        cr_assert_eq(opened.payload.len, pst_base64url_bytes(payload.len));
        cr_expect_arr_eq(opened.payload.data, expected, opened.payload.len);
    }
    postern_keys_free(keys);
}

Test(jose_rfc, examples)
{
    static struct pst_json_value values[VALUES];
    struct pst_json json = {
        .values = values, .capacity = VALUES, .depth = 4, .members = 16};
    size_t rows = 0;
    size_t len;
    char *text = file_text(POSTERN_TEST_VECTORS "/jose-rfc.json", &len);
    const struct pst_json_value *list;
    const struct pst_json_value *row;
    postern_jose *jose;

    cr_assert_eq(postern_jose_new(&jose, NULL), POSTERN_OK);
    cr_assert_eq(pst_json_parse(&json, (postern_str){text, len}), POSTERN_OK);
    list = pst_json_member(&json, pst_json_root(&json), "vectors");
    cr_assert(list);
    row = pst_json_first(list);
    for (; row; row = pst_json_beside(&json, row)) {
        check(&json, row, jose);
        rows++;
    }
    cr_expect_eq(rows, 23);
    postern_jose_free(jose);
    free(text);
}
