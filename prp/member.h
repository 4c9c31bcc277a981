/*
 * Which groups list a resource, without resolving the members of each: a group
 * keeps a word of each member, made from the form of address that leads to one
 * resource at most, sorted. [ORI-11]
 */
#ifndef PST_MEMBER_H
#define PST_MEMBER_H

#include "prp/version.h"

/* A hash of the address in the upper half, the place in the list in the lower.
 * UINT64_MAX when the address cannot lead to a resource of this CSE. */
uint64_t pst_member_word(const struct pst_store_settings *settings,
                         postern_str address, uint32_t place);

/* Whether an entry of members leads to `member`: as resolving each and
 * comparing.
 *
 * Cost: logarithmic in the members, and linear in the depth of `member`.
 */
bool pst_group_lists(const struct pst_version *version, uint32_t group,
                     uint32_t member);

#endif
