/* Contexts near one moment, one address and one place. */
#define _POSIX_C_SOURCE 200809L /* inet_pton */

#include "support/generate.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const struct generated_moment generated_moments[8] = {
    {1773388800, {0, 0, 8, 13, 3, 5, 2026}},       /* a Friday 13th */
    {1835481599, {59, 59, 23, 29, 2, 2, 2028}},    /* end of a leap day */
    {1830297599, {59, 59, 23, 31, 12, 5, 2027}},   /* end of a year */
    {1773742830, {30, 20, 10, 17, 3, 2, 2026}},    /* some Tuesday */
    {946684800, {0, 0, 0, 1, 1, 6, 2000}},         /* the first second */
    {4107499259, {59, 0, 12, 28, 2, 0, 2100}},     /* not a leap year */
    {253402300799, {59, 59, 23, 31, 12, 5, 9999}}, /* the last second */
    {1795910400, {0, 0, 0, 29, 11, 0, 2026}},      /* a Sunday, midnight */
};

const char *const generated_addresses[4] = {
    "10.1.2.3",
    "192.168.255.255",
    "2001:db8::1:2",
    "fe80::7fff:ffff:ffff:ffff",
};

const struct generated_place generated_places[6] = {
    {52.09, 5.12},      {0.0, 179.999}, {-89.99, 10.0},
    {37.5665, 126.978}, {90.0, 0.0},    {0.0, -0.5},
};

/* ---- windows ----------------------------------------------------------- */

static const char *const bad_windows[] = {
    "* * * * * *",     "* * * * * * * *",
    "60 * * * * * *",  "* * 23-1 * * * *",
    "* * * * * 7 *",   "* * */0 * * * *",
    "* * 4/2 * * * *", "*,1 * * * * * *",
    "* * 08 * * * *",  "? * * * * * *",
    "* * * * MAR * *", "* * * * * * 1999",
    " * * * * * * *",  "",
};

static const struct {
    int first;
    int last;
} field_ranges[7] = {{0, 59}, {0, 59}, {0, 23},     {1, 31},
                     {1, 12}, {0, 6},  {2000, 9999}};

/* A number of the field, near what the moment has there. */
static int near(int field, int value, struct bytes *bytes)
{
    static const int steps[] = {0, 1, -1, 2, -2, 5, -5, 13};

    value += GENERATE_ONE_OF(bytes, steps);
    if (value < field_ranges[field].first) {
        return field_ranges[field].first;
    }
    return value > field_ranges[field].last ? field_ranges[field].last : value;
}

static void write_field(char out[32], int field, int value, struct bytes *bytes)
{
    int a = near(field, value, bytes);
    int b = near(field, value, bytes);
    int low = a < b ? a : b;
    int high = a < b ? b : a;
    int step = 1 + (int)bytes_below(bytes, 9);

    switch (bytes_below(bytes, 6)) {
    case 0:
        snprintf(out, 32, "%d", a);
        break;
    case 1:
        snprintf(out, 32, "%d-%d", low, high);
        break;
    case 2:
        snprintf(out, 32, "%d-%d/%d", low, high, step);
        break;
    case 3:
        snprintf(out, 32, "*/%d", step);
        break;
    case 4:
        snprintf(out, 32, "%d,%d", a, b);
        break;
    default:
        snprintf(out, 32, "%d-%d,%d-%d/%d", low, high,
                 field_ranges[field].first, low, step);
        break;
    }
}

const char *generate_window(char out[GENERATED_TEXT],
                            const struct generated_moment *moment,
                            struct bytes *bytes)
{
    size_t length = 0;

    if (bytes_chance(bytes, 2)) {
        return GENERATE_ONE_OF(bytes, bad_windows);
    }
    out[0] = '\0';
    for (int i = 0; i < 7; i++) {
        char field[32] = "*";

        if (bytes_chance(bytes, 25)) {
            write_field(field, i, moment->fields[i], bytes);
        }
        if (length + strlen(field) + 2 < GENERATED_TEXT) {
            length += (size_t)snprintf(out + length, GENERATED_TEXT - length,
                                       "%s%s", i ? " " : "", field);
        }
    }
    return out;
}

/* ---- addresses --------------------------------------------------------- */

static const char *const prefixes[] = {
    "10.1.2.3",
    "10.1.0.0/16",
    "10.1.2.2/31",
    "10.1.2.4/31",
    "10.0.0.0/15",
    "10.2.0.0/15",
    "0.0.0.0/0",
    "::/0",
    "::ffff:10.0.0.0/104",
    "::ffff:0:0/96",
    "::ffff:0:0/90",
    "fe80::/65",
    "2001:DB8::/32",
    "2001:db8::1:3/127",
    "::ffff:a01:203",
    "128.0.0.0/1",
};

static const char *const bad_prefixes[] = {
    "10.1.2.3/33", "010.1.2.3", "10.1.2",    "10.1.2.3/", "::1%eth0",
    "1::2::3",     "::/129",    "10.1.2.3 ", "",          "1.2.3.4::",
};

