/*
 * Addresses in prefixes, bit by bit. IPv4 is written with dots, IPv6 with
 * colons; IPv4 inside IPv6 ("::ffff:a.b.c.d") is IPv4. [CTX-20] to [CTX-23]
 */
#include "reference/reference.h"

#include <string.h>

enum { GROUPS = 8 };

struct address {
    int bits; /* 32 or 128 */
    uint8_t bytes[16];
    int prefix; /* how many of the bits count */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int hex_value(char c)
{
    const char *digits = "0123456789abcdef0123456789ABCDEF";
    const char *at = c == '\0' ? NULL : strchr(digits, c);

    return at ? (int)(at - digits) % 16 : -1;
}

/* A number without leading zeros that is not above `most`. */
static const char *read_decimal(const char *text, int most, int *value)
{
    *value = 0;
    if (!is_digit(*text) || (text[0] == '0' && is_digit(text[1]))) {
        return NULL;
    }
    while (is_digit(*text)) {
        *value = *value * 10 + (*text++ - '0');
        if (*value > most) {
            return NULL;
        }
    }
    return text;
}

static const char *read_dotted(const char *text, uint8_t bytes[4])
{
    int octet;

    for (int i = 0; i < 4; i++) {
        if (i > 0 && *text++ != '.') {
            return NULL;
        }
        text = read_decimal(text, 255, &octet);
        if (!text) {
            return NULL;
        }
        bytes[i] = (uint8_t)octet;
    }
    return text;
}

/* One to four hexadecimal digits. */
static const char *read_group(const char *text, uint8_t bytes[2])
{
    unsigned value = 0;
    int digits = 0;

    while (hex_value(*text) >= 0 && digits < 4) {
        value = value * 16 + (unsigned)hex_value(*text++);
        digits++;
    }
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)(value & 255);
    return digits ? text : NULL;
}

/* The groups before or after "::", the last of them perhaps dotted. Stops
 * where no group follows. */
static const char *read_groups(const char *text, uint8_t bytes[16], int *count)
{
    const char *dotted;

    *count = 0;
    while (hex_value(*text) >= 0 && *count < GROUPS) {
        dotted =
            *count <= GROUPS - 2 ? read_dotted(text, bytes + 2 * *count) : NULL;
        if (dotted) {
            *count += 2;
            return *dotted == ':' ? NULL : dotted; /* only at the end */
        }
        text = read_group(text, bytes + 2 * *count);
        if (!text) {
            return NULL;
        }
        ++*count;
        if (text[0] != ':' || text[1] == ':') {
            return text;
        }
        text++;
        if (hex_value(*text) < 0) {
            return NULL; /* a colon with nothing behind it */
        }
    }
    return text;
}

static const char *read_colons(const char *text, uint8_t bytes[16])
{
    uint8_t after[16] = {0};
    int before_count;
    int after_count;

    memset(bytes, 0, 16);
    text = read_groups(text, bytes, &before_count);
    if (!text || strncmp(text, "::", 2) != 0) {
        return before_count == GROUPS ? text : NULL;
    }
    text = read_groups(text + 2, after, &after_count);
    if (!text || before_count + after_count >= GROUPS) {
        return NULL; /* "::" stands for at least one group */
    }
    memset(bytes + 2 * before_count, 0, (size_t)(16 - 2 * before_count));
    memcpy(bytes + 16 - 2 * after_count, after, (size_t)(2 * after_count));
    return text;
}

static bool is_mapped(const uint8_t bytes[16])
{
    static const uint8_t mapped[12] = {[10] = 255, [11] = 255};

    return memcmp(bytes, mapped, sizeof mapped) == 0;
}

/* IPv4 in IPv6 is IPv4, on both sides. [CTX-23] */
static void unmap(struct address *address)
{
    if (address->bits != 128 || address->prefix < 96 ||
        !is_mapped(address->bytes)) {
        return;
    }
    memmove(address->bytes, address->bytes + 12, 4);
    address->bits = 32;
    address->prefix -= 96;
}

static bool read_address(const char *text, bool suffix_allowed,
                         struct address *out)
{
    const char *rest = read_dotted(text, out->bytes);

    out->bits = 32;
    if (!rest) {
        rest = read_colons(text, out->bytes);
        out->bits = 128;
    }
    out->prefix = out->bits; /* [CTX-21] */
    if (rest && *rest == '/' && suffix_allowed) {
        rest = read_decimal(rest + 1, out->bits, &out->prefix);
    }
    if (!rest || *rest != '\0') {
        return false;
    }
    unmap(out);
    return true;
}

static int bit_of(const struct address *address, int n)
{
    return address->bytes[n / 8] >> (7 - n % 8) & 1;
}

bool ref_address_is_valid(const char *text)
{
    struct address address;

    return read_address(text, true, &address);
}

bool ref_address_holds(const char *prefix, const char *ip)
{
    struct address a;
    struct address b;

    if (!read_address(prefix, true, &a) || !read_address(ip, false, &b) ||
        a.bits != b.bits) {
        return false;
    }
    for (int n = 0; n < a.prefix; n++) {
        if (bit_of(&a, n) != bit_of(&b, n)) {
            return false;
        }
    }
    return true;
}
