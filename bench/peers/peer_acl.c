/*
 * DPDK's packet classifier. It knows numbers only, so originators and targets
 * are looked up in a table of names before it is asked: that table is not part
 * of what is timed, and neither is one that would know patterns of any other
 * form than "all names with this stem".
 */
#define _DEFAULT_SOURCE /* what rte_memcpy.h and rte_byteorder.h use */

#include "bench/peers/peer.h"

#include <rte_acl.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_malloc.h>
#include <rte_version.h>

#include <arpa/inet.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIELDS = 8,
    BURST = 8,
    ALL_OPERATIONS = 63,
    BYTE_BITS = 8,
    WORD_BITS = 32
};

/* What a packet is here, in network order. */
struct packet {
    uint8_t begin; /* the lowest byte of the stem, again */
    uint8_t nothing[3];
    uint32_t stem;   /* of the originator, by number */
    uint32_t target; /* by number */
    uint32_t serial; /* of the originator: what is behind the stem */
    uint32_t address;
    uint8_t operation;     /* one bit */
    uint8_t rest_of_group; /* anything */
    uint16_t minute;
};

RTE_ACL_RULE_DEF(acl_rule, FIELDS);

enum { BEGIN, STEM, TARGET, SERIAL, ADDRESS, OPERATION, REST, MINUTE };

/* The first field has to be one byte, the others follow in groups of four,
 * which have to be whole. What tells rules apart best comes first: with the
 * operation in the first place, building takes many times as long. */
static const struct rte_acl_field_def fields[FIELDS] = {
    {RTE_ACL_FIELD_TYPE_MASK, 1, BEGIN, 0, offsetof(struct packet, begin)},
    {RTE_ACL_FIELD_TYPE_MASK, 4, STEM, 1, offsetof(struct packet, stem)},
    {RTE_ACL_FIELD_TYPE_MASK, 4, TARGET, 2, offsetof(struct packet, target)},
    {RTE_ACL_FIELD_TYPE_MASK, 4, SERIAL, 3, offsetof(struct packet, serial)},
    {RTE_ACL_FIELD_TYPE_MASK, 4, ADDRESS, 4, offsetof(struct packet, address)},
    {RTE_ACL_FIELD_TYPE_BITMASK, 1, OPERATION, 5,
     offsetof(struct packet, operation)},
    {RTE_ACL_FIELD_TYPE_MASK, 1, REST, 5,
     offsetof(struct packet, rest_of_group)},
    {RTE_ACL_FIELD_TYPE_RANGE, 2, MINUTE, 5, offsetof(struct packet, minute)},
};

struct subject {
    struct rte_acl_ctx *context;
    struct packet packets[BURST];
    const uint8_t *data[BURST];
    uint32_t lot;
};

/* ---- names become numbers ---------------------------------------------- */

/* Numbers from 1; 0 for a name that no rule has. The tables live as long as the
 * program. */
struct name {
    const char *text;
    uint32_t number;
};

struct names {
    void *tree;
    uint32_t count;
};

static struct names stems;
static struct names targets;

static int order_names(const void *left, const void *right)
{
    const struct name *a = left;
    const struct name *b = right;

    return strcmp(a->text, b->text);
}

static uint32_t number_of(const struct names *names, const char *text)
{
    struct name key = {text, 0};
    void *const *found = tfind(&key, &names->tree, order_names);

    return found ? ((const struct name *)*found)->number : 0;
}

/* 0 when there is no memory. */
static uint32_t number_for(struct names *names, const char *text)
{
    uint32_t number = number_of(names, text);
    struct name *name;

    if (number) {
        return number;
    }
    name = malloc(sizeof *name);
    if (!name) {
        return 0;
    }
    *name = (struct name){strdup(text), names->count + 1};
    if (!name->text || !tsearch(name, &names->tree, order_names)) {
        return 0;
    }
    return ++names->count;
}

/* Cuts a name at its last "-": the stem into `stem`, the digits behind it as a
 * number. */
static uint32_t cut(postern_str name, char *stem, size_t size)
{
    const char *dash = strrchr(name.data, '-');
    uint32_t serial = 0;

    (void)snprintf(stem, size, "%.*s", (int)(dash - name.data), name.data);
    for (dash++; *dash >= '0' && *dash <= '9'; dash++) {
        serial = serial * 10 + (uint32_t)(*dash - '0');
    }
    return serial;
}

/* ---- rules ------------------------------------------------------------- */

static struct acl_rule rule_of(const struct peer_rule *rule)
{
    char stem[128];
    uint32_t serial = cut(rule->originator, stem, sizeof stem);
    bool wild = strchr(rule->originator.data, '*') != NULL;
    struct acl_rule made = {
        .data = {.category_mask = 1, .priority = 1, .userdata = 1}};

    uint32_t number = number_for(&stems, stem);

