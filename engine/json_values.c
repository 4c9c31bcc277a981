/* Values that requests and answers have, in JSON. */
#include "engine/json_values.h"

#include "base/str.h"

#include <stdio.h>

enum { ADDRESS_SIZE = 48, REAL_SIZE = 40, REAL_DIGITS = 17 };

/* printf() writes the decimal point of the locale, in one byte or more. */
void pst_json_real(struct pst_json_text *json, const char *name, double value)
{
    char real[REAL_SIZE];
    bool dot = false;

    pst_json_begin(json, name);
    snprintf(real, sizeof real, "%.*g", REAL_DIGITS, value);
    for (const char *at = real; *at; at++) {
        bool known = strchr("0123456789+-e", *at) != NULL;

        if (known) {
            pst_text_add_str(&json->text, (postern_str){at, 1});
        } else if (!dot) {
            pst_text_add(&json->text, ".");
            dot = true;
        }
    }
}

void pst_json_texts(struct pst_json_text *json, const char *name,
                    const postern_texts *texts)
{
    if (!texts->items || texts->count == 0) {
        return;
    }
    pst_json_open(json, name, '[');
    for (size_t i = 0; i < texts->count; i++) {
        pst_json_str(json, NULL, texts->items[i]);
    }
    pst_json_close(json, ']');
}

void pst_json_optional(struct pst_json_text *json, const char *name,
                       postern_str value)
{
    if (value.data) {
        pst_json_str(json, name, value);
    }
}

bool pst_time_write(char buffer[PST_TIME_TEXT], int64_t time_s)
{
    buffer[0] = '\0';
    if (time_s < PST_CIVIL_MIN_S || time_s > PST_CIVIL_MAX_S) {
        return false;
    }
    pst_time_text(buffer, PST_TIME_BASIC, time_s);
    return true;
}

void pst_json_time(struct pst_json_text *json, const char *name, int64_t time_s)
{
    char buffer[PST_TIME_TEXT];

    if (pst_time_write(buffer, time_s)) {
        pst_json_word(json, name, buffer);
    }
}

static void add_group_of_16(struct pst_text *text, unsigned value)
{
    static const char digits[] = "0123456789abcdef";
    bool begun = false;

    for (unsigned shift = 16; shift > 0; shift -= 4) {
        unsigned digit = value >> (shift - 4) & 15u;

        begun = begun || digit || shift == 4;
        pst_text_add_str(text, (postern_str){&digits[digit], begun ? 1u : 0u});
    }
}

void pst_json_ip(struct pst_json_text *json, const char *name,
                 const postern_ip *ip)
{
    char buffer[ADDRESS_SIZE];
    struct pst_text text;

    pst_text_init(&text, buffer, sizeof buffer);
    for (unsigned i = 0; ip->family == 4 && i < 4; i++) {
        pst_text_add(&text, i ? "." : "");
        pst_text_add_uint(&text, ip->bytes[i]);
    }
    for (unsigned i = 0; ip->family == 6 && i < 16; i += 2) {
        pst_text_add(&text, i ? ":" : "");
        add_group_of_16(&text, (unsigned)ip->bytes[i] << 8 | ip->bytes[i + 1]);
    }
    if (text.len) {
        pst_json_word(json, name, buffer);
    }
}
