/*
 * The text of IP addresses and prefixes: dotted decimal, and the forms of
 * RFC 4291 2.2. What inet_aton() and its kin accept besides (octal octets,
 * "10.1", zones) is refused: two readers that disagree about an address are a
 * way around a policy. [CTX-21]
 *
 * Readers return NULL, or what is wrong as the end of a sentence.
 */
#include "base/diag.h"
#include "base/str.h"
#include "pdp/ip_prefix.h"

enum {
    IP4_BYTES = 4,
    IP4_BITS = 32,
    IP6_BYTES = 16,
    IP6_BITS = 128,
    MAPPED_BITS = 96,
    OCTET_DIGITS = 3,
    GROUP_DIGITS = 4
};

static const char NOT_IP4[] = "an IPv4 address is four numbers with dots";
static const char NOT_IP6[] = "an IPv6 address is eight groups of one to four "
                              "hexadecimal digits with colons, with at most one"
                              " \"::\" instead of some of them";

/* A decimal number of up to three digits and nothing else. */
static const char *read_decimal(uint32_t *value, postern_str text)
{
    *value = 0;
    if (text.len == 0 || text.len > OCTET_DIGITS) {
        return "a number in it has not one to three digits";
    }
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return "a character in it is out of place";
        }
        *value = *value * 10 + (uint32_t)(text.data[i] - '0');
    }
    if (text.len > 1 && text.data[0] == '0') {
        return "a number in it has a leading zero";
    }
    return NULL;
}

static const char *read_ip4(uint8_t *bytes, postern_str text)
{
    size_t at = 0;

    for (size_t i = 0; i < IP4_BYTES; i++) {
        size_t end = pst_str_find(text, at, '.');
        const char *wrong;
        uint32_t octet;

        if (end == text.len && i + 1 < IP4_BYTES) {
            return NOT_IP4;
        }
        wrong = read_decimal(&octet, pst_str_slice(text, at, end));
        if (wrong) {
            return wrong;
        }
        if (octet > UINT8_MAX) {
            return "a number in it is larger than 255";
        }
        bytes[i] = (uint8_t)octet;
        at = end + 1;
    }
    return at == text.len + 1 ? NULL : NOT_IP4;
}

/* Value of a hexadecimal digit, 16 for any other character. */
static uint32_t hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return (uint32_t)(c - '0');
    }
    c = pst_fold(c);
    return c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10 : 16;
}

static const char *read_group(uint8_t *bytes, postern_str text)
{
    uint32_t value = 0;

    if (text.len == 0 || text.len > GROUP_DIGITS) {
        return NOT_IP6;
    }
    for (size_t i = 0; i < text.len; i++) {
        uint32_t digit = hex_value(text.data[i]);

        if (digit > 15) {
            return NOT_IP6;
        }
        value = value << 4 | digit;
    }
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
    return NULL;
}

/* Groups on one side of "::"; the last may be an IPv4 address. An empty text is
 * no group. */
static const char *read_groups(uint8_t bytes[IP6_BYTES], size_t *count,
                               postern_str text)
{
    *count = 0;
    for (size_t at = 0; text.len && at <= text.len;) {
        size_t end = pst_str_find(text, at, ':');
        postern_str group = pst_str_slice(text, at, end);
        bool dotted = pst_str_find(group, 0, '.') < group.len;
        size_t need = dotted ? IP4_BYTES : 2;
        const char *wrong;

        if (need > IP6_BYTES - *count || (dotted && end < text.len)) {
            return NOT_IP6;
        }
        wrong = dotted ? read_ip4(bytes + *count, group)
                       : read_group(bytes + *count, group);
        if (wrong) {
            return wrong;
        }
        *count += need;
        at = end + 1;
    }
    return NULL;
}

/* Position of the first "::", or text.len. */
static size_t find_gap(postern_str text)
{
    size_t at = pst_str_find(text, 0, ':');

    while (at + 1 < text.len && text.data[at + 1] != ':') {
        at = pst_str_find(text, at + 1, ':');
    }
    return at + 1 < text.len ? at : text.len;
}

