/* base64url: every text has one spelling. [JWT-16] */
#include "jose/base64url.h"

#include "base/str.h"

#include <criterion/criterion.h>

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* RFC 4648 section 10, and the example of RFC 7515 appendix C. */
Test(base64url, knows_the_examples)
{
    static const struct {
        const char *text;
        postern_str bytes;
    } rows[] = {
        {"", {"", 0}},
        {"Zg", {"f", 1}},
        {"Zm8", {"fo", 2}},
        {"Zm9v", {"foo", 3}},
        {"Zm9vYg", {"foob", 4}},
        {"Zm9vYmE", {"fooba", 5}},
        {"Zm9vYmFy", {"foobar", 6}},
        {"A-z_4ME", {"\x03\xEC\xFF\xE0\xC1", 5}},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_str text = postern_str_of(rows[i].text);
        char written[16];
        uint8_t out[16];

        cr_expect_eq(pst_base64url_bytes(text.len), rows[i].bytes.len);
        cr_expect_eq(pst_base64url_length(rows[i].bytes.len), text.len);
        cr_expect(pst_base64url_decode(text, out));
        cr_expect(pst_str_equal((postern_str){(char *)out, rows[i].bytes.len},
                                rows[i].bytes),
                  "%s", rows[i].text);
        pst_base64url_encode(rows[i].bytes, written);
        cr_expect(pst_str_equal((postern_str){written, text.len}, text), "%s",
                  rows[i].text);
    }
}

/* All texts of two and three characters: those that come back are those that
 * are accepted. */
Test(base64url, accepts_one_spelling_of_each_text)
{
    size_t accepted[4] = {0};

    for (size_t i = 0; i < 64 * 64 * 64; i++) {
        const char three[] = {alphabet[i % 64], alphabet[i / 64 % 64],
                              alphabet[i / 4096]};
        size_t lengths[] = {2, 3};

        for (size_t j = i < 4096 ? 0 : 1; j < 2; j++) {
            postern_str text = {three, lengths[j]};
            uint8_t out[2];
            char back[4];
            bool same;

            if (!pst_base64url_decode(text, out)) {
                memset(out, 0, sizeof out);
                continue;
            }
            accepted[lengths[j]]++;
            pst_base64url_encode(
                (postern_str){(char *)out, pst_base64url_bytes(text.len)},
                back);
            same = memcmp(back, three, text.len) == 0;
            cr_assert(same, "%.*s", (int)text.len, three);
        }
    }
    cr_expect_eq(accepted[2], 256);
    cr_expect_eq(accepted[3], 65536);
}

Test(base64url, refuses_every_other_character_everywhere)
{
    for (unsigned byte = 0; byte < 256; byte++) {
        bool fine = byte && strchr(alphabet, (int)byte);

        for (size_t len = 2; len < 12; len++) {
            for (size_t at = 0; at < len && len % 4 != 1; at++) {
                char text[12];
                uint8_t out[9];

                memset(text, 'A', sizeof text);
                text[at] = (char)byte;
                cr_assert(pst_base64url_decode((postern_str){text, len}, out) ==
                                  fine ||
                              (fine && at + 1 == len),
                          "byte %u at %zu of %zu", byte, at, len);
            }
        }
    }
}

Test(base64url, refuses_padding)
{
    static const char *const texts[] = {"Zg==", "Zm8=",  "Zg=",      "=",
                                        "====", "Zm9v=", "Zm9vYg==", "Zg =="};
    uint8_t out[16];

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        cr_expect_not(pst_base64url_decode(postern_str_of(texts[i]), out), "%s",
                      texts[i]);
    }
}

Test(base64url, refuses_a_single_character_at_the_end)
{
    uint8_t out[16];

    cr_expect_not(pst_base64url_decode(PST_STR("A"), out));
    cr_expect_not(pst_base64url_decode(PST_STR("AAAAA"), out));
    cr_expect(pst_base64url_decode(PST_STR("AAAA"), out));
}

Test(base64url, decodes_over_itself)
{
    enum { SIZE = 1000 };
    uint8_t bytes[SIZE];
    char text[(SIZE + 2) / 3 * 4];

    for (size_t size = 0; size < SIZE; size += 7) {
        for (size_t i = 0; i < size; i++) {
            bytes[i] = (uint8_t)(i * 31 + size);
        }
        pst_base64url_encode((postern_str){(char *)bytes, size}, text);
        cr_assert(pst_base64url_decode(
            (postern_str){text, pst_base64url_length(size)}, (uint8_t *)text));
        cr_assert_eq(memcmp(text, bytes, size), 0);
    }
}
