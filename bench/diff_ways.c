#include "bench/diff_ways.h"

#include <stdlib.h>
#include <string.h>

enum { CALLERS = 21, /* remembered */ CUT_TEXT = 512 };

/* ---- a policy, compiled ------------------------------------------------ */

/* NULL, or what went wrong. */
static const char *open_image(struct diff_subject *subject)
{
    enum { ALIGNMENT = 64 };
    size_t size = 0;
    const void *image = postern_acp_set_image(subject->set, &size);
    postern_diag diag;

    if (!image || size == 0) {
        return "there is no image";
    }
    subject->image_bytes = aligned_alloc(ALIGNMENT, (size + ALIGNMENT - 1) /
                                                        ALIGNMENT * ALIGNMENT);
    if (!subject->image_bytes) {
        return "no memory";
    }
    memcpy(subject->image_bytes, image, size);
    return postern_acp_set_open_image(&subject->image, subject->image_bytes,
                                      size, NULL, &diag) == POSTERN_OK
               ? NULL
               : "the image is refused";
}

const char *diff_subject_make(struct diff_subject *out,
                              const struct ref_policy *policy,
                              const struct ref_list *expected)
{
    *out = (struct diff_subject){.policy = policy};
    out->set = translate_policy_for(policy, &out->cse, expected);
    if (!out->set) {
        return "the policy is not compiled";
    }
    if (!translate_acps(out->sets, policy)) {
        memset(out->sets, 0, sizeof out->sets);
        return "an ACP is not compiled";
    }
    if (postern_callers_new(&out->callers, &out->cse, CALLERS, NULL) !=
            POSTERN_OK ||
        postern_callers_new(&out->changing, &out->cse, CALLERS, NULL) !=
            POSTERN_OK) {
        return "no memory";
    }
    return open_image(out);
}

static const char *resolve(postern_principal **out, const postern_acp_set *set,
                           const postern_request *who)
{
    postern_status status = postern_principal_new(out, set, who, NULL);

    if (status == POSTERN_OK) {
        return postern_principal_is_for(*out, set)
                   ? NULL
                   : "a principal is not for its set";
    }
    *out = NULL;
    return status == POSTERN_ERR_ARGUMENT &&
                   who->originator.kind == POSTERN_ID_UNSET
               ? NULL
               : "a principal is refused";
}

const char *diff_subject_resolve(struct diff_subject *subject, size_t number,
                                 const postern_request *who,
                                 const struct ref_request *given)
{
    const postern_acp_set *const sets[DIFF_SETS] = {
        [DIFF_FOR_SET] = subject->set,
        [DIFF_FOR_IMAGE] = subject->image,
        [DIFF_FOR_ACP] = subject->sets[0]};

    for (size_t i = 0; i < DIFF_SETS; i++) {
        const char *failure =
            resolve(&subject->principals[i][number], sets[i], who);

        if (failure) {
            return failure;
        }
    }
    subject->froms[number] = given->from;
    subject->unknown[number] = given->from_unknown;
    return NULL;
}

void diff_subject_free(struct diff_subject *subject)
{
    for (size_t i = 0; i < DIFF_SETS * REF_PARTS_MAX; i++) {
        postern_principal_free(
            subject->principals[i / REF_PARTS_MAX][i % REF_PARTS_MAX]);
    }
    postern_callers_free(subject->callers);
    postern_callers_free(subject->changing);
    if (subject->policy) {
        free_acps(subject->sets, subject->policy);
    }
    postern_acp_set_free(subject->image);
    free(subject->image_bytes);
    postern_acp_set_free(subject->set);
}

/* ---- ways -------------------------------------------------------------- */

static postern_decision by_refs(const struct diff_subject *subject,
                                const struct diff_case *one)
{
    return postern_decide_acps(subject->set, one->refs, one->link_count,
                               &one->rq);
}

static postern_decision by_all(const struct diff_subject *subject,
                               const struct diff_case *one)
{
    return postern_decide(subject->set, &one->rq);
}

static postern_decision by_image(const struct diff_subject *subject,
                                 const struct diff_case *one)
{
    return postern_decide_acps(subject->image, one->refs, one->link_count,
                               &one->rq);
}

