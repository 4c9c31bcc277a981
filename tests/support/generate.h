/*
 * Small policies and the requests that almost fit them, in the form of the
 * twin (tests/reference). support/translate.h carries them to the library.
 *
 * Everything is drawn from small pools around one moment, one address and one
 * place, so that rules hold often and fail by one member only. No point of a
 * request is within a metre of the edge of a circle: nearer than that two
 * correct formulas may differ.
 */
#ifndef TESTS_SUPPORT_GENERATE_H
#define TESTS_SUPPORT_GENERATE_H

#include "reference/reference.h"
#include "support/bytes.h"

enum {
    GENERATED_ACPS = 4,
    GENERATED_RULES = 6, /* of one set of rules */
    GENERATED_ORIGINATORS = 5,
    GENERATED_CONTEXTS = 3,
    GENERATED_LIST = 3, /* windows, addresses, countries, attributes */
    GENERATED_CIRCLES = 2,
    GENERATED_DETAILS = 2,
    GENERATED_IDS = 3, /* roles, groups */
    GENERATED_LINKS = 6,
    GENERATED_GROUP_NAMES = 2, /* that a CSE may know */
    GENERATED_TEXT = 96,       /* one text that is not from a pool */
    GENERATED_BYTES = 4096 /* more than a case ever asks for is not needed */
};

/* What rules and requests turn about. */
struct generated_moment {
    int64_t time_s;
    int fields[7]; /* second minute hour day month weekday year */
};

struct generated_place {
    double latitude_deg;
    double longitude_deg;
};

struct generated_context {
    const char *windows[GENERATED_LIST];
    const char *addresses[GENERATED_LIST];
    struct ref_circle circles[GENERATED_CIRCLES];
    const char *countries[GENERATED_LIST];
    char window_texts[GENERATED_LIST][GENERATED_TEXT];
    char address_texts[GENERATED_LIST][GENERATED_TEXT];
};

/* What the pointers of a rule lead to. */
struct generated_rule {
    struct ref_rule rule;
    const char *originators[GENERATED_ORIGINATORS];
    struct ref_context contexts[GENERATED_CONTEXTS];
    struct generated_context context_parts[GENERATED_CONTEXTS];
    struct ref_details details[GENERATED_DETAILS];
    uint32_t child_types[GENERATED_DETAILS][GENERATED_LIST];
    const char *attributes[GENERATED_LIST];
};

struct generated_policy {
    struct ref_policy policy;
    struct ref_acp acps[GENERATED_ACPS];
    /* Two sets of rules for each ACP, in one piece each as ref_rules wants. */
    struct ref_rule rules[GENERATED_ACPS][2][GENERATED_RULES];
    struct generated_rule parts[GENERATED_ACPS][2][GENERATED_RULES];
    const struct generated_moment *moment;
    const struct generated_place *place;
    const char *address;
};

struct generated_request {
    struct ref_request rq;
    const char *roles[GENERATED_IDS];
    const char *groups[GENERATED_IDS];
    const char *attributes[GENERATED_LIST];
    char address_text[GENERATED_TEXT];
};

/* The result points into itself: do not copy it. */
void generate_policy(struct generated_policy *out, struct bytes *bytes);

/* What a policy is about, and no ACP as yet; group names are there to be
 * counted in. */
void generate_around(struct generated_policy *out, struct bytes *bytes);

/* A request that knows the policy it will meet. */
void generate_request(struct generated_request *out,
                      const struct generated_policy *policy,
                      struct bytes *bytes);

/* One more rule for the same moment, address and place. */
void generate_rule(struct generated_rule *out,
                   const struct generated_policy *policy, struct bytes *bytes);

/* Links to ACPs of the policy, and now and then to one that is not there.
 * Returns how many. */
size_t generate_links(struct ref_link links[GENERATED_LINKS],
                      const struct generated_policy *policy,
                      struct bytes *bytes);

/* A window near the moment; it is `out` or a text from a pool. */
const char *generate_window(char out[GENERATED_TEXT],
                            const struct generated_moment *moment,
                            struct bytes *bytes);

/* ---- parts, used by generate_*.c only --------------------------------- */

#define GENERATE_COUNT(array) ((uint32_t)(sizeof(array) / sizeof(array)[0]))
#define GENERATE_ONE_OF(bytes, pool)                                           \
    ((pool)[bytes_below((bytes), GENERATE_COUNT(pool))])

/* Names "a00" to "a79": more attributes than a decision looks at at once. */
enum { GENERATED_WIDE = 80 };
extern const char *const generated_wide[GENERATED_WIDE];

void generate_context(struct ref_context *out, struct generated_context *parts,
                      const struct generated_policy *policy,
                      struct bytes *bytes);

/* The address with one bit turned round, written out; `prefix` adds "/n". */
void generate_near_address(char out[GENERATED_TEXT], const char *address,
                           bool prefix, struct bytes *bytes);

/* Now and then the address in a form that the library's reader never gives it:
 * "::ffff:a.b.c.d". */
extern const char *const generated_addresses[4];
extern const struct generated_moment generated_moments[8];
extern const struct generated_place generated_places[6];

#endif
