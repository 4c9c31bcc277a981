/* Which country codes are assigned: ISO 3166-1 alpha-2. [CTX-33] */
#ifndef PST_COUNTRY_CODES_H
#define PST_COUNTRY_CODES_H

#include <postern/base.h>

/* Whether two letters, in either case, are an officially assigned code. Codes
 * that are reserved, withdrawn or left to users (UK, SU, XK) are not. */
bool pst_country_is_assigned(postern_str code);

/* The assigned code that people mean by one that is not; NULL for none. */
const char *pst_country_meant(postern_str code);

#endif
