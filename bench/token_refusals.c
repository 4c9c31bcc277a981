/* Tokens that are refused: nearly all of them before any cryptography. */
#include "bench/token_bed.h"

#include "base/str.h"
#include "jose/base64url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 8192 };

/* What becomes of a good token. */
struct spoiling {
    const char *words;
    bool expired;
    const char *header; /* instead of its own; NULL: its own */
    bool cut;           /* the last two characters of the signature */
    const char *last;   /* instead of its last character */
    const char *whole;  /* instead of all of it */
    postern_refusal refusal;
};

#define HEADER(rest) "{\"typ\":\"JWT\"," rest "}"

static const struct spoiling spoilings[] = {
    {.words = "refused: no token at all",
     .whole = "Bearer",
     .refusal = POSTERN_REFUSAL_NOT_DYNAUTHJWT},
    {.words = "refused: a padded base64",
     .last = "=",
     .refusal = POSTERN_REFUSAL_NOT_DYNAUTHJWT},
    {.words = "refused: a header that is no object",
     .header = "[\"JWT\"]",
     .refusal = POSTERN_REFUSAL_BAD_HEADER},
    {.words = "refused: alg none",
     .header = HEADER("\"alg\":\"none\",\"kid\":\"51-es256\""),
     .refusal = POSTERN_REFUSAL_ALG_NOT_PERMITTED},
    {.words = "refused: a key in the header",
     .header = HEADER("\"alg\":\"ES256\",\"kid\":\"51-es256\",\"jku\":"
                      "\"https://evil.example/keys\""),
     .refusal = POSTERN_REFUSAL_HEADER_NOT_ALLOWED},
    {.words = "refused: an unknown kid",
     .header = HEADER("\"alg\":\"ES256\",\"kid\":\"51-es257\""),
     .refusal = POSTERN_REFUSAL_UNKNOWN_KID},
    {.words = "refused: another algorithm than that of the key",
     .header = HEADER("\"alg\":\"HS256\",\"kid\":\"51-es256\""),
     .refusal = POSTERN_REFUSAL_ALG_NOT_PERMITTED},
    {.words = "refused: a signature that is too short",
     .cut = true,
     .refusal = POSTERN_REFUSAL_BAD_CRYPTO},
    {.words = "refused: expired, before the signature",
     .expired = true,
     .refusal = POSTERN_REFUSAL_EXPIRED},
    {.words = "refused: ES256 by a signature that is wrong",
     .last = "w",
     .refusal = POSTERN_REFUSAL_BAD_CRYPTO},
};

enum { SPOILINGS = sizeof spoilings / sizeof spoilings[0] };

static size_t put_text(char *out, size_t used, postern_str text)
{
    memcpy(out + used, text.data, text.len);
    return used + text.len;
}

/* The text that comes of a token; it is the caller's to free. */
static char *spoiled(const struct spoiling *spoiling, postern_str token,
                     size_t *len)
{
    char *out = malloc(TEXT);
    size_t dot = pst_str_find(token, 0, '.');

    *len = 0;
    if (!out || token.len > TEXT / 2) {
        return out;
    }
    if (spoiling->whole) {
        *len = put_text(out, 0, postern_str_of(spoiling->whole));
        return out;
    }
    if (spoiling->header) {
        postern_str header = postern_str_of(spoiling->header);

        pst_base64url_encode(header, out);
        *len = put_text(out, pst_base64url_length(header.len),
                        pst_str_slice(token, dot, token.len));
        return out;
    }
    *len = put_text(out, 0, token);
    *len -= spoiling->cut ? 2 : 0;
    if (spoiling->last) {
        /* Another character that ends in the same unused bits. */
        bool same = out[*len - 1] == spoiling->last[0];

        out[*len - 1] = same ? 'g' : spoiling->last[0];
    }
    return out;
}

static bool spoil(struct bench_token_bed *bed, const struct spoiling *spoiling)
{
    for (size_t i = 0; i < BENCH_TOKENS; i++) {
        struct bench_token *token = &bed->tokens[i];
        size_t len;
        char *text = spoiled(spoiling, token->text, &len);

        if (!text) {
            return false;
        }
        free((void *)(uintptr_t)token->text.data);
        token->text = (postern_str){text, len};
    }
    return true;
}

static bool measure(struct bench_token_bed *bed,
                    const struct spoiling *spoiling)
{
    struct bench_token_wish wish = {.sort = &bench_sorts[6],
                                    .expired = spoiling->expired};
    struct bench_token_subject subject = {
        .bed = bed, .verifier = bed->verifier, .expected = spoiling->refusal};
    struct bench_token_row row = {.words = spoiling->words, .alg = "ES256"};

    if (!bench_token_is_wanted(bed, row.words)) {
        return true;
    }
    if (!bench_token_draw(bed, &wish, false) || !spoil(bed, spoiling)) {
        return false;
    }
    bench_token_time(&subject, bench_token_verify, false, &row);
    bench_token_print(bed, &row);
    return !subject.wrong;
}

bool bench_token_refused(struct bench_token_bed *bed)
{
    bool done = true;

    for (size_t i = 0; done && i < SPOILINGS; i++) {
        done = measure(bed, &spoilings[i]);
    }
    return done;
}
