#include "support/crowd_world.h"

#include "base/memory.h"
#include "base/str.h"
#include "pdp/rule_terms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 5, TEXT = 160, PER_CENT = 100 };

static void demand(bool condition, const char *what)
{
    if (!condition) {
        (void)fprintf(stderr, "crowd_world: %s\n", what);
        abort();
    }
}

/* ---- the ACP ------------------------------------------------------------- */

void crowd_world_start(struct crowd_world *world)
{
    postern_cse cse = {0};

    *world = (struct crowd_world){.allocator = pst_allocator_of(NULL)};
    pst_vec_init(&world->words, sizeof(uint64_t));
    demand(postern_cse_init(&cse, postern_str_of("//sp.example"),
                            postern_str_of("/cse")) == POSTERN_OK,
           "the CSE");
    demand(postern_acp_builder_new(&world->builder, &cse, NULL) == POSTERN_OK &&
               postern_acp_builder_add_acp(world->builder,
                                           postern_str_of("acp"),
                                           INT64_MAX) == POSTERN_OK,
           "the builder");
}

void crowd_world_add(struct crowd_world *world, postern_rule rule)
{
    postern_str originator = postern_str_of("Cmeter");
    postern_diag diag;

    rule.originators = &originator;
    rule.originator_count = 1;
    if (postern_acp_builder_add_rule(world->builder, POSTERN_PRIVILEGES, &rule,
                                     &diag) != POSTERN_OK) {
        demand(false, diag.message);
    }
}

void crowd_world_finish(struct crowd_world *world)
{
    postern_acp_ref ref = {0, POSTERN_PRIVILEGES};

    demand(postern_acp_builder_finish(world->builder, &world->set, NULL) ==
               POSTERN_OK,
           "compiling");
    postern_acp_builder_free(world->builder);
    world->builder = NULL;
    world->slot = pst_slot_at(world->set, ref);
    world->count = pst_slot_rule_count(world->slot);
    world->rules = calloc(world->count + 1, sizeof *world->rules);
    demand(world->rules, "memory");
    for (uint32_t i = 0; i < world->count; i++) {
        world->rules[i] = (struct pst_crowd_rule){
            i, pst_slot_rule(world->set, world->slot, i)};
    }
    demand(pst_crowd_build(world->rules, world->count,
                           PST_TABLE(world->set, YEARS, struct pst_year_set),
                           &world->allocator, &world->words) == POSTERN_OK,
           "the crowd");
}

void crowd_world_stop(struct crowd_world *world)
{
    pst_vec_release(&world->words, &world->allocator);
    free(world->rules);
    postern_acp_set_free(world->set);
    postern_acp_builder_free(world->builder);
}

/* ---- what is drawn --------------------------------------------------------
 */

static bool chance(struct rng *rng, uint32_t per_cent)
{
    return rng_below(rng, PER_CENT) < per_cent;
}

static void draw_field(struct rng *rng, char *out, size_t size, uint32_t low,
                       uint32_t high)
{
    uint32_t a = (uint32_t)rng_between(rng, low, high);
    uint32_t b = (uint32_t)rng_between(rng, a, high);
    uint32_t step = 1 + rng_below(rng, 7);

    switch (rng_below(rng, 8)) {
    case 0:
        (void)snprintf(out, size, "%u", a);
        break;
    case 1:
        (void)snprintf(out, size, "%u-%u", a, b);
        break;
    case 2:
        (void)snprintf(out, size, "%u-%u/%u", a, b, step);
        break;
    case 3:
        (void)snprintf(out, size, "*/%u", step);
        break;
    case 4:
        (void)snprintf(out, size, "%u,%u", a, b);
        break;
    default:
        (void)snprintf(out, size, "*");
        break;
    }
}

/* Years that are told apart, later ones, and those beyond any. */
static void draw_year(struct rng *rng, char *out, size_t size)
{
    static const char *const years[] = {
        "*",    "*",    "*",        "2024",      "2025-2026",
        "2000", "2061", "2062",     "2061-2063", "2024-2080",
        "*/5",  "9999", "2100,2024"};

    (void)snprintf(out, size, "%s",
                   years[rng_below(rng, sizeof years / sizeof *years)]);
}

