#include "bench/names.h"

enum { DIGITS = 6, PER_CENT = 100, RANGE_DIGITS = 4 };

static const char *const devices[] = {"pump", "valve", "meter",  "lamp",
                                      "gate", "robot", "camera", "boiler"};

enum { DEVICES = sizeof devices / sizeof devices[0] };

static uint32_t at_most(uint64_t count)
{
    return count < BENCH_NUMBERS ? (uint32_t)count : BENCH_NUMBERS;
}

struct bench_population bench_population_for(uint32_t rules)
{
    return (struct bench_population){
        .domains = at_most(2 * (uint64_t)rules + 8),
        .sites = at_most(8 * (uint64_t)rules + 16),
        .groups = at_most(16 * (uint64_t)rules + 16),
        .roles = at_most(8 * (uint64_t)rules + 16),
    };
}

/* Two in five belong to partners; of the others, one in twenty to the hosting
 * CSE itself. */
struct bench_name bench_name_draw(const struct bench_population *population,
                                  struct rng *rng)
{
    uint32_t form = rng_below(rng, PER_CENT);
    struct bench_name name = {
        .serial = rng_below(rng, BENCH_NUMBERS),
        .device = (uint8_t)rng_below(rng, DEVICES),
    };

    name.form = form < 70   ? BENCH_NAME_AE
                : form < 90 ? BENCH_NAME_SP_AE
                            : BENCH_NAME_CSE;
    if (rng_below(rng, PER_CENT) < 40) {
        name.domain = 1 + rng_below(rng, population->domains - 1);
    }
    if (name.domain || name.form != BENCH_NAME_AE ||
        rng_below(rng, PER_CENT) >= 5) {
        name.site = 1 + rng_below(rng, population->sites - 1);
    }
    return name;
}

void bench_name_vary(struct bench_name *name, enum bench_pattern pattern,
                     const struct bench_population *population, struct rng *rng)
{
    struct bench_name fresh = bench_name_draw(population, rng);
    uint32_t range = name->serial / BENCH_SERIALS_OF_RANGE;

    name->form = BENCH_NAME_AE;
    name->serial = fresh.serial;
    switch (pattern) {
    case BENCH_PATTERN_SITE:
        name->device = fresh.device;
        break;
    case BENCH_PATTERN_DOMAIN:
        name->site = fresh.site;
        break;
    case BENCH_PATTERN_SERIAL:
        name->form = BENCH_NAME_SP_AE;
        name->serial = range * BENCH_SERIALS_OF_RANGE +
                       fresh.serial % BENCH_SERIALS_OF_RANGE;
        break;
    case BENCH_PATTERN_DEVICE:
    case BENCH_PATTERNS:
    default:
        break;
    }
}

static void add_number(struct pst_text *out, const char *before,
                       uint32_t number)
{
    pst_text_add(out, before);
    pst_text_add_padded(out, number, DIGITS);
}

void bench_domain_write(struct pst_text *out, uint32_t domain)
{
    if (domain == 0) {
        pst_text_add(out, BENCH_SP_ID);
        return;
    }
    add_number(out, "//sp-", domain);
    pst_text_add(out, ".example");
}

/* What stands before the last segment, in the shortest form. */
static void add_domain(struct pst_text *out, const struct bench_name *name)
{
    if (name->domain) {
        bench_domain_write(out, name->domain);
    }
}

static void add_site(struct pst_text *out, const struct bench_name *name)
{
    add_domain(out, name);
    if (name->site) {
        add_number(out, "/plant-", name->site);
    } else if (name->domain) {
        pst_text_add(out, BENCH_CSE_ID);
    }
}

/* "Cpump-", after what it is relative to. */
static void add_device(struct pst_text *out, const struct bench_name *name,
                       const char *stem)
{
    pst_text_add(out, out->len ? "/" : "");
    pst_text_add(out, stem);
    pst_text_add(out, devices[name->device]);
    pst_text_add(out, "-");
}

void bench_name_write(struct pst_text *out, const struct bench_name *name)
{
    if (name->form == BENCH_NAME_SP_AE) {
        add_domain(out, name);
        add_device(out, name, "S");
    } else {
        add_site(out, name);
    }
    if (name->form == BENCH_NAME_AE) {
        add_device(out, name, "C");
    }
    if (name->form != BENCH_NAME_CSE) {
        add_number(out, "", name->serial);
    }
}

void bench_pattern_write(struct pst_text *out, const struct bench_name *name,
                         enum bench_pattern pattern)
{
    if (pattern == BENCH_PATTERN_SERIAL) {
        add_domain(out, name);
        add_device(out, name, "S");
        pst_text_add_padded(out, name->serial / BENCH_SERIALS_OF_RANGE,
                            RANGE_DIGITS);
        pst_text_add(out, "*");
        return;
    }
    if (pattern == BENCH_PATTERN_DOMAIN) {
        add_domain(out, name);
        pst_text_add(out, "/*");
    } else {
        add_site(out, name);
    }
    if (pattern == BENCH_PATTERN_SITE) {
        pst_text_add(out, out->len ? "/C*" : "C*");
        return;
    }
    add_device(out, name, "C");
    pst_text_add(out, "*");
}

void bench_group_write(struct pst_text *out, uint32_t group)
{
    add_number(out, "base/team-", group);
}

void bench_role_write(struct pst_text *out, uint32_t role)
{
    add_number(out, "duty-", role);
    pst_text_add(out, "@auth.example");
}
