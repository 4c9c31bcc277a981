/* Where an originator is, and whether that is to be believed. [LOC-01] [LOC-02]
 * [LOC-07] [LOC-10] */
#include "support/engines.h"
#include "support/pips.h"

#include <float.h>
#include <math.h>

static struct oracle oracle;
static postern_pip pip;

#define RULES(conditions)                                                      \
    "{'ri':'c1','ty':3,'acpi':['acpA']},{'m2m:acp':{'ri':'acpA','pv':{'acr':[" \
    "{'acor':['Cx'],'acop':2,'acco':[{'aclr':{" conditions                     \
    "}}]}]},'pvs':{'acr':[{'acor':['Ca'],'acop':63}]}}}"
#define CIRCLE RULES("'accr':[52.0,5.0,1000]")
#define COUNTRY RULES("'accc':['NL']")

static void open(struct plant *plant, const char *resources)
{
    memset(&oracle, 0, sizeof oracle);
    pip = oracle_pip(&oracle);
    plant_open(plant, resources);
    plant->options.pip = &pip;
}

/* The request whose facts a test sets. */
static void begin(struct plant *plant)
{
    memset(&oracle.calls, 0, sizeof oracle.calls);
    postern_primitive_init(&plant->primitive);
    plant->primitive.from = PST_STR("Cx");
    plant->primitive.to = PST_STR("c1");
    plant->primitive.operation = 2;
}

static bool permits(struct plant *plant)
{
    return plant_authorize(plant).effect == POSTERN_PERMIT;
}

static const postern_location inside = {true, 52.0, 5.0, ""};

/* ---- the request tells -----------------------------------------------------
 */

Test(location, of_the_request_count_as_far_as_their_source_is_trusted)
{
    static const struct {
        int source;
        bool trusted;
        bool counts;
    } rows[] = {
        {POSTERN_SOURCE_UNSTATED, false, true},
        {POSTERN_SOURCE_NETWORK, false, true},
        {POSTERN_SOURCE_DEVICE, false, false},
        {POSTERN_SOURCE_DEVICE, true, true},
        {3, true, false},
        {-1, true, false},
    };
    struct plant plant;

    open(&plant, CIRCLE);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        plant.options.trust_device_location = rows[i].trusted;
        begin(&plant);
        plant.primitive.whereabouts.location = inside;
        plant.primitive.whereabouts.source =
            (postern_location_source)rows[i].source;
        cr_expect_eq(permits(&plant), rows[i].counts, "row %zu", i);
    }
    plant_close(&plant);
}

/* [LOC-10] */
Test(location, count_while_they_are_fresh)
{
    static const struct {
        bool time_known;
        int64_t time_s;
        int64_t observed_s;
        int64_t limit_s;
        bool counts;
    } rows[] = {
        {true, 1000, 1000, 0, true},
        {true, 1000, 999, 0, false},
        {true, 1000, 1001, 0, false}, /* from the future */
        {true, 1000, 1001, 60, false},
        {true, 1000, 940, 60, true},
        {true, 1000, 939, 60, false},
        {true, 1000, 1000, -5, true},
        {true, 1000, 999, -5, false},
        {false, 0, 0, 60, false},
        {true, INT64_MAX, INT64_MIN, INT64_MAX, false},
        {true, INT64_MAX, 0, INT64_MAX, true},
        {true, INT64_MIN, INT64_MAX, INT64_MAX, false},
    };
    struct plant plant;

    open(&plant, CIRCLE);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        plant.options.max_location_age_s = rows[i].limit_s;
        begin(&plant);
        plant.primitive.whereabouts =
            (postern_whereabouts){.location = inside,
                                  .dated = true,
                                  .observed_s = rows[i].observed_s};
        plant.primitive.time_known = rows[i].time_known;
        plant.primitive.time_s = rows[i].time_s;
        cr_expect_eq(permits(&plant), rows[i].counts, "row %zu", i);
        /* the same from the CSE */
        oracle.location = POSTERN_REPLY_YES;
        oracle.whereabouts = plant.primitive.whereabouts;
        memset(&plant.primitive.whereabouts, 0,
               sizeof plant.primitive.whereabouts);
        cr_expect_eq(permits(&plant), rows[i].counts, "row %zu, asked", i);
        oracle.location = POSTERN_REPLY_UNKNOWN;
    }
    plant_close(&plant);
}