static const char *read_ip6(uint8_t bytes[IP6_BYTES], postern_str text)
{
    size_t gap = find_gap(text);
    postern_str head = pst_str_slice(text, 0, gap);
    postern_str tail = pst_str_slice(text, gap + 2, text.len);
    uint8_t end[IP6_BYTES];
    size_t head_count;
    size_t tail_count;
    const char *wrong = read_groups(bytes, &head_count, head);

    if (!wrong) {
        wrong = read_groups(end, &tail_count, tail);
    }
    if (wrong) {
        return wrong;
    }
    if (gap == text.len) {
        return head_count == IP6_BYTES ? NULL : NOT_IP6;
    }
    /* "::" stands for at least one group, and the IPv4 form for the last. */
    if (head_count + tail_count > IP6_BYTES - 2 ||
        pst_str_find(head, 0, '.') < head.len) {
        return NOT_IP6;
    }
    memset(bytes + head_count, 0, IP6_BYTES - head_count);
    memcpy(bytes + IP6_BYTES - tail_count, end, tail_count);
    return NULL;
}

/* As it is written: mapped addresses stay IPv6. */
static const char *read_ip(postern_ip *ip, postern_str text)
{
    *ip = (postern_ip){0};
    if (pst_str_find(text, 0, '%') < text.len) {
        return "zones such as \"%eth0\" mean something on one machine only";
    }
    if (pst_str_find(text, 0, ':') < text.len) {
        ip->family = 6;
        return read_ip6(ip->bytes, text);
    }
    ip->family = 4;
    return read_ip4(ip->bytes, text);
}

static const char *read_length(uint32_t *length, postern_str text,
                               uint32_t most)
{
    const char *wrong = read_decimal(length, text);

    if (wrong) {
        return "the prefix length after \"/\" is not a plain number";
    }
    if (*length > most) {
        return most == IP4_BITS ? "an IPv4 prefix length is 0 to 32"
                                : "an IPv6 prefix length is 0 to 128";
    }
    return NULL;
}

/* The bytes that IPv4 does not use are zero. */
static bool clear_host_bits(uint8_t bytes[IP6_BYTES], uint32_t length)
{
    bool had_host_bits = false;

    for (size_t i = 0; i < IP6_BYTES; i++) {
        uint32_t kept = length < 8 ? length : 8;
        uint8_t mask = (uint8_t)(0xFF00u >> kept);

        had_host_bits = had_host_bits || (bytes[i] & ~mask) != 0;
        bytes[i] &= mask;
        length -= kept;
    }
    return had_host_bits;
}

static const char *read_prefix(struct pst_ip_prefix *prefix, postern_str text)
{
    size_t slash = pst_str_find(text, 0, '/');
    const char *wrong =
        read_ip(&prefix->address, pst_str_slice(text, 0, slash));
    uint32_t length = prefix->address.family == 4 ? IP4_BITS : IP6_BITS;

    if (!wrong && slash < text.len) {
        wrong = read_length(&length, pst_str_slice(text, slash + 1, text.len),
                            length);
    }
    if (wrong) {
        return wrong;
    }
    if (prefix->address.family == 6 && length >= MAPPED_BITS) {
        prefix->address = pst_ip_unmapped(&prefix->address);
        length -= prefix->address.family == 4 ? MAPPED_BITS : 0;
    }
    prefix->length = (uint8_t)length;
    prefix->had_host_bits = clear_host_bits(prefix->address.bytes, length);
    return NULL;
}

postern_status pst_ip_prefix_parse(struct pst_ip_prefix *prefix,
                                   postern_str text, postern_diag *diag)
{
    char buffer[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text message;
    const char *wrong = read_prefix(prefix, text);

    if (!wrong) {
        return POSTERN_OK;
    }
    memset(prefix, 0, sizeof *prefix);
    pst_text_init(&message, buffer, sizeof buffer);
    pst_text_add_quoted(&message, text);
    pst_text_add(&message, " is not an IPv4 or IPv6 address with or without a"
                           " prefix length: ");
    pst_text_add(&message, wrong);
    return pst_diag_refuse(diag, POSTERN_ERR_POLICY, "", buffer,
                           "TS-0003 7.1.3");
}

postern_status postern_ip_parse(postern_ip *ip, postern_str text)
{
    postern_ip read;

    if (!ip) {
        return POSTERN_ERR_ARGUMENT;
    }
    *ip = (postern_ip){0};
    if (read_ip(&read, text)) {
        return POSTERN_ERR_POLICY;
    }
    *ip = pst_ip_unmapped(&read);
    return POSTERN_OK;
}
