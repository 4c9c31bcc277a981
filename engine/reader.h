/* A reader: one block, so that no decision allocates. */
#ifndef PST_ENGINE_READER_H
#define PST_ENGINE_READER_H

#include "engine/memo.h"
#include "engine/run.h"

enum { PST_ROLES_AT_ONCE = 256 };

struct postern_reader {
    struct pst_run run;
    union {
        struct pst_memo memo;                /* of decisions for many targets */
        postern_id roles[PST_ROLES_AT_ONCE]; /* that were reported */
    } of;
};

#endif