static void link_sets(const struct diff_subject *subject,
                      const struct diff_case *one,
                      postern_acp_link links[DIFF_LINKS_MAX])
{
    for (size_t i = 0; i < one->link_count; i++) {
        bool there = one->links[i].acp < subject->policy->acp_count;

        links[i] =
            (postern_acp_link){there ? subject->sets[one->links[i].acp] : NULL,
                               {0, one->refs[i].which}};
    }
}

/* What a link names becomes what the policy calls it; nonsense stays as it is,
 * and is found out. */
static postern_decision as_in_policy(const struct diff_case *one,
                                     postern_decision decision)
{
    if (decision.effect == POSTERN_PERMIT && decision.acp == 0 &&
        decision.link < one->link_count) {
        decision.acp = (uint32_t)one->links[decision.link].acp;
    } else if (decision.effect == POSTERN_PERMIT) {
        decision.acp = POSTERN_NO_ACP;
    }
    return decision;
}

static postern_decision by_links(const struct diff_subject *subject,
                                 const struct diff_case *one)
{
    postern_acp_link links[DIFF_LINKS_MAX];

    link_sets(subject, one, links);
    return as_in_policy(one,
                        postern_decide_links(links, one->link_count, &one->rq));
}

/* Links to ACPs of one set, the one of the image. */
static postern_decision by_image_links(const struct diff_subject *subject,
                                       const struct diff_case *one)
{
    postern_acp_link links[DIFF_LINKS_MAX];
    postern_decision decision;

    for (size_t i = 0; i < one->link_count; i++) {
        links[i] = (postern_acp_link){subject->image, one->refs[i]};
    }
    decision = postern_decide_links(links, one->link_count, &one->rq);
    if (decision.effect == POSTERN_PERMIT &&
        (decision.link >= one->link_count ||
         one->links[decision.link].acp != decision.acp)) {
        decision.acp = POSTERN_NO_ACP; /* another link than it says */
    }
    return decision;
}

static const postern_principal *principal_of(const struct diff_subject *subject,
                                             const struct diff_case *one)
{
    return subject->principals[DIFF_FOR_SET][one->choice.of[REF_WHO]];
}

static postern_decision by_principal(const struct diff_subject *subject,
                                     const struct diff_case *one)
{
    return postern_decide_as(subject->set, principal_of(subject, one),
                             one->refs, one->link_count, &one->rq);
}

/* The names of the request are not to be looked at when there is a principal.
 */
static postern_decision by_principal_alone(const struct diff_subject *subject,
                                           const struct diff_case *one)
{
    const postern_principal *principal = principal_of(subject, one);
    postern_request rq = one->rq;

    if (!principal) {
        return by_principal(subject, one);
    }
    rq.originator = (postern_id){.kind = POSTERN_ID_UNSET};
    rq.roles = rq.groups = NULL;
    rq.role_count = rq.group_count = 0;
    return postern_decide_as(subject->set, principal, one->refs,
                             one->link_count, &rq);
}

/* Roles given as groups, and groups as roles, are as if there were none. */
static postern_decision by_swapped_names(const struct diff_subject *subject,
                                         const struct diff_case *one)
{
    postern_request swapped = one->rq;
    postern_request without = one->rq;
    postern_decision decision = by_refs(subject, one);

    swapped.groups = one->rq.roles;
    swapped.group_count = one->rq.role_count;
    swapped.roles = one->rq.groups;
    swapped.role_count = one->rq.group_count;
    without.group_count = without.role_count = 0;
    if (postern_decide_acps(subject->set, one->refs, one->link_count, &swapped)
            .effect !=
        postern_decide_acps(subject->set, one->refs, one->link_count, &without)
            .effect) {
        decision.effect = one->expected ? POSTERN_DENY : POSTERN_PERMIT;
    }
    return decision;
}

/* Resolved for a set from other bytes, which may or may not count as the same:
 * either way it is the same decision. */
static postern_decision
by_principal_of_image(const struct diff_subject *subject,
                      const struct diff_case *one)
{
    return postern_decide_as(subject->image, principal_of(subject, one),
                             one->refs, one->link_count, &one->rq);
}

