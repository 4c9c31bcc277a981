/*
 * Circles and countries. The chord test is compared with the haversine formula
 * in long double, never within a millimetre of the edge.
 */
#include "base/str.h"
#include "pdp/location.h"
#include "support/rng.h"

#include <criterion/criterion.h>
#include <fenv.h>
#include <float.h>
#include <math.h>

enum { SEED = 20260317 };

/* The macros of math.h are float. */
#define NOT_A_NUMBER ((double)NAN)
#define INFINITE ((double)INFINITY)

static const long double PI = 3.14159265358979323846264338327950288L;
static const long double EDGE_M = 1e-3L;

static struct pst_circle circle_of(double latitude_deg, double longitude_deg,
                                   double radius_m)
{
    postern_circle given = {latitude_deg, longitude_deg, radius_m};
    postern_diag diag = {0};
    struct pst_circle circle;

    cr_assert_eq(pst_circle_of(&circle, &given, &diag), POSTERN_OK,
                 "%f %f %f: %s", latitude_deg, longitude_deg, radius_m,
                 diag.message);
    return circle;
}

static bool contains(const struct pst_circle *circle, double latitude_deg,
                     double longitude_deg)
{
    struct pst_point point;

    cr_assert(pst_point_of(&point, latitude_deg, longitude_deg), "%f %f",
              latitude_deg, longitude_deg);
    return pst_circle_contains(circle, &point);
}

/* --- circles -------------------------------------------------------------- */

static const struct {
    const char *name;
    postern_circle circle;
    double latitude_deg;
    double longitude_deg;
    bool held;
} places[] = {
    {"556 m north", {52.0, 5.0, 1000.0}, 52.005, 5.0, true},
    {"1,112 m north", {52.0, 5.0, 1000.0}, 52.01, 5.0, false},
    {"latitude first", {10.0, 50.0, 5000.0}, 10.0, 50.0, true},
    {"longitude first", {10.0, 50.0, 5000.0}, 50.0, 10.0, false},
    {"5,560 m east at 60 N", {60.0, 10.0, 6000.0}, 60.0, 10.1, true},
    {"11,120 m east at 0 N", {0.0, 10.0, 6000.0}, 0.0, 10.1, false},

    {"antimeridian", {0.0, 179.9, 22240.0}, 0.0, -179.9, true},
    {"antimeridian, short", {0.0, 179.9, 22238.0}, 0.0, -179.9, false},
    {"antimeridian, west", {0.0, -179.9, 22240.0}, 0.0, 179.9, true},
    {"antimeridian, west, short", {0.0, -179.9, 22238.0}, 0.0, 179.9, false},
    {"180 is -180", {10.0, 180.0, 0.0}, 10.0, -180.0, true},
    {"180 is not 179.999", {10.0, 180.0, 0.0}, 10.0, 179.999, false},

    {"pole by any longitude", {90.0, 0.0, 0.0}, 90.0, 135.0, true},
    {"poles are two", {90.0, 0.0, 0.0}, -90.0, 0.0, false},
    {"around the pole", {90.0, 0.0, 111196.0}, 89.0, -77.0, true},
    {"around the pole, short", {90.0, 0.0, 111194.0}, 89.0, -77.0, false},
    {"south pole", {-90.0, 20.0, 111196.0}, -89.0, 100.0, true},
    {"south pole, short", {-90.0, 20.0, 111194.0}, -89.0, 100.0, false},
    {"across the pole", {89.0, 0.0, 222391.0}, 89.0, 180.0, true},
    {"across the pole, short", {89.0, 0.0, 222389.0}, 89.0, 180.0, false},

    {"radius 0", {48.2, 16.4, 0.0}, 48.2, 16.4, true},
    {"radius 0, 1 cm off", {48.2, 16.4, 0.0}, 48.2000001, 16.4, false},
    {"radius -0", {48.2, 16.4, -0.0}, 48.2, 16.4, true},
    {"1 cm, inside", {48.2, 16.4, 0.012}, 48.2000001, 16.4, true},

    {"half the circumference", {30.0, 40.0, 20015115.0}, -30.0, -140.0, true},
    {"100 m less", {30.0, 40.0, 20015014.0}, -30.0, -140.0, false},
    {"100 m less, 111 m from there",
     {30.0, 40.0, 20015014.0},
     -29.999,
     -140.0,
     true},
    {"10 m less", {30.0, 40.0, 20015104.0}, -30.0, -140.0, false},
    {"1 m less", {30.0, 40.0, 20015113.4}, -30.0, -140.0, false},
    {"more than half", {30.0, 40.0, 3e7}, -30.0, -140.0, true},
    {"more than all", {30.0, 40.0, 1e300}, -30.0, -140.0, true},
    {"more than all, pole", {90.0, 0.0, DBL_MAX}, -90.0, 0.0, true},
    {"a quarter", {0.0, 0.0, 10007558.0}, 0.0, 90.0, true},
    {"a quarter, short", {0.0, 0.0, 10007556.0}, 0.0, 90.0, false},
};

