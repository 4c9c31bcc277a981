/*
 * Windows, prefixes, circles and countries. [CTX-10] to [CTX-12], [CTX-20] to
 * [CTX-23], [CTX-30] to [CTX-32]
 */
#include "proof/reading.h"

#include "base/str.h"

#include <float.h>
#include <math.h>

/* ---- time windows -------------------------------------------------------- */

struct limits {
    uint32_t first;
    uint32_t last;
};

static const struct limits fields[PST_PROOF_FIELDS] = {
    {0, 59}, {0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 6}, {2000, 9999}};

/* Reading a text from the front. */
struct reader {
    const char *at;
    const char *end;
};

static bool take(struct reader *reader, char c)
{
    bool is_there = reader->at < reader->end && *reader->at == c;

    reader->at += is_there;
    return is_there;
}

static bool is_digit(const struct reader *reader)
{
    return reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9';
}

/* Digits without a zero in front. What is above `most` is as good as one more.
 */
static bool take_number(struct reader *reader, uint32_t most, uint32_t *number)
{
    bool zero = is_digit(reader) && *reader->at == '0';
    const char *start = reader->at;

    *number = 0;
    while (is_digit(reader)) {
        if (*number <= most) {
            *number = *number * 10 + (uint32_t)(*reader->at - '0');
        }
        reader->at++;
    }
    return reader->at > start && (!zero || reader->at == start + 1);
}

/* "a", "a-b", "a-b/n" or "*" with "/n": its values go to the set, in which bit
 * 0 stands for `base`. */
static bool take_item(struct reader *reader, const struct limits *limits,
                      uint32_t base, uint64_t *set)
{
    struct limits item = *limits;
    uint32_t step = 1;
    bool star = take(reader, '*');
    bool may_step = star;

    if (!star) {
        if (!take_number(reader, limits->last, &item.first)) {
            return false;
        }
        item.last = item.first;
        may_step = take(reader, '-');
        if (may_step && !take_number(reader, limits->last, &item.last)) {
            return false;
        }
    }
    if (may_step && take(reader, '/')) {
        if (!take_number(reader, limits->last, &step) || step == 0) {
            return false;
        }
    } else if (star) {
        return false;
    }
    if (item.first < limits->first || item.last > limits->last ||
        item.first > item.last) {
        return false;
    }
    for (uint32_t v = item.first - base; v <= item.last - base; v += step) {
        set[v / 64] |= (uint64_t)1 << v % 64;
    }
    return true;
}

static bool ends_field(const struct reader *reader)
{
    return reader->at == reader->end || *reader->at == ' ';
}

static bool take_field(struct reader *reader, uint32_t field, uint64_t *set)
{
    const struct limits *limits = &fields[field];
    uint32_t base = field == PST_PROOF_YEAR ? limits->first : 0;
    struct reader ahead = *reader;

    if (take(&ahead, '*') && ends_field(&ahead)) {
        for (uint32_t v = limits->first - base; v <= limits->last - base; v++) {
            set[v / 64] |= (uint64_t)1 << v % 64;
        }
        *reader = ahead;
        return true;
    }
    do {
        if (!take_item(reader, limits, base, set)) {
            return false;
        }
    } while (take(reader, ','));
    return ends_field(reader);
}

bool pst_proof_read_window(struct pst_proof_window *out, postern_str text)
{
    struct reader reader = {text.data, text.data + text.len};

    memset(out, 0, sizeof *out);
    for (uint32_t i = 0; i < PST_PROOF_FIELDS; i++) {
        uint64_t *set = i == PST_PROOF_YEAR ? out->years.bits : &out->fields[i];

        if (i > 0 && !take(&reader, ' ')) {
            return false;
        }
        while (i > 0 && take(&reader, ' ')) {
        }
        if (!take_field(&reader, i, set)) {
            return false;
        }
    }
    return reader.at == reader.end;
}

/* ---- addresses ----------------------------------------------------------- */

enum { GROUPS = 8, GROUP_MAX = 0xFFFF };

static bool take_dotted(struct reader *reader, uint32_t *value)
{
    struct reader from = *reader;

    *value = 0;
    for (uint32_t i = 0; i < 4; i++) {
        uint32_t octet;

        if ((i > 0 && !take(reader, '.')) ||
            !take_number(reader, 255, &octet) || octet > 255) {
            *reader = from;
            return false;
        }
        *value = *value << 8 | octet;
    }
    return true;
}

static uint32_t hex_value(const struct reader *reader)
{
    char c = reader->at < reader->end ? pst_fold(*reader->at) : '\0';

    if (c >= '0' && c <= '9') {
        return (uint32_t)(c - '0');
    }
    return c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10) : 16;
}

static bool take_group(struct reader *reader, uint32_t *group)
{
    uint32_t digits = 0;

    *group = 0;
    for (; digits < 4 && hex_value(reader) < 16; digits++, reader->at++) {
        *group = *group << 4 | hex_value(reader);
    }
    return digits > 0;
}

/* Groups with a colon between each two; IPv4 may stand for the last two. Stops
 * in front of "::", of "/" and at the end. */