/* Resolved for the whole, used with one ACP: that is anew each time. */
static postern_decision
by_principal_of_another(const struct diff_subject *subject,
                        const struct diff_case *one)
{
    postern_acp_ref ref = {0, POSTERN_PRIVILEGES};
    postern_decision decision;

    if (one->link_count != 1 ||
        one->links[0].acp >= subject->policy->acp_count) {
        return by_principal(subject, one);
    }
    ref.which = one->refs[0].which;
    decision = postern_decide_as(subject->sets[one->links[0].acp],
                                 principal_of(subject, one), &ref, 1, &one->rq);
    return as_in_policy(one, decision);
}

/* The text of whoever asks. One of whom not even the absence is known has none
 * that could be read. */
static postern_decision decide_from(const struct diff_subject *subject,
                                    const struct diff_case *one,
                                    postern_callers *callers,
                                    const postern_acp_set *set)
{
    size_t who = one->choice.of[REF_WHO];
    postern_str from = subject->unknown[who]
                           ? postern_str_of("")
                           : postern_str_of(subject->froms[who]);
    postern_request rq = one->rq;

    rq.originator = (postern_id){.kind = POSTERN_ID_UNSET};
    return postern_decide_from(callers, set, from, one->refs, one->link_count,
                               &rq);
}

static postern_decision by_callers(const struct diff_subject *subject,
                                   const struct diff_case *one)
{
    return decide_from(subject, one, subject->callers, subject->set);
}

/* They are asked about two sets in turn. */
static postern_decision by_callers_of_two(const struct diff_subject *subject,
                                          const struct diff_case *one)
{
    return decide_from(subject, one, subject->changing,
                       one->choice.of[REF_WHAT] % 2 ? subject->set
                                                    : subject->image);
}

/* An identifier of the same bytes and the same hash that names something else:
 * a byte is of another part. One too long stays as it is. */
static postern_id cut_elsewhere(const postern_id *id, char text[CUT_TEXT])
{
    const postern_str parts[] = {id->domain, id->first, id->second};
    size_t first = id->first.len;
    postern_id out = *id;
    size_t len = 0;

    for (size_t i = 0; i < 3; i++) {
        if (parts[i].len > CUT_TEXT - len) {
            return out;
        }
        memcpy(text + len, parts[i].len ? parts[i].data : "", parts[i].len);
        len += parts[i].len;
    }
    if (id->second.len) {
        first++;
    } else if (first) {
        first--;
    }
    out.domain = (postern_str){text, id->domain.len};
    out.first = (postern_str){text + id->domain.len, first};
    out.second = (postern_str){text + id->domain.len + first,
                               len - id->domain.len - first};
    return out;
}

/* Whoever is remembered is not taken for somebody else whose groups and roles
 * have the same hashes. */
static postern_decision by_callers_alike(const struct diff_subject *subject,
                                         const struct diff_case *one)
{
    postern_decision decision = by_callers(subject, one);
    postern_id cut[2 * TRANSLATED_IDS];
    char texts[2 * TRANSLATED_IDS][CUT_TEXT];
    struct diff_case alike = *one;
    size_t groups = one->rq.group_count;

    for (size_t i = 0; i < groups + one->rq.role_count; i++) {
        cut[i] = cut_elsewhere(i < groups ? &one->rq.groups[i]
                                          : &one->rq.roles[i - groups],
                               texts[i]);
    }
    alike.rq.groups = cut;
    alike.rq.roles = cut + groups;
    if (by_callers(subject, &alike).effect != by_refs(subject, &alike).effect) {
        decision.effect = one->expected ? POSTERN_DENY : POSTERN_PERMIT;
    }
    return decision;
}

static postern_decision by_explanation(const struct diff_subject *subject,
                                       const struct diff_case *one)
{
    return postern_explain_acps(subject->set, one->refs, one->link_count,
                                &one->rq, NULL, NULL);
}

static postern_decision by_explained_image(const struct diff_subject *subject,
                                           const struct diff_case *one)
{
    return postern_explain_acps(subject->image, one->refs, one->link_count,
                                &one->rq, NULL, NULL);
}