/* What the request tells and is not believed is asked for. */
Test(location, that_are_not_believed_are_asked_for)
{
    struct plant plant;

    open(&plant, CIRCLE);
    begin(&plant);
    plant.primitive.whereabouts.location = inside;
    plant.primitive.whereabouts.source = POSTERN_SOURCE_DEVICE;
    cr_expect_not(permits(&plant));
    cr_expect_eq(oracle.calls.location, 1);
    oracle.location = POSTERN_REPLY_YES;
    oracle.whereabouts.location = inside;
    cr_expect(permits(&plant));
    /* two wrongs */
    oracle.whereabouts.source = POSTERN_SOURCE_DEVICE;
    cr_expect_not(permits(&plant));
    plant_close(&plant);
}

/* ---- nonsense ---------------------------------------------------------------
 */

Test(location, that_cannot_be_are_unknown)
{
    static const postern_location rows[] = {
        {true, 200.0, 5.0, ""},
        {true, -90.1, 5.0, ""},
        {true, 52.0, 180.5, ""},
        {true, 52.0, -181.0, ""},
        {true, (double)NAN, 5.0, ""},
        {true, 52.0, (double)NAN, ""},
        {true, (double)INFINITY, 5.0, ""},
        {true, 52.0, -DBL_MAX, ""},
        {true, 52.0, 5.0, {'u', 's', 'a'}},
        {true, 52.0, 5.0, "4x"},
        {true, 52.0, 5.0, "N"},
        {true, 52.0, 5.0, {'N', '\0', 'L'}},
        {false, 52.0, 5.0, ""},
    };
    struct plant plant;

    open(&plant, CIRCLE);
    oracle.location = POSTERN_REPLY_YES;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        begin(&plant);
        oracle.whereabouts.location = rows[i];
        cr_expect_not(permits(&plant), "row %zu", i);
        cr_expect_eq(oracle.calls.location, 1, "row %zu", i);
    }
    oracle.whereabouts.location = inside;
    cr_expect(permits(&plant));
    memcpy(oracle.whereabouts.location.country, "NL", 3);
    cr_expect(permits(&plant));
    plant_close(&plant);
}

Test(location, replies_that_are_none_are_unknown)
{
    struct plant plant;

    open(&plant, CIRCLE);
    oracle.whereabouts.location = inside;
    for (int reply = -1; reply < 80; reply++) {
        begin(&plant);
        oracle.location = (postern_reply)reply;
        cr_expect_eq(permits(&plant), reply == POSTERN_REPLY_YES, "%d", reply);
    }
    plant_close(&plant);
}

Test(location, a_bad_point_of_the_request_does_not_spoil_its_country)
{
    struct plant plant;

    open(&plant, COUNTRY);
    begin(&plant);
    plant.primitive.whereabouts.location =
        (postern_location){true, 200.0, 5.0, "NL"};
    cr_expect(permits(&plant));
    cr_expect_eq(oracle_calls(&oracle), 0);
    memcpy(plant.primitive.whereabouts.location.country, "DE", 3);
    cr_expect_not(permits(&plant));
    cr_expect_eq(oracle_calls(&oracle), 0); /* it tells: elsewhere */
    memcpy(plant.primitive.whereabouts.location.country, "usa", 3);
    cr_expect_not(permits(&plant));
    cr_expect_eq(oracle.calls.location, 1); /* it tells nothing */
    plant_close(&plant);
}

/* ---- countries --------------------------------------------------------------
 */

static void at_address(struct plant *plant)
{
    begin(plant);
    cr_assert_eq(postern_ip_parse(&plant->primitive.ip, PST_STR("192.0.2.1")),
                 POSTERN_OK);
}

/* By the address, else by the location, else by its coordinates; the next way
 * is gone only when the one before has led nowhere. [LOC-07] */
