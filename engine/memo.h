/*
 * What a decision for many targets remembers: for each policy link whether the
 * rules of its ACP permit this request. Links are known by their texts, which
 * stay where they are until the view is left.
 *
 * Remembered is what is true of every target: whether a rule that is not
 * limited to attributes permits. Where only rules with attributes could, the
 * target is decided by itself.
 *
 * A table of fixed size: what finds no room is decided again. Whoever chooses
 * texts that collide gains nothing but that.
 */
#ifndef PST_MEMO_H
#define PST_MEMO_H

#include "engine/heirs.h"

/* An entry is one of so many from the place of its hash on. */
enum { PST_MEMO_SIZE = 512, PST_MEMO_REACH = 16 };

enum pst_outcome {
    PST_OUTCOME_UNKNOWN = 0,
    PST_OUTCOME_DENY,             /* it has no rules with attributes */
    PST_OUTCOME_DENY_BUT_LIMITED, /* it has some */
    PST_OUTCOME_DENY_SO_FAR,      /* whether it has was not looked at */
    PST_OUTCOME_PERMIT
};

struct pst_memo_entry {
    const char *link;
    const char *acp; /* resource ID */
    uint32_t link_len;
    uint32_t acp_len;
    uint32_t hash;
    uint32_t type; /* of the target; 0 where it plays no part */
    uint32_t rule; /* that permits */
    uint8_t use;   /* in what way the link is used */
    uint8_t outcome;
};

struct pst_memo {
    struct pst_heirs heirs;
    uint32_t turn; /* who gives way next */
    struct pst_memo_entry entries[PST_MEMO_SIZE];
};

struct pst_run;
struct pst_grounds;

void pst_memo_clear(struct pst_memo *memo);

/* pst_settle() with the help of run->memo: the same effect. */
bool pst_settle_by_memo(struct pst_run *run, struct pst_grounds *grounds);

#endif
