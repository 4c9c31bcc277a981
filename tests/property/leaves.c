/* Texts, right and almost right, and what they mean. */
#include "property/property.h"

#include "support/agree.h"
#include "support/generate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TEXT = 160, PROBES = 8, BYTES = 256 };

/* Now and then one character is changed, added or left out. */
static void misspell(char text[TEXT], const char *alphabet, struct rng *rng)
{
    size_t length = strlen(text);
    size_t at = length ? rng_below(rng, (uint32_t)length) : 0;
    char c = alphabet[rng_below(rng, (uint32_t)strlen(alphabet))];

    switch (rng_below(rng, 8)) {
    case 0:
        if (length) {
            text[at] = c;
        }
        break;
    case 1:
        if (length + 2 < TEXT) {
            memmove(text + at + 1, text + at, length - at + 1);
            text[at] = c;
        }
        break;
    case 2:
        if (length) {
            memmove(text + at, text + at + 1, length - at);
        }
        break;
    default:
        break;
    }
}

bool windows_agree(struct rng *rng, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t buffer[BYTES];
        struct bytes bytes = bytes_random(buffer, sizeof buffer, rng);
        const struct generated_moment *moment =
            &GENERATE_ONE_OF(&bytes, generated_moments);
        char generated[GENERATED_TEXT];
        char text[TEXT];
        uint32_t probes[PROBES];
        int64_t time_s = moment->time_s + rng_between(rng, -5, 5);

        snprintf(text, sizeof text, "%s",
                 generate_window(generated, moment, &bytes));
        misspell(text, "0123456789*,-/ ?", rng);
        for (size_t k = 0; k < PROBES; k++) {
            probes[k] = (uint32_t)rng_bits(rng);
        }
        if (rng_below(rng, 8) == 0) {
            time_s = rng_between(rng, -100000000000, 300000000000);
        }
        if (!agree_on_window(postern_str_of(text), time_s, probes, PROBES)) {
            return false;
        }
    }
    return true;
}

bool prefixes_agree(struct rng *rng, size_t count)
{
    static const char *const forms[] = {"::",
                                        "::1",
                                        "1::",
                                        "2001:db8::1:2",
                                        "::ffff:10.1.2.3",
                                        "1:2:3:4:5:6:7:8",
                                        "1:2:3:4:5:6:1.2.3.4",
                                        "1::3:4:5:6:7:8",
                                        "::ffff:0:0",
                                        "64:ff9b::10.0.0.1",
                                        "0:0:0:0:0:ffff:a01:203"};

    for (size_t i = 0; i < count; i++) {
        uint8_t buffer[BYTES];
        struct bytes bytes = bytes_random(buffer, sizeof buffer, rng);
        const char *address = GENERATE_ONE_OF(&bytes, generated_addresses);
        char near[GENERATED_TEXT];
        char text[TEXT];

        if (bytes_chance(&bytes, 40)) {
            address = GENERATE_ONE_OF(&bytes, forms);
        }
        generate_near_address(near, address, true, &bytes);
        if (bytes_chance(&bytes, 40)) {
            snprintf(text, sizeof text, "%s%s", GENERATE_ONE_OF(&bytes, forms),
                     bytes_chance(&bytes, 50) ? "/97" : "");
        } else {
            snprintf(text, sizeof text, "%s", near);
        }
        misspell(text, "0123456789abcdefF:./%g", rng);
        if (!agree_on_prefix(postern_str_of(text), address)) {
            return false;
        }
    }
    return true;
}

bool identifiers_agree(struct rng *rng, size_t count)
{
    static const char *const pieces[] = {
        "/",          "/",          "//",
        "C",          "S",          "x",
        "Cx",         "Sx",         "plant",
        "sp.example", "SP.Example", ".",
        "@",          "-",          "~",
        "_",          "9",          "-/",
        "*",          "%",          " ",
        "/C",         "\xC3\xA9",   "a@b",
        "\x7F",       "..",         "//sp.example",
    };

    for (size_t i = 0; i < count; i++) {
        char text[TEXT] = "";
        size_t length = 0;
        uint32_t wanted = rng_below(rng, 7);

        for (uint32_t k = 0; k < wanted; k++) {
            length += (size_t)snprintf(
                text + length, sizeof text - length, "%s",
                pieces[rng_below(rng, GENERATE_COUNT(pieces))]);
        }
        if (!agree_on_identifier(postern_str_of(text))) {
            return false;
        }
    }
    return true;
}

/* A segment of few different letters, so that pieces recur. */
static size_t write_segment(char *out, struct rng *rng)
{
    size_t length = 1 + rng_below(rng, 9);

    for (size_t i = 0; i < length; i++) {
        out[i] = rng_below(rng, 4) ? 'a' : 'b';
    }
    out[length] = '\0';
    return length;
}

static void write_entity(char out[TEXT], struct rng *rng)
{
    char domain[16];
    char first[16];
    char second[16];

    write_segment(domain, rng);
    write_segment(first, rng);
    write_segment(second, rng);
    if (rng_below(rng, 2)) {
        snprintf(out, TEXT, "//%s.Ab/%s", domain, first);
    } else {
        snprintf(out, TEXT, "//%s.Ab/%s/C%s", domain, first, second);
    }
}

/* Some runs of characters become stars; a star may also come in where nothing
 * was. Slashes stay, mostly. */
static void write_pattern(char out[TEXT], const char *id, struct rng *rng)
{
    size_t length = 0;

    for (size_t i = 0; id[i] != '\0' && length < TEXT - 3; i++) {
        if (rng_below(rng, 12) == 0 && i > 1) {
            out[length++] = '*';
        }
        if (i > 1 && rng_below(rng, 6) == 0 &&
            (id[i] != '/' || rng_below(rng, 8) == 0)) {
            out[length++] = '*';
            while (id[i] != '/' && id[i + 1] != '\0' && rng_below(rng, 3)) {
                i++;
            }
            continue;
        }
        out[length++] = id[i];
    }
    out[length] = '\0';
}

bool originators_agree(struct rng *rng, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char from[TEXT];
        char entry[TEXT];

        write_entity(from, rng);
        write_pattern(entry, from, rng);
        misspell(entry, "ab*/C@.", rng);
        if (rng_below(rng, 2)) {
            misspell(from, "ab/C.AB", rng);
        }
        if (!agree_on_originator(postern_str_of(entry), postern_str_of(from))) {
            return false;
        }
    }
    return true;
}

bool circles_agree(struct rng *rng, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double spread = pow(10.0, -6.0 * rng_unit(rng));
        struct ref_circle circle = {182.0 * rng_unit(rng) - 91.0,
                                    362.0 * rng_unit(rng) - 181.0, 0.0};
        double latitude_deg =
            circle.latitude_deg + 180.0 * spread * (rng_unit(rng) - 0.5);
        double longitude_deg =
            circle.longitude_deg + 360.0 * spread * (rng_unit(rng) - 0.5);

        /* Most radii are about as long as the way. */
        circle.radius_m =
            ref_distance_m(circle.latitude_deg, circle.longitude_deg,
                           latitude_deg, longitude_deg) *
                (0.5 + rng_unit(rng)) -
            (rng_below(rng, 50) ? 0.0 : 100.0);
        if (longitude_deg > 180.0 && rng_below(rng, 4)) {
            longitude_deg -= 360.0; /* across the antimeridian */
        }
        if (!agree_on_circle(&circle, latitude_deg, longitude_deg)) {
            return false;
        }
    }
    return true;
}
