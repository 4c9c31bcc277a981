/*
 * Rules beside ours. One rule that permits is enough (permit-overrides), so a
 * policy of the CSE that lets a provider in makes a consent, and a withdrawal,
 * mean nothing.
 */
#ifndef PST_CLI_PPM_BROADER_H
#define PST_CLI_PPM_BROADER_H

#include <postern/base.h>

/*
 * Looks, for each resource of a compiled document, at the policies that the
 * CSE's own document links it to, and reports each that lets in an originator
 * of ours, now or in some context [E_BROADER_ACP]. `found`: how many. False,
 * and reported: the CSE's document cannot be used.
 */
bool pst_ppm_find_broader(postern_str compiled, const char *policy_name,
                          uint64_t *found);

#endif
