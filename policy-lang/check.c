/* postern_policy_check(): what is reported, in which order, and the lints of an
 * <accessControlPolicy> as a whole. */
#include "policy-lang/check.h"

#include "base/str.h"
#include "policy-lang/check_links.h"
#include "policy-lang/reader.h"

/* Some seconds at most, whatever the document; no document that somebody wrote
 * comes near it. */
enum { BUDGET = 200000000, WINDOW_STEPS = 500 };

static const struct {
    const char *name;
    postern_severity severity;
    const char *clause;
} lints[PST_LINTS] = {
    [PST_LINT_NEVER_OPENS] = {"never-opens", POSTERN_SEVERITY_WARNING,
                              "TS-0004 7.4.9.1"},
    [PST_LINT_OVER] = {"over", POSTERN_SEVERITY_WARNING, "TS-0004 7.4.9.1"},
    [PST_LINT_EXPIRED] = {"over", POSTERN_SEVERITY_WARNING, "TS-0001 9.6.1.3"},
    [PST_LINT_NO_MATCH] = {"no-match", POSTERN_SEVERITY_WARNING,
                           "TS-0003 7.1.5"},
    [PST_LINT_DUPLICATE_ORIGINATOR] = {"duplicate-originator",
                                       POSTERN_SEVERITY_WARNING,
                                       "TS-0003 7.1.3"},
    [PST_LINT_SUBSUMED_ORIGINATOR] = {"subsumed-originator",
                                      POSTERN_SEVERITY_WARNING,
                                      "TS-0003 7.1.3"},
    [PST_LINT_DUPLICATE_RULE] = {"duplicate-rule", POSTERN_SEVERITY_WARNING,
                                 "TS-0003 7.1.5"},
    [PST_LINT_SUBSUMED_RULE] = {"subsumed-rule", POSTERN_SEVERITY_WARNING,
                                "TS-0003 7.1.5"},
    [PST_LINT_HOST_BITS] = {"host-bits", POSTERN_SEVERITY_WARNING,
                            "TS-0003 7.1.3"},
    [PST_LINT_WILDCARD] = {"wildcard", POSTERN_SEVERITY_WARNING,
                           "TS-0003 7.1.3"},
    [PST_LINT_EMPTY_CONTEXT] = {"empty-context", POSTERN_SEVERITY_WARNING,
                                "TS-0003 7.1.3"},
    [PST_LINT_COUNTRY_UNASSIGNED] = {"country-unassigned",
                                     POSTERN_SEVERITY_WARNING, "TS-0003 7.1.3"},
    [PST_LINT_DETAILS_IN_SELF] = {"object-details-in-self",
                                  POSTERN_SEVERITY_WARNING, "TS-0003 7.1.3"},
    [PST_LINT_DETAILS_WITHOUT_CREATE] = {"details-without-create",
                                         POSTERN_SEVERITY_WARNING,
                                         "TS-0003 7.1.5"},
    [PST_LINT_LOCK_OUT] = {"lock-out", POSTERN_SEVERITY_WARNING,
                           "TS-0003 7.1.1"},
    [PST_LINT_DANGLING_ACPI] = {"dangling-acpi", POSTERN_SEVERITY_WARNING,
                                "TS-0003 7.1.1"},
    [PST_LINT_EMPTY_GROUP] = {"empty-group", POSTERN_SEVERITY_WARNING,
                              "TS-0003 7.1.3"},
    [PST_LINT_NOT_A_GROUP] = {"not-a-group", POSTERN_SEVERITY_WARNING,
                              "TS-0003 7.1.3"},
    [PST_LINT_ALL_UNAUTHENTICATED] = {"all-without-authentication",
                                      POSTERN_SEVERITY_NOTE, "TS-0003 7.1.3"},
    [PST_LINT_INCOMPLETE] = {"incomplete", POSTERN_SEVERITY_NOTE, NULL},
};

static void hand_out(struct pst_check *check, const postern_diag *diag)
{
    check->findings++;
    if (check->report) {
        check->report(check->user, diag);
    }
}

static void describe_nowhere(const struct pst_finding *finding,
                             postern_diag *diag)
{
    pst_diag_clear(diag);
    pst_diag_copy(diag->lint, sizeof diag->lint, finding->lint);
    pst_diag_copy(diag->message, sizeof diag->message, finding->message);
}