    made.field[BEGIN].value.u8 = (uint8_t)(number & UINT8_MAX);
    made.field[BEGIN].mask_range.u8 = BYTE_BITS;
    made.field[STEM].value.u32 = number;
    made.field[STEM].mask_range.u32 = WORD_BITS;
    made.field[TARGET].value.u32 = number_for(&targets, rule->target.data);
    made.field[TARGET].mask_range.u32 = WORD_BITS;
    made.field[SERIAL].value.u32 = serial;
    made.field[SERIAL].mask_range.u32 = wild ? 0 : WORD_BITS;
    made.field[ADDRESS].value.u32 = rule->address;
    made.field[ADDRESS].mask_range.u32 = rule->bits;
    /* One bit is asked for: it must be none of those that are not allowed. */
    made.field[OPERATION].mask_range.u8 =
        (uint8_t)(ALL_OPERATIONS & ~rule->operations);
    made.field[MINUTE].value.u16 = (uint16_t)rule->first;
    made.field[MINUTE].mask_range.u16 = (uint16_t)(rule->end - 1);
    return made;
}

static bool build(struct subject *subject, const struct peer_case *peers)
{
    const struct rte_acl_param param = {
        .name = "rules",
        .socket_id = SOCKET_ID_ANY,
        .rule_size = RTE_ACL_RULE_SZ(FIELDS),
        .max_rule_num = (uint32_t)peers->rule_count,
    };
    struct rte_acl_config config = {.num_categories = 1, .num_fields = FIELDS};

    memcpy(config.defs, fields, sizeof fields);
    subject->context = rte_acl_create(&param);
    if (!subject->context) {
        return false;
    }
    for (size_t i = 0; i < peers->rule_count; i++) {
        struct acl_rule rule = rule_of(&peers->rules[i]);

        if (rte_acl_add_rules(subject->context, (struct rte_acl_rule *)&rule,
                              1)) {
            return false;
        }
    }
    return rte_acl_build(subject->context, &config) == 0;
}

/* ---- requests ---------------------------------------------------------- */

static void stage(void *user, const struct peer_request *request,
                  uint32_t place)
{
    struct subject *subject = user;
    char stem[128];
    uint32_t serial = cut(request->originator, stem, sizeof stem);

    uint32_t number = number_of(&stems, stem);

    subject->packets[place] = (struct packet){
        .begin = (uint8_t)(number & UINT8_MAX),
        .stem = htonl(number),
        .target = htonl(number_of(&targets, request->target.data)),
        .serial = htonl(serial),
        .address = htonl(request->address),
        .operation = (uint8_t)request->operation,
        .minute = htons((uint16_t)request->minute),
    };
    subject->data[place] = (const uint8_t *)&subject->packets[place];
}

static uint32_t decide(void *user)
{
    struct subject *subject = user;
    uint32_t results[BURST];
    uint32_t permits = 0;

    (void)rte_acl_classify(subject->context, subject->data, results,
                           subject->lot, 1);
    for (uint32_t i = 0; i < subject->lot; i++) {
        permits |= (uint32_t)(results[i] != 0) << i;
    }
    return permits;
}

/* ---- the program ------------------------------------------------------- */

static size_t heap_bytes(void)
{
    struct rte_malloc_socket_stats stats = {0};

    return rte_malloc_get_socket_stats(0, &stats) == 0
               ? stats.heap_allocsz_bytes
               : 0;
}

static bool start_dpdk(char *program, char *memory)
{
    char *arguments[] = {program,
                         (char[]){"--no-huge"},
                         (char[]){"--no-pci"},
                         (char[]){"--no-telemetry"},
                         (char[]){"--log-level=critical"},
                         (char[]){"-l0"},
                         (char[]){"-m"},
                         memory};

    return rte_eal_init(sizeof arguments / sizeof arguments[0], arguments) >= 0;
}

static void measure(struct peer_case *peers, struct subject *subject,
                    double load_s, size_t bytes)
{
    struct peer_engine engine = {
        .engine = "DPDK ACL",
        .variant = "one at a time",
        .version = rte_version(),
        .timed = "rte_acl_classify; names are numbers already",
        .bytes_by = "heap of DPDK",
        .load_s = load_s,
        .bytes = bytes,
        .lot = 1,
        .stage = stage,
        .decide = decide,
        .subject = subject,
    };

    subject->lot = 1;
    peer_measure(peers, &engine);
    engine.variant = "bursts of 8";
    engine.lot = BURST;
    subject->lot = BURST;
    peer_measure(peers, &engine);
}

int main(int argc, char **argv)
{
    struct peer_case peers;
    struct subject subject = {.context = NULL};
    char memory[] = "6144"; /* MiB, taken as they are used */
    bool done = peer_case_open(&peers, argc, argv);

    if (done) {
        done = start_dpdk(argv[0], memory);
    }
    if (done) {
        size_t before = heap_bytes();
        double start_s = bench_cpu_s();

        done = build(&subject, &peers);
        if (done) {
            measure(&peers, &subject, bench_cpu_s() - start_s,
                    heap_bytes() - before);
        }
    }
    if (!done) {
        (void)fprintf(stderr, "peer-acl: %s\n", rte_strerror(rte_errno));
    }
    rte_acl_free(subject.context);
    peer_case_close(&peers);
    return done ? 0 : 1;
}
