/* Privileges as a DAS grants them: dynamicACPInfo (TS-0004 m2m:dynamicACPInfo).
 * [DDA-09] */
#ifndef PST_DAS_PRIVILEGES_H
#define PST_DAS_PRIVILEGES_H

#include "base/json_text.h"

#include <postern/dynauth.h>

/* The member dai. */
void pst_das_privileges_write(struct pst_json_text *json,
                              const postern_das_privileges *privileges);

#endif