void pst_check_say(struct pst_check *check, const struct pst_place *place,
                   enum pst_lint lint, const struct pst_words *words)
{
    char message[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_finding finding = {NULL,    lints[lint].name, lints[lint].clause,
                                  message, place->document,  place->node};
    struct pst_text text;
    postern_diag diag;

    pst_text_init(&text, message, sizeof message);
    pst_text_add(&text, words->before);
    if (words->quoted.data) {
        pst_text_add_quoted(&text, words->quoted);
    }
    pst_text_add(&text, words->after);
    if (place->document) {
        pst_finding_describe(&finding, &diag);
    } else {
        describe_nowhere(&finding, &diag);
    }
    diag.severity = lints[lint].severity;
    hand_out(check, &diag);
}

bool pst_check_spend(struct pst_check *check, uint64_t steps)
{
    bool enough = check->budget >= steps;

    check->budget = enough ? check->budget - steps : 0;
    return enough;
}

/* ---- time windows ------------------------------------------------------ */

/* A window matches nothing before the year 2000. [CTX-10] */
#define BEFORE_ALL_WINDOWS_S 946684799LL

static enum pst_window_state find_window_state(const struct pst_check *check,
                                               postern_str window)
{
    bool open = true;
    int64_t next_s = 0;

    if (postern_time_window_next_change(window, BEFORE_ALL_WINDOWS_S, &next_s,
                                        NULL) != POSTERN_OK) {
        return PST_WINDOW_OPENS; /* of a rule that is off for it */
    }
    if (next_s == INT64_MAX) {
        return PST_WINDOW_NEVER;
    }
    if (check->now_s == INT64_MIN ||
        postern_time_window_is_open(window, check->now_s, &open, NULL) !=
            POSTERN_OK ||
        postern_time_window_next_change(window, check->now_s, &next_s, NULL) !=
            POSTERN_OK) {
        return PST_WINDOW_OPENS;
    }
    return !open && next_s == INT64_MAX ? PST_WINDOW_OVER : PST_WINDOW_OPENS;
}

enum pst_window_state pst_window_state_of(struct pst_check *check,
                                          postern_str window)
{
    struct pst_known_window *known;
    uint32_t hash = 0;

    for (size_t i = 0; i < window.len; i++) {
        hash = hash * 31 + (unsigned char)window.data[i];
    }
    known = &check->windows[hash & (PST_WINDOWS_REMEMBERED - 1)];
    if (!known->text.data || !pst_str_equal(known->text, window)) {
        if (!pst_check_spend(check, WINDOW_STEPS)) {
            return PST_WINDOW_OPENS;
        }
        known->state = find_window_state(check, window);
        known->text = window;
    }
    return known->state;
}

/* ---- an <accessControlPolicy> ------------------------------------------ */

static const struct pst_node *expiry_node(const struct pst_resource *acp)
{
    for (const struct pst_node *member = acp->node->children; member;
         member = member->next) {
        if (pst_term_of(PST_SCOPE_ACP, member->name) == PST_TERM_ET) {
            return member;
        }
    }
    return acp->node;
}

/* [PRP-09] */
static void check_expiry(struct pst_check *check,
                         const struct pst_resource *acp)
{
    struct pst_place place = {acp->document, NULL};
    struct pst_words words = {"this policy has expired and permits nothing any "
                              "more; renew its expirationTime or remove it",
                              {NULL, 0},
                              ""};
    bool malformed = acp->expires_s == INT64_MIN; /* reported by the load */

    if (check->now_s != INT64_MIN && !malformed &&
        acp->expires_s <= check->now_s) {
        place.node = expiry_node(acp);
        pst_check_say(check, &place, PST_LINT_EXPIRED, &words);
    }
}

/* Only selfPrivileges let anybody repair a policy. [PRP-01] */
static void check_self(struct pst_check *check, const struct pst_resource *acp)
{
    const struct pst_rule_set *self = &acp->self_privileges;
    struct pst_place place = {acp->document,
                              self->node ? self->node : acp->node};
    struct pst_words words = {"nobody may ever change this policy: no rule of "
                              "its selfPrivileges gives Update to somebody; "
                              "give it to the owner of the policy",
                              {NULL, 0},
                              ""};

    for (uint32_t i = 0; i < self->count; i++) {
        if ((self->rules[i].operations & POSTERN_ACOP_UPDATE) &&
            pst_rule_can_hold(check, &self->rules[i])) {
            return;
        }
    }
    pst_check_say(check, &place, PST_LINT_LOCK_OUT, &words);
}

/* What is looked at for one set of rules; links is NULL for selfPrivileges. */
struct job {
    struct pst_check *check;
    struct pst_links *links;
    const struct pst_resource *acp;
    const struct pst_rule_set *set;
};

static postern_status compare_rules(const struct job *job,
                                    struct pst_arena *arena)
{
    struct pst_named_table table;

