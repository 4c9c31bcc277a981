#include "support/proof_document.h"

#include "support/rng.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROOM_OF_RULE = 1024, ROOM = 65536, HASHED = 34 };

struct writer {
    char *text;
    size_t size;
    size_t used;
};

__attribute__((format(printf, 2, 3))) static void add(struct writer *writer,
                                                      const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(writer->text + writer->used, writer->size - writer->used,
                       format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= writer->size - writer->used) {
        abort();
    }
    writer->used += (size_t)length;
}

static const char BEFORE[] =
    "{\"cse\":{\"spid\":\"//sp.example\",\"csi\":\"/plant-cse\"},"
    "\"resources\":["
    "{\"m2m:grp\":{\"ri\":\"grp5\",\"mid\":[]}},";

/* Rules of a slot: all the conditions there are. */
static const char SLOTS[] =
    "{\"m2m:acp\":{\"ri\":\"acpInline\",\"et\":\"20300101T000000\",\"pv\":{"
    "\"acr\":["
    "{\"acor\":[\"Cpump7\",\"grp5\"],\"acop\":34,\"acaf\":true,\"acco\":["
    "{\"actw\":[\"* 0-29 8-17 * * 1-5 *\",\"0 0 12 1,15 */3 * "
    "2026-2030,2070\"],"
    "\"acip\":{\"ipv4\":[\"10.1.0.0/16\",\"10.2.0.0/16\",\"192.0.2.7\"],"
    "\"ipv6\":[\"2001:db8::/32\",\"::ffff:198.51.100.0/"
    "120\"]},\"aclr\":{\"accc\":[\"NL\",\"be\"]}},"
    "{\"aclr\":{\"accr\":[52.09,5.12,800]}}]},"
    "{\"acor\":[\"all\"],\"acop\":2},"
    "{\"acor\":[\"//other.example/cse9/C-a-name-of-an-entity-that-is-longer\","
    "\"12-operator@auth.example\"],\"acop\":63,"
    "\"acod\":[{\"ty\":3,\"chty\":[4,23]},{\"chty\":[13],\"spty\":"
    "{\"mgd\":1006}},{\"chty\":[28],\"spty\":{\"cnd\":\"org.example.x\"}}],"
    "\"aca\":[\"con\",\"lbl\"]},"
    "{\"acor\":[\"//partner.example\",\"/plant-cse/C*\",\"S*x\"],"
    "\"acop\":5}]},"
    "\"pvs\":{\"acr\":[{\"acor\":[\"Cowner1\"],\"acop\":63}]}}},"
    "{\"m2m:acp\":{\"ri\":\"acpNear\",\"pv\":{\"acr\":[{\"acor\":[\"C*5\","
    "\"Ca*\",\"C*b*c\",\"/other/C*\",\"//*.example/cse/Cx*\",\"Cpump7\"],"
    "\"acop\":4,\"acco\":[{\"actw\":[\"0 */5 * * * * 2026\"]}]},{\"acor\":[";

static const char AFTER[] =
    "]},\"pvs\":{\"acr\":[{\"acor\":[\"Cowner2\",\"/x/S1\"],\"acop\":63}]}}}";

static void add_hashed(struct writer *writer)
{
    add(writer, ",{\"m2m:acp\":{\"ri\":\"acpHashed\",\"pv\":{\"acr\":[");
    for (uint32_t i = 0; i < HASHED; i++) {
        add(writer, "%s{\"acor\":[\"Cmany%u\",\"Ca%ux\"],\"acop\":%u",
            i ? "," : "", i, i % 4, 1 + i % 31);
        if (i % 5 == 0) {
            add(writer, ",\"acco\":[{\"acip\":{\"ipv4\":[\"10.%u.0.0/14\"]}}]",
                i);
        }
        add(writer, "%s}", i % 7 == 0 ? ",\"acaf\":true" : "");
    }
    add(writer, ",{\"acor\":[\"grp5\",\"all\",\"C*5\"],\"acop\":8},"
                "{\"acor\":[\"4-r@auth.example\",\"//Partner.example/x/"
                "C1\"],\"acop\":1}");
    add(writer, "%s", AFTER);
}

