/* What the access decision looks at: see facts.c. */
#ifndef PST_FACTS_OF_REQUEST_H
#define PST_FACTS_OF_REQUEST_H

#include "engine/run.h"

/* Who asks, when and whence; once in a call. [REQ-03] [REQ-05] [REQ-06] */
void pst_set_facts(struct pst_run *run);

/* What is done to which target. */
void pst_set_facts_of_target(struct pst_run *run);

/* Turns run->request into the Retrieve that a subscriber needs as well.
 * [PRP-06] */
void pst_turn_to_retrieve(struct pst_run *run);

#endif