/* Half a circumference is 20,015,114.44 m, a degree of it 111,195.08 m.
 * [CTX-30] [CTX-31] [CTX-32] */
Test(circle, contains_or_not)
{
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct pst_circle circle = circle_of(places[i].circle.latitude_deg,
                                             places[i].circle.longitude_deg,
                                             places[i].circle.radius_m);

        cr_expect_eq(
            contains(&circle, places[i].latitude_deg, places[i].longitude_deg),
            places[i].held, "%s", places[i].name);
    }
}

/* [CTX-31] */
Test(circle, with_a_number_out_of_range_is_refused_and_contains_nothing)
{
    static const struct {
        postern_circle circle;
        const char *says;
    } rows[] = {
        {{90.0001, 0, 1}, "latitude"},
        {{-90.0001, 0, 1}, "latitude"},
        {{NOT_A_NUMBER, 0, 1}, "latitude"},
        {{INFINITE, 0, 1}, "latitude"},
        {{-INFINITE, 0, 1}, "latitude"},
        {{1e300, 0, 1}, "latitude"},
        {{0, 180.0001, 1}, "longitude"},
        {{0, -180.0001, 1}, "longitude"},
        {{0, NOT_A_NUMBER, 1}, "longitude"},
        {{0, INFINITE, 1}, "longitude"},
        {{0, -INFINITE, 1}, "longitude"},
        {{0, 360, 1}, "longitude"},
        {{0, 0, -1}, "radius"},
        {{0, 0, -DBL_MIN}, "radius"},
        {{0, 0, NOT_A_NUMBER}, "radius"},
        {{0, 0, INFINITE}, "radius"},
        {{0, 0, -INFINITE}, "radius"},
        {{91, 181, -1}, "latitude"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        postern_diag diag = {0};
        struct pst_circle circle;

        cr_expect_eq(pst_circle_of(&circle, &rows[i].circle, &diag),
                     POSTERN_ERR_POLICY, "row %zu", i);
        cr_expect(strstr(diag.message, rows[i].says), "row %zu: %s", i,
                  diag.message);
        cr_expect_not(contains(&circle, 0, 0), "row %zu", i);
        cr_expect_eq(pst_circle_of(&circle, &rows[i].circle, NULL),
                     POSTERN_ERR_POLICY);
    }
}

Test(circle, takes_the_corners_of_the_globe)
{
    static const double latitudes[] = {-90, -0.0, 90};
    static const double longitudes[] = {-180, -0.0, 180};

    for (size_t i = 0; i < 9; i++) {
        struct pst_circle circle =
            circle_of(latitudes[i / 3], longitudes[i % 3], 1);

        cr_expect(contains(&circle, latitudes[i / 3], longitudes[i % 3]));
        cr_expect_not(contains(&circle, 45, 45));
    }
}

/* Even by a caller that does not look at the answer of pst_point_of(). */
Test(circle, of_the_whole_earth_does_not_contain_what_is_no_point)
{
    static const double rows[][2] = {
        {90.0001, 0},      {-90.0001, 0},     {0, 180.0001}, {0, -180.0001},
        {NOT_A_NUMBER, 0}, {0, NOT_A_NUMBER}, {INFINITE, 0}, {0, -INFINITE},
    };
    struct pst_circle everywhere = circle_of(0, 0, 4e7);
    struct pst_circle half = circle_of(0, 0, 1e7);

    cr_expect(contains(&everywhere, 0, 180));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pst_point point;

        cr_expect_not(pst_point_of(&point, rows[i][0], rows[i][1]));
        cr_expect_not(pst_circle_contains(&everywhere, &point), "row %zu", i);
        cr_expect_not(pst_circle_contains(&half, &point), "row %zu", i);
    }
}