static void draw_window(struct rng *rng, char out[TEXT])
{
    static const uint32_t bounds[6][2] = {{0, 59}, {0, 59}, {0, 23},
                                          {1, 31}, {1, 12}, {0, 6}};
    size_t len = 0;

    for (uint32_t i = 0; i < 6; i++) {
        draw_field(rng, out + len, TEXT - len, bounds[i][0], bounds[i][1]);
        len += strlen(out + len);
        out[len++] = ' ';
    }
    draw_year(rng, out + len, TEXT - len);
}

static void draw_ip4(struct rng *rng, uint8_t bytes[4])
{
    bytes[0] = chance(rng, 80) ? 10 : 9;
    bytes[1] = chance(rng, 80) ? 0 : 255;
    bytes[2] = (uint8_t)rng_below(rng, 4);
    bytes[3] = chance(rng, 50) ? (uint8_t)(252 + rng_below(rng, 4))
                               : (uint8_t)rng_below(rng, 4);
}

static void draw_ip6(struct rng *rng, uint8_t bytes[16])
{
    memset(bytes, 0, 16);
    bytes[0] = 0x20;
    bytes[1] = (uint8_t)rng_below(rng, 2);
    bytes[7] = (uint8_t)(chance(rng, 50) ? 0 : 255);
    bytes[8] = (uint8_t)(chance(rng, 50) ? 0 : 255);
    bytes[15] = (uint8_t)rng_below(rng, 3);
}

static void draw_prefix(struct rng *rng, char out[TEXT])
{
    static const uint32_t lengths4[] = {0, 4, 8, 13, 16, 22, 24, 30, 31, 32};
    static const uint32_t lengths6[] = {0, 3, 16, 60, 64, 72, 126, 127, 128};
    uint8_t b[16];

    if (chance(rng, 60)) {
        draw_ip4(rng, b);
        (void)snprintf(out, TEXT, "%u.%u.%u.%u/%u", b[0], b[1], b[2], b[3],
                       lengths4[chance(rng, 10) ? rng_below(rng, 2)
                                                : 2 + rng_below(rng, 8)]);
        return;
    }
    draw_ip6(rng, b);
    (void)snprintf(
        out, TEXT, "%x:0:0:%x:%x:0:0:%x/%u", (unsigned)(b[0] << 8 | b[1]),
        (unsigned)b[7], (unsigned)(b[8] << 8), (unsigned)b[15],
        lengths6[chance(rng, 10) ? rng_below(rng, 2) : 2 + rng_below(rng, 7)]);
}

static postern_circle draw_circle(struct rng *rng)
{
    static const double latitudes[] = {90.0,  -90.0, 89.99, 0.0,
                                       -0.01, 52.5,  52.51, -33.0};
    static const double longitudes[] = {180.0, -180.0, 179.99, -179.99,
                                        0.0,   13.4,   13.41,  -90.0};
    static const double radii[] = {0.0,    10.0, 900.0, 2000.0,
                                   5000.0, 3e5,  1.1e7, 3e7};

    return (postern_circle){latitudes[rng_below(rng, 8)],
                            longitudes[rng_below(rng, 8)],
                            radii[chance(rng, 5) ? 7 : rng_below(rng, 7)]};
}

/* More than a crowd tells apart. */
static void draw_country(struct rng *rng, char out[3])
{
    out[0] = (char)('A' + rng_below(rng, 8));
    out[1] = (char)('A' + rng_below(rng, 12));
    out[2] = '\0';
}

static uint32_t draw_type(struct rng *rng)
{
    static const uint32_t types[] = {1, 2, 3, 4, 17, 18, 33, 257, 10003, 20};

    return types[rng_below(rng, sizeof types / sizeof *types)];
}