static void write_address(char out[GENERATED_TEXT], const uint8_t *b, bool six)
{
    if (six) {
        snprintf(out, GENERATED_TEXT,
                 "%02x%02x:%02x%02x:%02x%02x:%02x%02x:%02x%02x:%02x%02x:"
                 "%02X%02X:%02x%02x",
                 b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9],
                 b[10], b[11], b[12], b[13], b[14], b[15]);
    } else {
        snprintf(out, GENERATED_TEXT, "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
    }
}

void generate_near_address(char out[GENERATED_TEXT], const char *address,
                           bool prefix, struct bytes *bytes)
{
    uint8_t raw[16] = {0};
    bool six = inet_pton(AF_INET6, address, raw) == 1;
    uint32_t bits = six ? 128 : 32;
    uint32_t turned = bytes_below(bytes, bits + 8);
    size_t length;

    if (!six && inet_pton(AF_INET, address, raw) != 1) {
        memset(raw, 0, sizeof raw);
    }
    if (turned < bits) {
        raw[turned / 8] ^= (uint8_t)(0x80 >> turned % 8);
    }
    write_address(out, raw, six);
    length = strlen(out);
    if (prefix && bytes_chance(bytes, 80)) {
        snprintf(out + length, GENERATED_TEXT - length, "/%u",
                 bytes_below(bytes, bits + 1));
    }
}

static const char *generate_prefix(char out[GENERATED_TEXT],
                                   const char *address, struct bytes *bytes)
{
    if (bytes_chance(bytes, 2)) {
        return GENERATE_ONE_OF(bytes, bad_prefixes);
    }
    if (bytes_chance(bytes, 40)) {
        return GENERATE_ONE_OF(bytes, prefixes);
    }
    generate_near_address(out, address, true, bytes);
    return out;
}

/* ---- places ------------------------------------------------------------ */

static void generate_circle(struct ref_circle *out,
                            const struct generated_place *place,
                            struct bytes *bytes)
{
    static const double offsets_deg[] = {0.0, 0.001, -0.01, 1.0, -0.3, 90.0};
    static const double radii_m[] = {0.0,   150.0, 2000.0,  50e3,
                                     2.0e6, 1.5e7, 2.002e7, 1e300};

    out->latitude_deg =
        place->latitude_deg + GENERATE_ONE_OF(bytes, offsets_deg);
    if (out->latitude_deg > 90.0) {
        out->latitude_deg = 180.0 - out->latitude_deg;
    }
    out->longitude_deg =
        place->longitude_deg + GENERATE_ONE_OF(bytes, offsets_deg);
    if (out->longitude_deg > 180.0) {
        out->longitude_deg -= 360.0;
    }
    out->radius_m = GENERATE_ONE_OF(bytes, radii_m);
    if (bytes_chance(bytes, 1)) {
        out->radius_m = -1.0;
    } else if (bytes_chance(bytes, 1)) {
        out->latitude_deg = (double)NAN;
    } else if (bytes_chance(bytes, 1)) {
        out->longitude_deg = 180.5;
    }
}

static const char *const countries[] = {"NL", "nl", "BE", "KR",
                                        "Nl", "DE", "LN", "FR"};
static const char *const bad_countries[] = {"N", "NLD", "", "N1", "*", "N*"};

static void generate_region(struct ref_context *out,
                            struct generated_context *parts,
                            const struct generated_place *place,
                            struct bytes *bytes)
{
    uint32_t kind = bytes_below(bytes, 3);

    if (kind != 0) {
        out->circles = parts->circles;
        out->circle_count =
            bytes_chance(bytes, 2) ? 0 : 1 + bytes_below(bytes, 2);
    }
    if (kind != 1) {
        out->countries.items = parts->countries;
        out->countries.count =
            bytes_chance(bytes, 2) ? 0 : 1 + bytes_below(bytes, GENERATED_LIST);
    }
    for (size_t i = 0; i < out->circle_count; i++) {
        generate_circle(&parts->circles[i], place, bytes);
    }
    for (size_t i = 0; i < out->countries.count; i++) {
        parts->countries[i] = bytes_chance(bytes, 2)
                                  ? GENERATE_ONE_OF(bytes, bad_countries)
                                  : GENERATE_ONE_OF(bytes, countries);
    }
}

void generate_context(struct ref_context *out, struct generated_context *parts,
                      const struct generated_policy *policy,
                      struct bytes *bytes)
{
    *out = (struct ref_context){.windows = {NULL, 0}};
    if (bytes_chance(bytes, 50)) {
        out->windows.items = parts->windows;
        out->windows.count = bytes_below(bytes, GENERATED_LIST + 1);
    }
    if (bytes_chance(bytes, 45)) {
        out->addresses.items = parts->addresses;
        out->addresses.count =
            bytes_chance(bytes, 2) ? 0 : 1 + bytes_below(bytes, GENERATED_LIST);
    }
    for (size_t i = 0; i < out->windows.count; i++) {
        parts->windows[i] =
            generate_window(parts->window_texts[i], policy->moment, bytes);
    }
    for (size_t i = 0; i < out->addresses.count; i++) {
        parts->addresses[i] =
            generate_prefix(parts->address_texts[i], policy->address, bytes);
    }
    if (bytes_chance(bytes, 40)) {
        generate_region(out, parts, policy->place, bytes);
    }
}
