/*
 * accessControlLocationRegion: circles and countries.
 *
 * A circle is kept as a unit vector and the square of the chord that its radius
 * spans, so that testing a point is three multiplications and no trigonometry;
 * it is right over the poles and across the antimeridian. [CTX-30] [CTX-31]
 * [CTX-32] [CTX-33]
 *
 * Chords tell distances apart to well below a millimetre, but for one place:
 * around the point opposite the centre a chord hardly grows any more. The edge
 * of a circle that leaves out less than 10 m there is known to a few
 * millimetres, of one that leaves out less than a metre to some decimetres.
 */
#ifndef PST_LOCATION_H
#define PST_LOCATION_H

#include <postern/pdp.h>

#define PST_EARTH_RADIUS_M 6371008.8
/* The boundary belongs to the circle: this much covers the rounding of double
 * arithmetic and is far below what any receiver can tell. */
#define PST_CIRCLE_TOLERANCE_M 1e-6

struct pst_point { /* on the unit sphere */
    double x;
    double y;
    double z;
};

struct pst_circle {
    struct pst_point centre;
    double chord_squared; /* of the radius, on the unit sphere; above 4: the
                             circle contains every point */
};

/* False when latitude or longitude is out of range or not finite; *point is
 * then one that no circle contains. */
bool pst_point_of(struct pst_point *point, double latitude_deg,
                  double longitude_deg);

/* POSTERN_ERR_POLICY with a sentence when a number is out of range; *circle
 * then contains no point. A radius of half the circumference or more
 * contains every point. */
POSTERN_NODISCARD postern_status pst_circle_of(struct pst_circle *circle,
                                               const postern_circle *given,
                                               postern_diag *diag);

bool pst_circle_contains(const struct pst_circle *circle,
                         const struct pst_point *point);

/* Two letters, either case, as one number: upper case, the first letter in the
 * high byte. 0 when it is not two letters. */
uint16_t pst_country_of(postern_str text);

#endif