/* What one rule is made of. */
struct drawn {
    postern_context contexts[2];
    char windows[2][MOST][TEXT];
    postern_str window_texts[2][MOST];
    char addresses[2][MOST][TEXT];
    postern_str address_texts[2][MOST];
    postern_circle circles[2][MOST];
    char countries[2][MOST][3];
    postern_str country_texts[2][MOST];
    postern_object_details details[2];
    uint32_t types[2][MOST];
};

static void draw_times(struct drawn *drawn, uint32_t m, struct rng *rng)
{
    uint32_t count = 1 + (chance(rng, 30) ? rng_below(rng, MOST) : 0);

    for (uint32_t i = 0; i < count; i++) {
        draw_window(rng, drawn->windows[m][i]);
        drawn->window_texts[m][i] = postern_str_of(drawn->windows[m][i]);
    }
    drawn->contexts[m].windows = drawn->window_texts[m];
    drawn->contexts[m].window_count = count;
}

static void draw_addresses(struct drawn *drawn, uint32_t m, struct rng *rng)
{
    uint32_t count = 1 + (chance(rng, 50) ? rng_below(rng, MOST) : 0);

    for (uint32_t i = 0; i < count; i++) {
        draw_prefix(rng, drawn->addresses[m][i]);
        drawn->address_texts[m][i] = postern_str_of(drawn->addresses[m][i]);
    }
    drawn->contexts[m].addresses = drawn->address_texts[m];
    drawn->contexts[m].address_count = count;
}

static void draw_places(struct drawn *drawn, uint32_t m, struct rng *rng)
{
    postern_context *context = &drawn->contexts[m];
    uint32_t circles = rng_below(rng, 3);
    uint32_t countries = circles ? rng_below(rng, 3) : 1 + rng_below(rng, MOST);

    for (uint32_t i = 0; i < circles; i++) {
        drawn->circles[m][i] = draw_circle(rng);
    }
    for (uint32_t i = 0; i < countries; i++) {
        draw_country(rng, drawn->countries[m][i]);
        drawn->country_texts[m][i] = postern_str_of(drawn->countries[m][i]);
    }
    context->circles = circles ? drawn->circles[m] : NULL;
    context->circle_count = circles;
    context->countries = countries ? drawn->country_texts[m] : NULL;
    context->country_count = countries;
}

static void draw_details(struct drawn *drawn, uint32_t m, struct rng *rng)
{
    uint32_t count = 1 + rng_below(rng, 3);

    for (uint32_t i = 0; i < count; i++) {
        drawn->types[m][i] = draw_type(rng);
    }
    drawn->details[m] = (postern_object_details){
        .resource_type = chance(rng, 50) ? draw_type(rng) : 0,
        .child_types = drawn->types[m],
        .child_type_count = count};
    if (chance(rng, 20)) {
        drawn->details[m].specialization_kind =
            POSTERN_SPECIALIZATION_CONTAINER;
        drawn->details[m].specialization = postern_str_of("org.example.lamp");
    }
}

void crowd_world_add_random(struct crowd_world *world, struct rng *rng)
{
    postern_str attribute = postern_str_of("lbl");
    struct drawn drawn = {0};
    postern_rule rule = {
        .operations = chance(rng, 40) ? (uint32_t)POSTERN_ACOP_ALL
                                      : 1 + rng_below(rng, POSTERN_ACOP_ALL),
        .authentication_flag = chance(rng, 20),
        .contexts = drawn.contexts,
        .context_count = chance(rng, 3) ? 0 : 1 + chance(rng, 20),
        .object_details = drawn.details,
        .object_details_count = chance(rng, 25) ? 1 + chance(rng, 30) : 0,
        .attributes = &attribute,
        .attribute_count = chance(rng, 10),
        .never = chance(rng, 2) ? "it cannot be read" : NULL,
    };

    rule.attributes = rule.attribute_count ? &attribute : NULL;
    for (uint32_t m = 0; m < rule.context_count; m++) {
        uint32_t what = 1 + rng_below(rng, 7);

        if (what & 1) {
            draw_times(&drawn, m, rng);
        }
        if (what & 2) {
            draw_addresses(&drawn, m, rng);
        }
        if (what & 4) {
            draw_places(&drawn, m, rng);
        }
    }
    for (uint32_t m = 0; m < rule.object_details_count; m++) {
        draw_details(&drawn, m, rng);
    }
    crowd_world_add(world, rule);
}