    PST_TRY(pst_named_table_make(&table, job->check, job->set, arena));
    if (job->links) {
        pst_links_follow(job->links, job->check,
                         (uint32_t)(job->acp - job->check->policy->resources),
                         &table);
    }
    return pst_check_overlaps(job->check, job->acp, &table, arena);
}

static postern_status check_rules(const struct job *job)
{
    struct pst_arena arena;
    postern_status status;

    for (uint32_t i = 0; i < job->set->count; i++) {
        pst_check_rule(job->check,
                       &(struct pst_rule_place){job->acp, job->set, i});
    }
    pst_arena_init(&arena, &job->check->policy->allocator, SIZE_MAX);
    status = compare_rules(job, &arena);
    pst_arena_release(&arena);
    return status;
}

static postern_status check_acp(struct pst_check *check,
                                struct pst_links *links,
                                const struct pst_resource *acp)
{
    struct job job = {check, links, acp, &acp->privileges};

    check_expiry(check, acp);
    PST_TRY(check_rules(&job));
    job.links = NULL;
    job.set = &acp->self_privileges;
    PST_TRY(check_rules(&job));
    check_self(check, acp);
    return POSTERN_OK;
}

/* ---- all of it --------------------------------------------------------- */

static void repeat_findings_of_load(struct pst_check *check)
{
    for (const struct pst_finding *finding = check->policy->findings; finding;
         finding = finding->next) {
        postern_diag diag;

        pst_finding_describe(finding, &diag);
        hand_out(check, &diag);
    }
}

static postern_status check_all(struct pst_check *check,
                                struct pst_arena *arena)
{
    const postern_policy *policy = check->policy;
    struct pst_links links;

    check->windows =
        pst_arena_alloc(arena, PST_WINDOWS_REMEMBERED, sizeof *check->windows);
    if (!check->windows) {
        return POSTERN_ERR_MEMORY;
    }
    PST_TRY(pst_address_index_make(&check->addresses, policy, arena));
    PST_TRY(pst_links_make(&links, check, arena));
    for (uint32_t i = 0; i < policy->resource_count; i++) {
        if (policy->resources[i].ty == PST_TY_ACP) {
            PST_TRY(check_acp(check, &links, &policy->resources[i]));
        }
    }
    pst_links_report(&links, check);
    return POSTERN_OK;
}

static void say_incomplete(struct pst_check *check, postern_status status)
{
    static const struct pst_place nowhere = {NULL, NULL};
    struct pst_words words = {"the check is not complete: ",
                              {NULL, 0},
                              status == POSTERN_OK
                                  ? "there is too much to compare with each "
                                    "other; check policies in smaller pieces"
                                  : "there is not enough memory"};

    pst_check_say(check, &nowhere, PST_LINT_INCOMPLETE, &words);
}

size_t postern_policy_check(const postern_policy *policy, int64_t now_s,
                            void (*report)(void *user, const postern_diag *),
                            void *user)
{
    struct pst_check check = {.policy = policy,
                              .now_s = now_s,
                              .report = report,
                              .user = user,
                              .budget = BUDGET};
    struct pst_arena arena;
    postern_status status;

    if (!policy) {
        return 0;
    }
    repeat_findings_of_load(&check);
    pst_arena_init(&arena, &policy->allocator, SIZE_MAX);
    status = check_all(&check, &arena);
    pst_arena_release(&arena);
    if (status != POSTERN_OK || check.budget == 0) {
        say_incomplete(&check, status);
    }
    return check.findings;
}
