/*
 * The leaves of the decision against the twin, one text at a time: does the
 * library read it, and does it mean the same? Each writes to standard error
 * what differs. Texts may hold any byte; one with a NUL in it is nothing that
 * the standard allows.
 */
#ifndef TESTS_SUPPORT_AGREE_H
#define TESTS_SUPPORT_AGREE_H

#include "reference/reference.h"

#include <postern/pdp.h>

/* As a window: read or refused, open or closed, and the next change is one,
 * and the first one as far as `probes` times in between can tell. */
bool agree_on_window(postern_str text, int64_t time_s, const uint32_t *probes,
                     size_t probe_count);

/* As a prefix: read or refused, and `address` (a plain one) in it or not; and
 * the text as an address. */
bool agree_on_prefix(postern_str text, const char *address);

/* As From, as resource and as Role-ID: read or refused, the canonical text, and
 * that text reads as itself. */
bool agree_on_identifier(postern_str text);

/* As an entry of accessControlOriginators: taken or refused, and it lets
 * `from` in or not. */
bool agree_on_originator(postern_str text, postern_str from);

/* A circle and a point; points within a metre of the edge are passed over. */
bool agree_on_circle(const struct ref_circle *circle, double latitude_deg,
                     double longitude_deg);

#endif