static bool take_groups(struct reader *reader, uint32_t groups[GROUPS],
                        uint32_t *count)
{
    uint32_t dotted;

    *count = 0;
    if (hex_value(reader) == 16) {
        return true; /* none */
    }
    for (;;) {
        if (*count + 2 <= GROUPS && take_dotted(reader, &dotted)) {
            groups[(*count)++] = dotted >> 16;
            groups[(*count)++] = dotted & GROUP_MAX;
            return true;
        }
        if (*count == GROUPS || !take_group(reader, &groups[*count])) {
            return false;
        }
        ++*count;
        if (reader->at + 1 >= reader->end || reader->at[0] != ':' ||
            reader->at[1] == ':') {
            return true;
        }
        reader->at++;
    }
}

static bool take_colons(struct reader *reader, struct pst_ip6_value *value)
{
    uint32_t groups[GROUPS] = {0};
    uint32_t after[GROUPS] = {0};
    uint32_t count;
    uint32_t after_count = 0;

    if (!take_groups(reader, groups, &count)) {
        return false;
    }
    if (count < GROUPS) { /* "::" stands for at least one group */
        if (!take(reader, ':') || !take(reader, ':') ||
            !take_groups(reader, after, &after_count) ||
            count + after_count >= GROUPS) {
            return false;
        }
        memcpy(groups + GROUPS - after_count, after,
               after_count * sizeof *after);
    }
    *value = (struct pst_ip6_value){0, 0};
    for (uint32_t i = 0; i < GROUPS; i++) {
        uint64_t *half = i < GROUPS / 2 ? &value->high : &value->low;

        *half = *half << 16 | groups[i];
    }
    return true;
}

/* All ones behind the first `length` of 64 bits. */
static uint64_t host_bits(uint32_t length)
{
    return length >= 64 ? 0 : ~(uint64_t)0 >> length;
}

/* Of an address of `bits` bits the first `length` count. [CTX-22] */
static void set_range(struct pst_proof_range *out, struct pst_ip6_value value,
                      uint32_t bits, uint32_t length)
{
    uint32_t of_128 = 128 - bits + length;
    uint64_t high = host_bits(of_128);
    uint64_t low = of_128 > 64 ? host_bits(of_128 - 64) : ~(uint64_t)0;

    out->family = bits == 32 ? 4 : 6;
    out->first.high = value.high & ~high;
    out->first.low = value.low & ~low;
    out->last.high = value.high | high;
    out->last.low = value.low | low;
}

bool pst_proof_read_prefix(struct pst_proof_range *out, postern_str text)
{
    struct reader reader = {text.data, text.data + text.len};
    struct pst_ip6_value value = {0, 0};
    uint32_t bits = 32;
    uint32_t length;
    uint32_t four;

    if (take_dotted(&reader, &four)) {
        value.low = four;
    } else {
        bits = 128;
        if (!take_colons(&reader, &value)) {
            return false;
        }
    }
    length = bits;
    if (take(&reader, '/') &&
        (!take_number(&reader, bits, &length) || length > bits)) {
        return false;
    }
    if (bits == 128 && length >= 96 && value.high == 0 &&
        value.low >> 32 == GROUP_MAX) { /* [CTX-23] */
        value.low &= UINT32_MAX;
        bits = 32;
        length -= 96;
    }
    set_range(out, value, bits, length);
    return reader.at == reader.end;
}

/* ---- places -------------------------------------------------------------- */

static const double PI = 3.14159265358979323846;

/* Twice the sine of half the angle is the chord. The rounding of a chord is in
 * proportion to it. */
static double chord_squared(double angle, double rounding)
{
    double chord = 2.0 * sin(fmin(fmax(angle, 0.0), PI) / 2.0);

    return chord * chord * rounding;
}

bool pst_proof_read_circle(struct pst_proof_circle *out,
                           const postern_circle *given)
{
    double up = given->latitude_deg * PI / 180.0;
    double across = given->longitude_deg * PI / 180.0;
    double angle =
        (given->radius_m + PST_CIRCLE_TOLERANCE_M) / PST_EARTH_RADIUS_M;
    double edge = PST_PROOF_EDGE_M / PST_EARTH_RADIUS_M;

    if (!(fabs(given->latitude_deg) <= 90.0) ||
        !(fabs(given->longitude_deg) <= 180.0) || !(given->radius_m >= 0.0) ||
        isinf(given->radius_m)) {
        return false;
    }
    out->centre[0] = cos(across) * sin(PI / 2.0 - up);
    out->centre[1] = sin(across) * sin(PI / 2.0 - up);
    out->centre[2] = sin(up);
    out->least = chord_squared(angle - edge, 1.0 - 1e-14);
    out->most =
        angle + edge >= PI ? DBL_MAX : chord_squared(angle + edge, 1.0 + 1e-14);
    if (angle - edge >= PI) { /* every point, whatever the rounding */
        out->least = nextafter(4.0, 5.0) * (1.0 + 1e-14);
    }
    return true;
}

uint32_t pst_proof_read_country(postern_str text)
{
    uint32_t country = 0;

    for (size_t i = 0; i < text.len; i++) {
        char c = pst_fold(text.data[i]);

        if (text.len != 2 || c < 'a' || c > 'z') {
            return 0;
        }
        country = country << 8 | (uint32_t)(c - 'a' + 'A');
    }
    return country;
}

uint32_t pst_proof_read_number(postern_str text)
{
    uint64_t number = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || number > UINT32_MAX) {
            return 0;
        }
        number = number * 10 + (uint64_t)(text.data[i] - '0');
    }
    return number > UINT32_MAX ? 0 : (uint32_t)number;
}