/* A host may have made these trap. */
Test(circle, raises_no_float_exception_on_a_location_that_is_no_number)
{
    static const double values[] = {NOT_A_NUMBER, INFINITE, -INFINITE, DBL_MAX,
                                    DBL_MIN / 4};
    struct pst_circle circle = circle_of(0, 0, 1000);

    feclearexcept(FE_ALL_EXCEPT);
    for (size_t i = 0; i < 5; i++) {
        struct pst_point point;

        (void)pst_point_of(&point, values[i], 0);
        (void)pst_circle_contains(&circle, &point);
        (void)pst_point_of(&point, 0, values[i]);
        (void)pst_circle_contains(&circle, &point);
    }
    cr_expect_eq(fetestexcept(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW), 0);
}

/* --- against the haversine formula [CTX-32] ------------------------------- */

static long double radians(double degrees)
{
    return (long double)degrees * (PI / 180);
}

static long double haversine_m(const double from[2], const double to[2])
{
    long double half_lat = sinl((radians(to[0]) - radians(from[0])) / 2);
    long double half_lon = sinl((radians(to[1]) - radians(from[1])) / 2);
    long double h = half_lat * half_lat + cosl(radians(from[0])) *
                                              cosl(radians(to[0])) * half_lon *
                                              half_lon;

    return 2 * (long double)PST_EARTH_RADIUS_M * asinl(sqrtl(h < 1 ? h : 1));
}

/* Where one arrives, rounded to what a location can say. */
static void destination(double to[2], const double from[2],
                        long double distance_m, long double bearing)
{
    long double angle = distance_m / (long double)PST_EARTH_RADIUS_M;
    long double lat = radians(from[0]);
    long double z =
        sinl(lat) * cosl(angle) + cosl(lat) * sinl(angle) * cosl(bearing);
    long double lon =
        radians(from[1]) + atan2l(sinl(bearing) * sinl(angle) * cosl(lat),
                                  cosl(angle) - sinl(lat) * z);

    z = z > 1 ? 1 : z < -1 ? -1 : z;
    to[0] = (double)(asinl(z) * 180 / PI);
    to[1] = (double)(remainderl(lon, 2 * PI) * 180 / PI);
    to[1] = fmin(fmax(to[1], -180), 180);
}

static void random_point(double point[2], struct rng *rng)
{
    static const double latitudes[] = {90, -90, 89.9999, 0, -89.9};
    static const double longitudes[] = {180, -180, 179.9999, -179.9, 0};

    point[0] = rng_below(rng, 4) ? rng_unit(rng) * 180 - 90
                                 : latitudes[rng_below(rng, 5)];
    point[1] = rng_below(rng, 4) ? rng_unit(rng) * 360 - 180
                                 : longitudes[rng_below(rng, 5)];
}

/* From centimetres to a kilometre less than half the circumference. */
static double random_radius(struct rng *rng)
{
    double most = 20015114.0 - 1000.0;
    double radius_m = 0.01 * exp(rng_unit(rng) * log(most / 0.01));

    return rng_below(rng, 4) ? radius_m : rng_unit(rng) * most;
}

