#include "gate/enforced.h"

#include "base/str.h"

static const char by_nobody[] =
    "It says who the provider is: it is shown, and nothing follows from it.";
static const char by_rate[] =
    "A time window says when and not how often: the manager as PDP refuses "
    "reads that come too often.";
static const char by_amount[] =
    "How far back is read no rule can say: keep no more instances in the "
    "container (maxInstanceAge, maxNrOfInstances) than this.";
static const char by_place[] =
    "Where it is kept or processed after it was read is a matter of the "
    "contract and of audits.";
static const char by_source[] =
    "Where it is collected follows from what is linked: only the resources of "
    "the device are.";
static const char by_purpose[] =
    "A request has no purpose: have the provider use one AE-ID for each "
    "App-ID, and one App-ID for each set of purposes.";
static const char by_retention[] =
    "What was read cannot be taken back: lines of the access log say when it "
    "has to be deleted; for what the platform keeps, set maxInstanceAge.";
static const char by_recipient[] =
    "Recipients that read for themselves are let in by name; whom it is passed "
    "on to after it was read is a matter of the contract.";
static const char by_summary[] =
    "No class says that a resource holds summaries: nobody is let in by this "
    "row, and whom they are passed on to is a matter of the contract.";
static const char by_promise[] =
    "Not to share is for the provider: nobody else is let in by this tag.";
static const char by_channel[] =
    "It is a duty of the provider towards the person, not an access.";
static const char by_consent[] =
    "How consent is asked for is seen before access: without one in the "
    "manager's storage nothing is opened.";
static const char by_level[] =
    "Policies ask for an authenticated originator; the level that is claimed "
    "beyond that is a matter of certification.";
static const char by_age[] =
    "The manager compares ages when it shows and accepts a policy, and when "
    "it looks again; they are never told to a CSE.";

/* By tag, in order; NULL: access control does it alone. */
static const char *const by_tag[POSTERN_PPM_TAGS] = {
    by_nobody,    by_nobody,    NULL,         by_rate,      by_amount,
    by_rate,      by_place,     by_source,    by_place,     NULL,
    by_purpose,   by_retention, by_retention, by_retention, by_recipient,
    by_recipient, by_summary,   by_channel,   by_consent,   by_level,
    by_age};

/* Rows that are enforced in another way than their tag. */
static const struct {
    const char *key;
    const char *by;
} rows[] = {
    {"1.1/app_id", NULL},   {"7.0/na", by_promise},    {"7.1/na", by_promise},
    {"7.2/na", by_promise}, {"11.0/shelf_life", NULL},
};

bool pst_gate_claims_nothing(uint32_t row)
{
    const postern_ppm_row *of = postern_ppm_row_at(row);

    return of && of->polarity == POSTERN_PPM_POLARITY_ABSENCE &&
           row < PST_ROW_SHARED;
}

const char *pst_gate_enforced_by(uint32_t row)
{
    const postern_ppm_row *of = postern_ppm_row_at(row);

    if (!of || pst_gate_claims_nothing(row)) {
        return of ? NULL : by_nobody;
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(of->key, rows[i].key) == 0) {
            return rows[i].by;
        }
    }
    return by_tag[of->tag];
}
