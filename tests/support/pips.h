/*
 * A CSE that answers what it is told to, and counts how often it is asked.
 *
 *   struct oracle oracle = {.group = POSTERN_REPLY_YES};
 *   postern_pip pip = oracle_pip(&oracle);
 */
#ifndef TESTS_SUPPORT_PIPS_H
#define TESTS_SUPPORT_PIPS_H

#include <postern/pip.h>

#include <string.h>

struct oracle {
    postern_reply group;
    postern_reply role;
    postern_reply role_allowed;
    postern_reply location;
    postern_whereabouts whereabouts;
    postern_reply country_of_ip;
    char ip_country[3];
    postern_reply country_of_point;
    char point_country[3];
    struct {
        unsigned group, role, role_allowed, location, country_of_ip,
            country_of_point;
    } calls;
    char last_group[256]; /* canonical */
};

static inline postern_reply
oracle_group(void *user, const postern_id *originator, const postern_id *group)
{
    struct oracle *self = user;

    (void)originator;
    self->calls.group++;
    (void)postern_id_text(group, self->last_group, sizeof self->last_group);
    return self->group;
}

static inline postern_reply
oracle_role(void *user, const postern_id *originator, const postern_id *role)
{
    struct oracle *self = user;

    (void)originator;
    (void)role;
    self->calls.role++;
    return self->role;
}

static inline postern_reply oracle_role_allowed(void *user,
                                                const postern_id *originator,
                                                const postern_id *role)
{
    struct oracle *self = user;

    (void)originator;
    (void)role;
    self->calls.role_allowed++;
    return self->role_allowed;
}

static inline postern_reply oracle_location(void *user,
                                            const postern_id *originator,
                                            postern_whereabouts *whereabouts)
{
    struct oracle *self = user;

    (void)originator;
    self->calls.location++;
    *whereabouts = self->whereabouts;
    return self->location;
}

static inline postern_reply
oracle_country_of_ip(void *user, const postern_ip *ip, char country[3])
{
    struct oracle *self = user;

    (void)ip;
    self->calls.country_of_ip++;
    memcpy(country, self->ip_country, 3);
    return self->country_of_ip;
}

static inline postern_reply oracle_country_of_point(void *user,
                                                    double latitude_deg,
                                                    double longitude_deg,
                                                    char country[3])
{
    struct oracle *self = user;

    (void)latitude_deg;
    (void)longitude_deg;
    self->calls.country_of_point++;
    memcpy(country, self->point_country, 3);
    return self->country_of_point;
}

/* Without role_allowed: there is no profile. */
static inline postern_pip oracle_pip(struct oracle *self)
{
    return (postern_pip){.struct_size = sizeof(postern_pip),
                         .user = self,
                         .group = oracle_group,
                         .role = oracle_role,
                         .location = oracle_location,
                         .country_of_ip = oracle_country_of_ip,
                         .country_of_point = oracle_country_of_point};
}

static inline unsigned oracle_calls(const struct oracle *self)
{
    return self->calls.group + self->calls.role + self->calls.role_allowed +
           self->calls.location + self->calls.country_of_ip +
           self->calls.country_of_point;
}

#endif
