/*
 * Circles and country codes: read once, tested with every decision. Distances
 * are great-circle distances on a sphere, as lengths of chords. [CTX-32]
 */
#include "pdp/location.h"

#include "base/diag.h"
#include "base/str.h"

#include <float.h>
#include <math.h>

static const double PI = 3.14159265358979323846;
static const double HALF_TURN_DEG = 180.0;

/* Larger than any square of a chord, rounded or not. */
static const double EVERYWHERE = 5.0;
/* Smaller than any. */
static const double NOWHERE = -1.0;

/* A coordinate so far off the unit sphere that no circle holds the point. */
static const double FAR_AWAY = 1e6;

static bool is_within(double value, double low, double high)
{
    return isfinite(value) && value >= low && value <= high;
}

static bool is_latitude(double value)
{
    return is_within(value, -90.0, 90.0);
}

bool pst_point_of(struct pst_point *point, double latitude_deg,
                  double longitude_deg)
{
    double latitude;
    double longitude;

    *point = (struct pst_point){.x = FAR_AWAY};
    if (!is_latitude(latitude_deg) ||
        !is_within(longitude_deg, -180.0, 180.0)) {
        return false;
    }
    latitude = latitude_deg * (PI / HALF_TURN_DEG);
    longitude = longitude_deg * (PI / HALF_TURN_DEG);
    point->x = cos(latitude) * cos(longitude);
    point->y = cos(latitude) * sin(longitude);
    point->z = sin(latitude);
    return true;
}

static double chord_squared_of(double radius_m)
{
    double angle = (radius_m + PST_CIRCLE_TOLERANCE_M) / PST_EARTH_RADIUS_M;
    double half_chord;

    if (angle >= PI) {
        return EVERYWHERE;
    }
    half_chord = sin(angle / 2);
    return 4 * half_chord * half_chord;
}

static postern_status refuse(postern_diag *diag, const char *message)
{
    return pst_diag_refuse(diag, POSTERN_ERR_POLICY, "", message,
                           "TS-0004 6.3.5.28");
}

/* The order is latitude, longitude, radius. [CTX-31] */
postern_status pst_circle_of(struct pst_circle *circle,
                             const postern_circle *given, postern_diag *diag)
{
    *circle = (struct pst_circle){.chord_squared = NOWHERE};
    if (!pst_point_of(&circle->centre, given->latitude_deg,
                      given->longitude_deg)) {
        return refuse(diag, is_latitude(given->latitude_deg)
                                ? "the longitude of a circle, its second"
                                  " number, is out of range, expected -180 to"
                                  " 180 degrees"
                                : "the latitude of a circle, its first number,"
                                  " is out of range, expected -90 to 90"
                                  " degrees");
    }
    if (!is_within(given->radius_m, 0.0, DBL_MAX)) {
        return refuse(diag, "the radius of a circle, its third number, is out"
                            " of range, expected metres from 0 on");
    }
    circle->chord_squared = chord_squared_of(given->radius_m);
    return POSTERN_OK;
}

bool pst_circle_contains(const struct pst_circle *circle,
                         const struct pst_point *point)
{
    double x = point->x - circle->centre.x;
    double y = point->y - circle->centre.y;
    double z = point->z - circle->centre.z;

    return x * x + y * y + z * z <= circle->chord_squared;
}

static bool is_letter(char c)
{
    return pst_fold(c) >= 'a' && pst_fold(c) <= 'z';
}

uint16_t pst_country_of(postern_str text)
{
    if (text.len != 2 || !is_letter(text.data[0]) || !is_letter(text.data[1])) {
        return 0;
    }
    return (uint16_t)((pst_fold(text.data[0]) - 'a' + 'A') << 8 |
                      (pst_fold(text.data[1]) - 'a' + 'A'));
}