static postern_ip request_ip(struct rng *rng)
{
    postern_ip ip = {0};

    switch (rng_below(rng, 5)) {
    case 0:
        break;
    case 1:
        ip.family = 6;
        draw_ip6(rng, ip.bytes);
        break;
    case 2: /* mapped */
        ip.family = 6;
        ip.bytes[10] = 255;
        ip.bytes[11] = 255;
        draw_ip4(rng, ip.bytes + 12);
        break;
    default:
        ip.family = 4;
        draw_ip4(rng, ip.bytes);
        break;
    }
    return ip;
}

static int64_t request_time(struct rng *rng)
{
    static const int64_t edges[] = {
        INT64_MIN,       INT64_MAX,    PST_CIVIL_MIN_S,
        PST_CIVIL_MAX_S, 946684799LL,  946684800LL, /* 1999, 2000 */
        2903299199LL,    2903299200LL,              /* 2061, 2062 */
    };

    return chance(rng, 10) ? edges[rng_below(rng, 8)]
                           : rng_between(rng, 1704067200, 1798761600);
}

postern_request crowd_world_request(struct rng *rng)
{
    static const postern_operation operations[] = {
        POSTERN_OP_CREATE, POSTERN_OP_RETRIEVE, POSTERN_OP_UPDATE,
        POSTERN_OP_DELETE, POSTERN_OP_NOTIFY,   POSTERN_OP_DISCOVERY};
    postern_request request;
    postern_circle near = draw_circle(rng);

    postern_request_init(&request);
    request.originator.kind = POSTERN_ID_ABSENT;
    request.operation = operations[rng_below(rng, 6)];
    if (chance(rng, 30)) {
        request.operation = POSTERN_OP_CREATE;
    }
    request.authenticated = chance(rng, 50);
    request.time_known = chance(rng, 85);
    request.time_s = request_time(rng);
    request.ip = request_ip(rng);
    request.location.has_point = chance(rng, 70);
    request.location.latitude_deg = near.latitude_deg;
    request.location.longitude_deg = near.longitude_deg;
    if (chance(rng, 70)) {
        draw_country(rng, request.location.country);
    }
    request.target_type = chance(rng, 80) ? draw_type(rng) : 0;
    request.child_type = chance(rng, 80) ? draw_type(rng) : 0;
    if (chance(rng, 30)) {
        request.container_definition = postern_str_of("org.example.lamp");
    }
    return request;
}

/* ---- answers ---------------------------------------------------------------
 */

const uint64_t *crowd_world_crowd(const struct crowd_world *world)
{
    return world->words.data;
}

bool crowd_world_holds(const struct crowd_world *world, uint32_t rule,
                       const postern_request *request)
{
    const struct pst_rule_view *view = &world->rules[rule].view;
    struct pst_facts facts;
    postern_request copy;

    demand(pst_facts_init(&facts, request, &copy), "the request");
    return (view->operations & facts.operation) &&
           (!view->authn || request->authenticated) &&
           (!view->condition ||
            (!(view->condition->flags & PST_CONDITION_NEVER) &&
             pst_res_ctxts(world->set, view->condition, &facts) &&
             pst_res_objd(world->set, view->condition, &facts)));
}

uint32_t crowd_world_next(const struct crowd_world *world,
                          const postern_request *request, uint32_t from)
{
    struct pst_facts facts;
    postern_request copy;

    demand(pst_facts_init(&facts, request, &copy), "the request");
    return pst_crowd_next(world->set, crowd_world_crowd(world), world->slot,
                          &facts, from);
}

uint32_t crowd_world_scan(const struct crowd_world *world,
                          const postern_request *request, uint32_t from)
{
    for (uint32_t i = from; i < world->count; i++) {
        if (crowd_world_holds(world, i, request)) {
            return i;
        }
    }
    return PST_NO_RULE;
}