Test(location, countries_are_found_in_three_ways)
{
    struct plant plant;

    open(&plant, COUNTRY);
    at_address(&plant);
    oracle.country_of_ip = POSTERN_REPLY_YES;
    memcpy(oracle.ip_country, "NL", 3);
    cr_expect(permits(&plant));
    cr_expect_eq(oracle_calls(&oracle), 1);
    cr_expect_eq(oracle.calls.country_of_ip, 1);

    at_address(&plant);
    memcpy(oracle.ip_country, "DE", 3);
    cr_expect_not(permits(&plant));
    cr_expect_eq(oracle_calls(&oracle), 1);

    at_address(&plant);
    oracle.country_of_ip = POSTERN_REPLY_NO;
    oracle.location = POSTERN_REPLY_YES;
    oracle.whereabouts.location = inside;
    memcpy(oracle.whereabouts.location.country, "nl", 3);
    cr_expect(permits(&plant));
    cr_expect_eq(oracle_calls(&oracle), 2);
    cr_expect_eq(oracle.calls.location, 1);

    at_address(&plant);
    oracle.whereabouts.location = inside;
    oracle.country_of_point = POSTERN_REPLY_YES;
    memcpy(oracle.point_country, "NL", 3);
    cr_expect(permits(&plant));
    cr_expect_eq(oracle_calls(&oracle), 3);
    cr_expect_eq(oracle.calls.country_of_point, 1);

    at_address(&plant);
    oracle.country_of_point = POSTERN_REPLY_UNKNOWN;
    cr_expect_not(permits(&plant));
    cr_expect_eq(oracle_calls(&oracle), 3);
    plant_close(&plant);
}

/* An address that is not known, or of a hop, tells nothing. [REQ-07] */
Test(location, no_address_no_country_of_it)
{
    struct plant plant;

    open(&plant, COUNTRY);
    begin(&plant);
    oracle.country_of_ip = POSTERN_REPLY_YES;
    memcpy(oracle.ip_country, "NL", 3);
    cr_expect_not(permits(&plant));
    cr_expect_eq(oracle.calls.country_of_ip, 0);
    at_address(&plant);
    cr_expect(permits(&plant));
    plant_close(&plant);
}

Test(location, countries_that_are_none_are_unknown)
{
    static const char rows[][3] = {{'u', 's', 'a'}, "N",  "",          "4x",
                                   {'N', 'L', 'x'}, "N-", {"\xff\xfe"}};
    struct plant plant;

    open(&plant, COUNTRY);
    oracle.country_of_ip = POSTERN_REPLY_YES;
    oracle.country_of_point = POSTERN_REPLY_YES;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        at_address(&plant);
        plant.primitive.whereabouts.location = inside;
        memcpy(oracle.ip_country, rows[i], 3);
        memcpy(oracle.point_country, rows[i], 3);
        cr_expect_not(permits(&plant), "row %zu", i);
        cr_expect_eq(oracle.calls.country_of_ip, 1);
        cr_expect_eq(oracle.calls.country_of_point, 1);
    }
    memcpy(oracle.point_country, "NL", 3);
    cr_expect(permits(&plant));
    plant_close(&plant);
}

/* A point of the request is used before another one is asked for. */
Test(location, the_point_of_the_request_has_a_country)
{
    struct plant plant;

    open(&plant, COUNTRY);
    begin(&plant);
    plant.primitive.whereabouts.location = inside;
    oracle.location = POSTERN_REPLY_YES;
    memcpy(oracle.whereabouts.location.country, "NL", 3);
    cr_expect_not(permits(&plant));
    cr_expect_eq(oracle.calls.location, 0);
    cr_expect_eq(oracle.calls.country_of_point, 1);
    oracle.country_of_point = POSTERN_REPLY_YES;
    memcpy(oracle.point_country, "NL", 3);
    cr_expect(permits(&plant));
    plant_close(&plant);
}

/* One answer about the location serves both kinds of regions. */
Test(location, the_location_is_asked_for_once)
{
    struct plant plant;

    open(&plant, RULES("'accr':[10.0,5.0,1000]}},{'aclr':{'accc':['NL']"));
    begin(&plant);
    oracle.location = POSTERN_REPLY_YES;
    oracle.whereabouts.location = inside;
    memcpy(oracle.whereabouts.location.country, "NL", 3);
    cr_expect(permits(&plant));
    cr_expect_eq(oracle.calls.location, 1);
    memcpy(oracle.whereabouts.location.country, "DE", 3);
    cr_expect_not(permits(&plant));
    cr_expect_eq(oracle.calls.location, 2);
    plant_close(&plant);
}
