/*
 * What the parts of postern_policy_check() share: the names of the lints, how
 * a finding is reported, and how much may be spent on comparing.
 *
 * The policy is only read. What a check needs besides lives in an arena of its
 * own; comparing things with each other is paid for from one budget, so that no
 * document makes a check slow: when it is used up, what is left uncompared is
 * not reported, and a note says so.
 */
#ifndef PST_CHECK_H
#define PST_CHECK_H

#include "policy-lang/address_index.h"
#include "policy-lang/policy.h"

enum pst_lint {
    PST_LINT_NEVER_OPENS,
    PST_LINT_OVER,    /* of a window */
    PST_LINT_EXPIRED, /* of a policy */
    PST_LINT_NO_MATCH,
    PST_LINT_DUPLICATE_ORIGINATOR,
    PST_LINT_SUBSUMED_ORIGINATOR,
    PST_LINT_DUPLICATE_RULE,
    PST_LINT_SUBSUMED_RULE,
    PST_LINT_HOST_BITS,
    PST_LINT_WILDCARD,
    PST_LINT_EMPTY_CONTEXT,
    PST_LINT_COUNTRY_UNASSIGNED,
    PST_LINT_DETAILS_IN_SELF,
    PST_LINT_DETAILS_WITHOUT_CREATE,
    PST_LINT_LOCK_OUT,
    PST_LINT_DANGLING_ACPI,
    PST_LINT_EMPTY_GROUP,
    PST_LINT_NOT_A_GROUP,
    PST_LINT_ALL_UNAUTHENTICATED,
    PST_LINT_INCOMPLETE,
    PST_LINTS
};

enum { PST_WINDOWS_REMEMBERED = 4096 }; /* a power of 2 */

enum pst_window_state { PST_WINDOW_OPENS, PST_WINDOW_NEVER, PST_WINDOW_OVER };

struct pst_known_window {
    postern_str text; /* absent: none yet */
    enum pst_window_state state;
};

struct pst_check {
    const postern_policy *policy;
    int64_t now_s; /* INT64_MIN: not known */
    void (*report)(void *user, const postern_diag *diag); /* may be NULL */
    void *user;
    size_t findings;
    uint64_t budget; /* steps that may still be taken to compare things */
    struct pst_address_index addresses;
    /* Policies say the same few windows over and over. */
    struct pst_known_window *windows;
};

/* Where a finding points to. */
struct pst_place {
    const struct pst_document *document;
    const struct pst_node *node; /* NULL: nowhere in a document */
};

/* A sentence: `before`, then `quoted` in quotes if there is one, then `after`.
 */
struct pst_words {
    const char *before;
    postern_str quoted; /* from the document; data NULL: none */
    const char *after;
};

void pst_check_say(struct pst_check *check, const struct pst_place *place,
                   enum pst_lint lint, const struct pst_words *words);

/* Takes `steps` from the budget; false when it is used up. */
bool pst_check_spend(struct pst_check *check, uint64_t steps);

/* Whether a window never opens at all, or not any more. */
enum pst_window_state pst_window_state_of(struct pst_check *check,
                                          postern_str window);

/* One rule and where it stands. */
struct pst_rule_place {
    const struct pst_resource *acp;
    const struct pst_rule_set *set; /* one of the two of the ACP */
    uint32_t number;                /* in the set */
};

static inline const postern_rule *pst_rule_at(const struct pst_rule_place *at)
{
    return &at->set->rules[at->number];
}

/* The lints that look at one rule alone (check_rule.c). */
void pst_check_rule(struct pst_check *check, const struct pst_rule_place *at);

/* Whether some request may be permitted by the rule: it is not disabled, an
 * originator and a context of it can match, as far as this can be told. */
bool pst_rule_can_hold(struct pst_check *check, const postern_rule *rule);

#endif
