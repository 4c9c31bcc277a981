/*
 * What an address leads to: unstructured, structured ("-" or the name of the
 * CSEBase first), SP-relative or absolute. [ID-06] Virtual resources are none
 * of the store.
 */
#ifndef PST_ADDRESS_H
#define PST_ADDRESS_H

#include "prp/version.h"

/* The part that the hosting CSE gives a meaning to; false for an address of
 * another CSE and for a broken prefix. */
bool pst_address_local(const struct pst_store_settings *settings,
                       postern_str address, postern_str *local);

/* Whether a first segment names the CSEBase. */
bool pst_names_base(const struct pst_store_settings *settings,
                    postern_str segment);

/*
 * The number of the resource or place. PST_NO_NUMBER: no such resource, another
 * CSE, no address, or one that could mean two resources.
 *
 * Cost: one search for every name on the way.
 */
uint32_t pst_address_find(const struct pst_version *version,
                          postern_str address);

/* Whether an address is the ID of this resource and can mean no other. Cost: a
 * comparison. */
bool pst_address_is_id_of(const struct pst_version *version,
                          struct pst_slots_near *near, uint32_t number,
                          postern_str address);

#endif