static postern_decision by_explained_links(const struct diff_subject *subject,
                                           const struct diff_case *one)
{
    postern_acp_link links[DIFF_LINKS_MAX];

    link_sets(subject, one, links);
    return as_in_policy(one, postern_explain_links(links, one->link_count,
                                                   &one->rq, NULL, NULL));
}

static postern_decision by_lease(const struct diff_subject *subject,
                                 const struct diff_case *one)
{
    postern_lease lease;

    return postern_decide_until(subject->set, one->refs, one->link_count,
                                &one->rq, &lease);
}

/* The reference, the set and its image answer every case; the others have the
 * same tables before them. */
const struct diff_way diff_ways[DIFF_WAYS] = {
    {"postern_decide_acps", by_refs, 1, false},
    {"postern_decide_acps of the image", by_image, 1, false},
    {"postern_decide", by_all, 2, true},
    {"postern_decide_links, ACP by ACP", by_links, 4, false},
    {"postern_decide_links of the image", by_image_links, 16, false},
    {"postern_decide_as", by_principal, 4, false},
    {"postern_decide_as, no names in the request", by_principal_alone, 16,
     false},
    {"postern_decide_as, resolved for the set", by_principal_of_image, 16,
     false},
    {"postern_decide_as, another set", by_principal_of_another, 16, false},
    {"postern_decide_from", by_callers, 4, false},
    {"postern_decide_from, two sets in turn", by_callers_of_two, 16, false},
    {"postern_decide_from, others of the same hash", by_callers_alike, 16,
     false},
    {"postern_decide_acps, roles given as groups", by_swapped_names, 64, false},
    {"postern_explain_acps", by_explanation, 256, false},
    {"postern_explain_links", by_explained_links, 256, false},
    {"postern_explain_acps of the image", by_explained_image, 256, false},
    {"postern_decide_until", by_lease, 256, false},
    [DIFF_BY_BATCH] = {"postern_decide_batch", NULL, 4, false},
    [DIFF_BY_SCAN] = {"postern_scan", NULL, 32, false},
    [DIFF_BY_TERMS] = {"every term, the plain evaluator", NULL, 2048, false},
    [DIFF_BY_MISSING] = {"postern_missing_links", NULL, 2048, false},
    [DIFF_BY_LEASE] = {"the end of a lease, by trying", NULL, 4096, false},
};

void diff_lease(const struct diff_subject *subject, const struct diff_case *one,
                postern_lease leases[2])
{
    postern_acp_link links[DIFF_LINKS_MAX];

    link_sets(subject, one, links);
    (void)postern_decide_until(subject->set, one->refs, one->link_count,
                               &one->rq, &leases[0]);
    (void)postern_decide_links_until(links, one->link_count, &one->rq,
                                     &leases[1]);
}

int64_t diff_opening(const struct diff_subject *subject,
                     const struct diff_case *one)
{
    postern_acp_link links[DIFF_LINKS_MAX];

    link_sets(subject, one, links);
    return postern_next_opening_links(links, one->link_count, &one->rq);
}

uint32_t diff_scan(const struct diff_subject *subject,
                   const struct diff_case *one, bool by_principal,
                   uint64_t *permitted)
{
    return postern_scan(subject->set,
                        by_principal ? principal_of(subject, one) : NULL,
                        &one->rq, permitted);
}

/* What a principal stands for. */
static void forget_who(postern_request *request)
{
    request->originator = (postern_id){0};
    request->group_count = 0;
    request->role_count = 0;
}

void diff_decide_batch(const struct diff_subject *subject,
                       const struct diff_case *cases, size_t count,
                       postern_decision *decisions)
{
    postern_question questions[DIFF_BATCH];
    postern_request requests[DIFF_BATCH];

    for (size_t i = 0; i < count; i++) {
        size_t who = cases[i].choice.of[REF_WHO];
        bool resolved = i % 4 < DIFF_SETS;

        requests[i] = cases[i].rq;
        if (resolved) {
            forget_who(&requests[i]);
        }
        questions[i] = (postern_question){
            .principal = resolved ? subject->principals[i % 4][who] : NULL,
            .request = &requests[i],
            .refs = cases[i].refs,
            .ref_count = cases[i].link_count,
        };
    }
    postern_decide_batch(subject->set, questions, count, decisions);
}
