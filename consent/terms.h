/* Terms that a provider has signed, at a time that is known. */
#ifndef PST_CONSENT_TERMS_H
#define PST_CONSENT_TERMS_H

#include <postern/consent.h>

/* As postern_ppm_terms_open(), and takes keys that have a lifetime as well, if
 * it is within that at `now_s`. */
POSTERN_NODISCARD postern_status
pst_terms_open(postern_jose *jose, const postern_keys *keys, int64_t now_s,
               postern_str token, postern_str *terms, postern_diag *diag);

#endif