Test(circle, agrees_with_the_haversine_formula_up_to_its_edge)
{
    static const long double steps_m[] = {0.0015L, 0.01L, 1, 1000, 1e6L};
    struct rng rng = {SEED};
    size_t held_count = 0;
    size_t compared = 0;

    for (int i = 0; i < 200000; i++) {
        double centre[2];
        double point[2];
        double radius_m = random_radius(&rng);
        long double step_m = steps_m[rng_below(&rng, 5)];
        struct pst_circle circle;
        long double inside_m;

        random_point(centre, &rng);
        step_m = rng_below(&rng, 2) ? step_m : -step_m;
        if (radius_m + (double)step_m < 0 || rng_below(&rng, 8) == 0) {
            random_point(point, &rng);
        } else {
            destination(point, centre, (long double)radius_m + step_m,
                        2 * PI * (long double)rng_unit(&rng));
        }
        circle = circle_of(centre[0], centre[1], radius_m);
        inside_m = (long double)radius_m - haversine_m(centre, point);
        if (fabsl(inside_m) < EDGE_M) {
            continue;
        }
        compared++;
        held_count += inside_m > 0;
        cr_assert_eq(contains(&circle, point[0], point[1]), inside_m > 0,
                     "seed %d: %.17g %.17g %.17g, point %.17g %.17g is %Lg m"
                     " inside",
                     SEED, centre[0], centre[1], radius_m, point[0], point[1],
                     inside_m);
    }
    cr_assert_gt(compared, 150000);
    cr_assert(held_count > compared / 4 && held_count < compared * 3 / 4,
              "%zu of %zu", held_count, compared);
}

/* The edge belongs to the circle: a radius that is the distance, rounded to a
 * double, reaches the point, and 1 mm less does not. [CTX-31] */
Test(circle, holds_its_edge)
{
    struct rng rng = {SEED};

    for (int i = 0; i < 100000; i++) {
        double centre[2];
        double point[2];
        double distance_m;
        struct pst_circle circle;

        random_point(centre, &rng);
        destination(point, centre, (long double)random_radius(&rng),
                    2 * PI * (long double)rng_unit(&rng));
        distance_m = (double)haversine_m(centre, point);
        if (distance_m < 0.002 || distance_m > 15e6) {
            continue;
        }
        circle = circle_of(centre[0], centre[1], distance_m);
        cr_assert(contains(&circle, point[0], point[1]),
                  "seed %d: %.17g %.17g %.17g, point %.17g %.17g", SEED,
                  centre[0], centre[1], distance_m, point[0], point[1]);
        circle = circle_of(centre[0], centre[1], distance_m - 0.001);
        cr_assert_not(contains(&circle, point[0], point[1]),
                      "seed %d: %.17g %.17g %.17g, point %.17g %.17g", SEED,
                      centre[0], centre[1], distance_m, point[0], point[1]);
    }
}

/* --- countries ------------------------------------------------------------ */

/* [CTX-33] */
Test(country, is_two_letters_in_either_case)
{
    uint16_t be = pst_country_of(PST_STR("BE"));

    cr_expect_eq(be, 'B' << 8 | 'E');
    cr_expect_eq(pst_country_of(PST_STR("be")), be);
    cr_expect_eq(pst_country_of(PST_STR("Be")), be);
    cr_expect_eq(pst_country_of(PST_STR("bE")), be);
    cr_expect_neq(pst_country_of(PST_STR("EB")), be);
    cr_expect_neq(pst_country_of(PST_STR("BF")), be);
    cr_expect_neq(pst_country_of(PST_STR("CE")), be);
}

Test(country, is_0_for_anything_else)
{
    static const char *const rows[] = {
        "",   "B",  "BEL", "B ", " B", "B1", "1B", "@A", "A@",       "[A",
        "A[", "`a", "a`",  "{a", "a{", "--", "*",  "**", "\xC3\x84", "056",
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect_eq(pst_country_of(postern_str_of(rows[i])), 0, "\"%s\"",
                     rows[i]);
    }
    cr_expect_eq(pst_country_of((postern_str){NULL, 0}), 0);
    cr_expect_eq(pst_country_of(PST_STR("\0A")), 0);
    cr_expect_eq(pst_country_of(PST_STR("A\0")), 0);
}

Test(country, tells_all_pairs_of_letters_apart)
{
    static bool seen[UINT16_MAX + 1];

    for (char a = 'A'; a <= 'Z'; a++) {
        for (char b = 'A'; b <= 'Z'; b++) {
            char text[] = {a, b};
            uint16_t country = pst_country_of((postern_str){text, 2});

            cr_assert_neq(country, 0);
            cr_assert_not(seen[country], "%c%c", a, b);
            seen[country] = true;
        }
    }
}
