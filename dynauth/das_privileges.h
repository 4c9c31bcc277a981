/* The answer of a DAS, with privileges as dynamicACPInfo (TS-0004
 * m2m:dynamicACPInfo), a token, both or neither. [DDA-09] */
#ifndef PST_DAS_PRIVILEGES_H
#define PST_DAS_PRIVILEGES_H

#include "base/arena.h"

#include <postern/dynauth.h>

/* `privileges` NULL, `token` absent: none. POSTERN_OK, _MEMORY. */
POSTERN_NODISCARD postern_status pst_das_response_write(
    struct pst_arena *arena, const postern_das_privileges *privileges,
    postern_str token, postern_str *text);

#endif
