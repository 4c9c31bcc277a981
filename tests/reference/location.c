/*
 * Circles on the ground and country codes. [CTX-30] to [CTX-33]
 */
#include "reference/reference.h"

#include <math.h>
#include <string.h>

/* What clause 7.1.3 leaves open and the library states: the mean radius, and
 * how much rounding the boundary is given. */
#define EARTH_RADIUS_M 6371008.8
#define TOLERANCE_M 1e-6

static double radians(double degrees)
{
    return degrees * 3.14159265358979323846 / 180.0;
}

bool ref_point_is_valid(double latitude_deg, double longitude_deg)
{
    return isfinite(latitude_deg) && isfinite(longitude_deg) &&
           latitude_deg >= -90.0 && latitude_deg <= 90.0 &&
           longitude_deg >= -180.0 && longitude_deg <= 180.0;
}

bool ref_circle_is_valid(const struct ref_circle *circle)
{
    return ref_point_is_valid(circle->latitude_deg, circle->longitude_deg) &&
           isfinite(circle->radius_m) && circle->radius_m >= 0.0;
}

double ref_distance_m(double latitude_deg, double longitude_deg,
                      double other_latitude_deg, double other_longitude_deg)
{
    double up = sin(radians(other_latitude_deg - latitude_deg) / 2.0);
    double across = sin(radians(other_longitude_deg - longitude_deg) / 2.0);
    double h = up * up + cos(radians(latitude_deg)) *
                             cos(radians(other_latitude_deg)) * across * across;

    return 2.0 * EARTH_RADIUS_M * asin(sqrt(h > 1.0 ? 1.0 : h));
}

bool ref_circle_holds(const struct ref_circle *circle, double latitude_deg,
                      double longitude_deg)
{
    return ref_circle_is_valid(circle) &&
           ref_point_is_valid(latitude_deg, longitude_deg) &&
           ref_distance_m(circle->latitude_deg, circle->longitude_deg,
                          latitude_deg,
                          longitude_deg) <= circle->radius_m + TOLERANCE_M;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

bool ref_country_is_valid(const char *country)
{
    return strlen(country) == 2 && upper(country[0]) >= 'A' &&
           upper(country[0]) <= 'Z' && upper(country[1]) >= 'A' &&
           upper(country[1]) <= 'Z';
}

bool ref_country_equal(const char *a, const char *b)
{
    return ref_country_is_valid(a) && ref_country_is_valid(b) &&
           upper(a[0]) == upper(b[0]) && upper(a[1]) == upper(b[1]);
}