static void add_windows(struct writer *writer, struct rng *rng)
{
    uint32_t count = 1 + rng_below(rng, 2) * rng_below(rng, 4);

    add(writer, "\"actw\":[");
    for (uint32_t i = 0; i < count; i++) {
        uint32_t hour = rng_below(rng, 20);

        add(writer, "%s\"* %u-59/%u %u-%u * * %u-6 %s\"", i ? "," : "",
            rng_below(rng, 30), 1 + rng_below(rng, 5), hour,
            hour + rng_below(rng, 4), rng_below(rng, 6),
            rng_below(rng, 3) ? "*" : "2026,2065");
    }
    add(writer, "]");
}

static void add_addresses(struct writer *writer, struct rng *rng)
{
    uint32_t count = 1 + rng_below(rng, 2) * rng_below(rng, 5);

    add(writer, "\"acip\":{\"ipv4\":[\"%u.%u.0.0/%u\"", rng_below(rng, 224),
        rng_below(rng, 256), 12 + rng_below(rng, 16));
    for (uint32_t i = 1; i < count; i++) { /* some touch: ranges */
        add(writer, ",\"9.%u.0.0/16\"", rng_below(rng, 9));
    }
    if (rng_below(rng, 3) == 0) {
        add(writer, "],\"ipv6\":[\"2001:db8:%x::/%u\"", rng_below(rng, 65536),
            40 + rng_below(rng, 40));
    }
    add(writer, "]}");
}

static void add_place(struct writer *writer, struct rng *rng)
{
    if (rng_below(rng, 2)) {
        add(writer, "\"aclr\":{\"accc\":[\"%c%c\"]}",
            (char)('A' + rng_below(rng, 26)), (char)('A' + rng_below(rng, 26)));
        return;
    }
    add(writer, "\"aclr\":{\"accr\":[%d.%u,%d.5,%u]}",
        (int)rng_below(rng, 160) - 80, rng_below(rng, 1000),
        (int)rng_below(rng, 340) - 170, 1 + rng_below(rng, 2000000));
}

static void add_crowd_rule(struct writer *writer, struct rng *rng)
{
    uint32_t what = rng_below(rng, 8);

    add(writer, "{\"acor\":[\"Ccrowd\"],\"acop\":%u", 1 + rng_below(rng, 63));
    if (rng_below(rng, 8) == 0) {
        add(writer, ",\"acaf\":true");
    }
    if (rng_below(rng, 8) == 0) {
        add(writer, ",\"acod\":[{\"ty\":%u,\"chty\":[%u,%u]}]",
            14 + rng_below(rng, 14), 1 + rng_below(rng, 40),
            1 + rng_below(rng, 40));
    }
    if (what) {
        add(writer, ",\"acco\":[{");
        if (what & 1) {
            add_windows(writer, rng);
        }
        if (what & 2) {
            add(writer, "%s", what & 1 ? "," : "");
            add_addresses(writer, rng);
        }
        if (what & 4) {
            add(writer, "%s", what & 3 ? "," : "");
            add_place(writer, rng);
        }
        add(writer, "}]");
    }
    add(writer, "}");
}

char *proof_document(uint32_t crowd, uint64_t seed)
{
    struct writer writer = {.size = ROOM + (size_t)crowd * ROOM_OF_RULE};
    struct rng rng = {seed};

    writer.text = malloc(writer.size);
    if (!writer.text) {
        abort();
    }
    add(&writer, "%s%s", BEFORE, SLOTS);
    for (uint32_t i = 0; i < 30; i++) {
        add(&writer, "%s\"Cnear%u\"", i ? "," : "", i);
    }
    add(&writer, "],\"acop\":2,\"aca\":[\"con\"]}%s", AFTER);
    add_hashed(&writer);
    if (crowd) {
        add(&writer, ",{\"m2m:acp\":{\"ri\":\"acpCrowd\",\"pv\":{\"acr\":[");
        for (uint32_t i = 0; i < crowd; i++) {
            add(&writer, "%s", i ? "," : "");
            add_crowd_rule(&writer, &rng);
        }
        add(&writer, "%s", AFTER);
    }
    add(&writer, "]}");
    return writer.text;
}
