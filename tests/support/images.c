#define _POSIX_C_SOURCE 200809L /* posix_memalign */

#include "support/images.h"

#include "pdp/image.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_NAMES = 6, /* of each kind */
    MOST_ACPS = 4,
    MOST_REPORTS = 64,
    REQUESTS = 4,
    IMAGE_ALIGN = 64
};

void *image_copy(const void *bytes, size_t size)
{
    void *copy;

    if (posix_memalign(&copy, IMAGE_ALIGN, size ? size : 1) != 0) {
        abort();
    }
    if (size) {
        memcpy(copy, bytes, size);
    }
    return copy;
}

void image_repair(void *bytes, size_t size)
{
    struct pst_block *block = bytes;

    memcpy(block->magic, PST_BLOCK_MAGIC, sizeof block->magic);
    block->byte_order = PST_BYTE_ORDER;
    block->version = PST_BLOCK_VERSION;
    block->size = size;
    block->checksum = pst_block_checksum(block);
}

static const postern_operation operations[] = {
    POSTERN_OP_CREATE, POSTERN_OP_RETRIEVE, POSTERN_OP_UPDATE,
    POSTERN_OP_DELETE, POSTERN_OP_NOTIFY,   POSTERN_OP_DISCOVERY};

enum { OPERATIONS = sizeof operations / sizeof *operations };

/* Who asks: names of the set, and strangers. */
struct askers {
    postern_id originators[MOST_NAMES + 2];
    size_t originator_count;
    postern_id groups[MOST_NAMES];
    size_t group_count;
    postern_id roles[MOST_NAMES];
    size_t role_count;
};

static void add_name(struct askers *askers, const postern_id *id)
{
    if (id->kind == POSTERN_ID_ENTITY &&
        askers->originator_count < MOST_NAMES) {
        askers->originators[askers->originator_count++] = *id;
    }
    if (id->kind == POSTERN_ID_RESOURCE && askers->group_count < MOST_NAMES) {
        askers->groups[askers->group_count++] = *id;
    }
    if (id->kind == POSTERN_ID_ROLE && askers->role_count < MOST_NAMES) {
        askers->roles[askers->role_count++] = *id;
    }
}

static void find_askers(struct askers *askers, const postern_acp_set *set,
                        const postern_cse *cse)
{
    uint32_t names = pst_table_count(set, PST_TABLE_NAMES);
    postern_id *stranger;

    *askers = (struct askers){.originator_count = 0};
    for (uint32_t i = 0; i < names && i < 16 * MOST_NAMES; i++) {
        postern_id id =
            pst_name_id(set, PST_TABLE(set, NAMES, struct pst_name) + i);

        add_name(askers, &id);
    }
    stranger = &askers->originators[askers->originator_count++];
    (void)!postern_id_parse_entity(
        stranger, cse, postern_str_of("//other.example/cse1/Cpump-stranger"));
    postern_id_set_absent(&askers->originators[askers->originator_count++]);
}

/* Facts that the conditions of the tests are about, and others. */
static void set_facts(postern_request *request, uint32_t number)
{
    static const postern_str attributes[] = {{"con", 3}, {"lbl", 3}};

    request->authenticated = number & 1;
    request->time_known = number != 3;
    request->time_s = 1773742830 + (int64_t)number * 86400 * 200;
    request->ip = number & 1 ? (postern_ip){6, {0x20, 0x01, 0x0d, 0xb8}}
                             : (postern_ip){4, {10, 1, 2, 3}};
    request->location = (postern_location){number != 2, 52.09, 5.12, "NL"};
    request->target_type = 3;
    request->child_type = number == 2 ? 28 : 4;
    request->container_definition = postern_str_of("org.example.def");
    request->mgmt_definition = 1001;
    request->attributes = attributes;
    request->attribute_count = number % 3;
}

static bool few(void *user, const postern_missing *missing)
{
    (void)missing;
    return ++*(uint32_t *)user < MOST_REPORTS;
}

static bool few_originators(void *user, const postern_originator *originator)
{
    (void)originator;
    return ++*(uint32_t *)user < MOST_REPORTS;
}

static bool ask_acp(const postern_acp_set *set, uint32_t acp,
                    const postern_request *request)
{
    const postern_acp_ref refs[] = {{acp, POSTERN_PRIVILEGES},
                                    {acp, POSTERN_SELF_PRIVILEGES}};
    postern_acp_link links[] = {{set, refs[0]}, {set, refs[1]}};
    postern_decision decision = postern_decide_acps(set, refs, 2, request);
    postern_decision explained =
        postern_explain_acps(set, refs, 2, request, NULL, NULL);
    postern_lease lease;
    uint32_t reports = 0;

    decision = postern_decide_until(set, refs, 2, request, &lease);
    (void)postern_missing_links(links, 2, request, few, &reports);
    return decision.effect == explained.effect;
}

static bool ask_all(const postern_acp_set *set, const postern_request *request)
{
    uint32_t count = postern_acp_set_count(set);
    size_t words = count / 64 + 1;
    uint64_t *permitted = calloc(words, sizeof *permitted);
    postern_principal *principal;
    bool agree = postern_decide(set, request).effect ==
                 postern_explain(set, request, NULL, NULL).effect;

    if (permitted &&
        postern_principal_new(&principal, set, request, NULL) == POSTERN_OK) {
        postern_question question = {principal, request, NULL, 0};
        postern_decision decision;

        (void)postern_scan(set, principal, request, permitted);
        postern_decide_batch(set, &question, 1, &decision);
        postern_principal_free(principal);
    }
    free(permitted);
    for (uint32_t acp = 0; acp < count && acp < MOST_ACPS; acp++) {
        agree = ask_acp(set, acp, request) && agree;
    }
    return agree;
}

static void ask_contents(const postern_acp_set *set)
{
    uint32_t count = postern_acp_set_count(set);

    for (uint32_t acp = 0; acp < count && acp < 16 * MOST_ACPS; acp++) {
        postern_str name = postern_acp_set_name(set, acp);
        uint32_t reports = 0;

        if (postern_acp_set_find(set, name) != acp) {
            abort();
        }
        for (size_t op = 0; op < OPERATIONS; op++) {
            (void)postern_acp_set_originators(
                set, (postern_acp_ref){acp, POSTERN_PRIVILEGES}, operations[op],
                few_originators, &reports);
        }
        (void)postern_acp_set_rule_count(set, acp, POSTERN_SELF_PRIVILEGES);
    }
}

bool image_asking(const postern_acp_set *set)
{
    postern_cse cse;
    struct askers askers;
    bool agree = true;

    if (postern_cse_init(&cse, postern_str_of("//sp.example"),
                         postern_str_of("/plant-cse")) != POSTERN_OK) {
        abort();
    }
    find_askers(&askers, set, &cse);
    ask_contents(set);
    for (size_t i = 0; i < askers.originator_count; i++) {
        postern_request request;

        postern_request_init(&request);
        set_facts(&request, (uint32_t)i % REQUESTS);
        request.originator = askers.originators[i];
        request.operation = operations[i % OPERATIONS];
        request.groups = askers.groups;
        request.group_count = i & 1 ? askers.group_count : 0;
        request.roles = askers.roles;
        request.role_count = i & 2 ? askers.role_count : 0;
        agree = ask_all(set, &request) && agree;
    }
    return agree;
}
