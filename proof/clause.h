/* What one clause of a crowd lets through: the values of each field of a
 * request. */
#ifndef PST_PROOF_CLAUSE_H
#define PST_PROOF_CLAUSE_H

#include "pdp/crowd_words.h"

struct pst_proof_clause {
    uint64_t allowed[PST_CROWD_FIELDS];
};

#endif
