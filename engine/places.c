/*
 * Where the originator is: as the request says, or an answer of the CSE, and
 * only as far as source and age make it believable; its country also from its
 * address. [LOC-01] [LOC-02] [LOC-07] [LOC-10]
 */
#include "engine/run.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_country(const char country[3])
{
    return is_letter(country[0]) && is_letter(country[1]) && country[2] == '\0';
}

static bool is_point(const postern_location *location)
{
    return location->latitude_deg >= -90.0 && location->latitude_deg <= 90.0 &&
           location->longitude_deg >= -180.0 &&
           location->longitude_deg <= 180.0; /* NaN is none */
}

/* ---- whether to believe it --------------------------------------------- */

/* What the device says of itself is not trustworthy. [LOC-02] */
static bool is_from_trusted_source(const struct pst_run *run,
                                   const postern_whereabouts *whereabouts)
{
    switch (whereabouts->source) {
    case POSTERN_SOURCE_UNSTATED:
    case POSTERN_SOURCE_NETWORK:
        return true;
    case POSTERN_SOURCE_DEVICE:
        return run->engine->options.trust_device_location;
    default:
        return false;
    }
}

/* [LOC-10] */
static bool is_fresh(const struct pst_run *run,
                     const postern_whereabouts *whereabouts)
{
    int64_t given_s = run->engine->options.max_location_age_s;
    int64_t limit_s = given_s > 0 ? given_s : 0;
    int64_t observed_s = whereabouts->observed_s;
    uint64_t age_s;

    if (!whereabouts->dated) {
        return true;
    }
    pst_edge_at(&run->now, observed_s);
    pst_edge_after(&run->now, observed_s > INT64_MAX - limit_s
                                  ? INT64_MAX
                                  : observed_s + limit_s);
    if (!run->now.known || observed_s > run->now.time_s) {
        return false;
    }
    age_s = (uint64_t)run->now.time_s - (uint64_t)observed_s;
    return age_s <= (uint64_t)limit_s;
}

static bool is_believable(const struct pst_run *run,
                          const postern_whereabouts *whereabouts)
{
    return is_from_trusted_source(run, whereabouts) &&
           is_fresh(run, whereabouts);
}

/* An answer with a part that cannot be is believed in no part. */
static bool makes_sense(const postern_location *location)
{
    bool has_country = location->country[0] != '\0';

    return (location->has_point || has_country) &&
           (!location->has_point || is_point(location)) &&
           (!has_country || is_country(location->country));
}

void pst_set_location(struct pst_run *run)
{
    const postern_whereabouts *whereabouts = &run->primitive.whereabouts;
    postern_location *location = &run->request.location;

    *location = (postern_location){.has_point = false};
    if (!is_believable(run, whereabouts)) {
        return;
    }
    *location = whereabouts->location;
    location->has_point = location->has_point && is_point(location);
    if (!is_country(location->country)) {
        memset(location->country, 0, sizeof location->country);
    }
}

/* ---- the location ------------------------------------------------------ */

static postern_reply ask_location(struct pst_run *run,
                                  postern_whereabouts *whereabouts)
{
    const postern_pip *pip = &run->engine->pip;
    postern_known told;
    postern_reply reply;

    if (pst_is_told(run, POSTERN_NEED_LOCATION, NULL, &told)) {
        *whereabouts = told.whereabouts;
        return told.reply;
    }
    if (!pip->location || run->asker.id.kind != POSTERN_ID_ENTITY) {
        return POSTERN_REPLY_UNKNOWN;
    }
    reply = pip->location(pip->user, &run->asker.id, whereabouts);
    if (reply == POSTERN_REPLY_LATER) {
        pst_need(run, POSTERN_NEED_LOCATION, NULL);
    }
    return reply;
}

