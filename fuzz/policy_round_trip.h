/* What has to hold for any text that is given as a policy. */
#ifndef FUZZ_POLICY_ROUND_TRIP_H
#define FUZZ_POLICY_ROUND_TRIP_H

#include <postern/policy.h>

/*
 * Loads the text, strictly and with what is wrong disabled, and claims:
 * - a refusal leaves no policy and no memory behind, and says why;
 * - what loads strictly loads leniently, to the same;
 * - what is written loads again, is written the same, and decides the same;
 * - a request without facts is denied, and the explanation has the effect of
 *   the decision.
 */
void fuzz_policy(postern_str text, postern_format format);

#endif