/* The country it tells comes after the one that the address tells. */
bool pst_find_point(struct pst_run *run)
{
    postern_whereabouts whereabouts = {.source = POSTERN_SOURCE_UNSTATED};
    postern_location *location = &run->request.location;

    if (location->has_point || run->inquiry.location_asked) {
        return false;
    }
    run->inquiry.location_asked = true;
    if (ask_location(run, &whereabouts) != POSTERN_REPLY_YES ||
        !makes_sense(&whereabouts.location) ||
        !is_believable(run, &whereabouts)) {
        return false;
    }
    memcpy(run->inquiry.country, whereabouts.location.country,
           sizeof run->inquiry.country);
    location->has_point = whereabouts.location.has_point;
    location->latitude_deg = whereabouts.location.latitude_deg;
    location->longitude_deg = whereabouts.location.longitude_deg;
    return location->has_point;
}

/* ---- the country ------------------------------------------------------- */

/* An address that a database does not know has no country: whoever else is
 * asked might not know either that it is a proxy. [LOC-08] */
static postern_reply ask_country_of_ip(struct pst_run *run, char country[3])
{
    const postern_country_db *db = run->settings->country_db;
    const postern_pip *pip = &run->engine->pip;
    postern_known told;

    if (run->primitive.ip.family == 0) {
        return POSTERN_REPLY_UNKNOWN;
    }
    if (db) {
        return postern_country_of_ip(db, &run->primitive.ip, country)
                   ? POSTERN_REPLY_YES
                   : POSTERN_REPLY_UNKNOWN;
    }
    if (pst_is_told(run, POSTERN_NEED_COUNTRY_OF_IP, NULL, &told)) {
        memcpy(country, told.country, sizeof told.country);
        return told.reply;
    }
    return pip->country_of_ip
               ? pip->country_of_ip(pip->user, &run->primitive.ip, country)
               : POSTERN_REPLY_UNKNOWN;
}

static postern_reply ask_country_of_point(struct pst_run *run, char country[3])
{
    const postern_location *location = &run->request.location;
    const postern_pip *pip = &run->engine->pip;
    postern_known told;

    if (!location->has_point) {
        return POSTERN_REPLY_UNKNOWN;
    }
    if (pst_is_told(run, POSTERN_NEED_COUNTRY_OF_POINT, NULL, &told)) {
        memcpy(country, told.country, sizeof told.country);
        return told.reply;
    }
    return pip->country_of_point
               ? pip->country_of_point(pip->user, location->latitude_deg,
                                       location->longitude_deg, country)
               : POSTERN_REPLY_UNKNOWN;
}

/* Whether the question is settled: by a country, or by one that comes later. */
static bool take_country(struct pst_run *run, postern_need_kind kind,
                         postern_reply reply, const char country[3])
{
    if (reply == POSTERN_REPLY_LATER) {
        pst_need(run, kind, NULL);
        return true;
    }
    if (reply != POSTERN_REPLY_YES || !is_country(country)) {
        return false;
    }
    memcpy(run->request.location.country, country, 3);
    return true;
}

/* By the address, else by the location, else by its coordinates. Each way is
 * gone only when the one before has led nowhere. */
static bool find_country(struct pst_run *run)
{
    char country[3] = "";
    postern_reply reply = ask_country_of_ip(run, country);
    size_t needs = run->inquiry.need_count;
    bool moved;

    if (take_country(run, POSTERN_NEED_COUNTRY_OF_IP, reply, country)) {
        return false;
    }
    moved = pst_find_point(run);
    if (run->inquiry.need_count > needs) {
        return false; /* where it is comes later */
    }
    if (is_country(run->inquiry.country)) {
        memcpy(run->request.location.country, run->inquiry.country, 3);
        return moved;
    }
    memset(country, 0, sizeof country);
    reply = ask_country_of_point(run, country);
    (void)take_country(run, POSTERN_NEED_COUNTRY_OF_POINT, reply, country);
    return moved;
}

bool pst_find_country(struct pst_run *run)
{
    bool moved;

    if (run->request.location.country[0] || run->inquiry.country_asked) {
        return false;
    }
    run->inquiry.country_asked = true;
    moved = find_country(run);
    return moved || run->request.location.country[0];
}
