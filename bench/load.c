#include "bench/load.h"

#include "bench/allocations.h"
#include "bench/load_text.h"
#include "bench/machine.h"
#include "policy-lang/compile.h"
#include "policy-lang/single_reader.h"

#include <postern/policy.h>
#include <postern/prp.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RUNS = 5,
    FEW_RUNS = 3,
    LARGE = 50000,    /* rules; from here on fewer runs */
    RULES_OF_ACP = 6, /* one to ten, and one in the self-privileges */
    LARGEST_SHARE = 4,
    ALONE_ACPS = 1000,
    ALONE_ROUNDS = 10
};

static const struct load_case {
    const char *words;
    uint32_t rules;
} cases[] = {
    {"1,000 rules", 1000},
    {"10,000 rules", 10000},
    {"100,000 rules", 100000},
    {"1,000,000 rules", 1000000},
};

struct row {
    const char *words;
    const char *form;
    uint32_t acps;
    uint32_t rules;
    size_t text_bytes; /* 0: there is no text */
    size_t peak_bytes;
    size_t set_bytes;
    uint64_t allocations;
    double seconds;         /* of the processor */
    double jansson_seconds; /* 0: not compared */
};

struct bed {
    const struct bench_options *options;
    struct load_text text;
    postern_str yaml;
    postern_policy *policy; /* that wrote it */
    postern_acp_set *set;   /* from rules: what the others are compared with */
};

/* ---- reporting ----------------------------------------------------------- */

static double rate(double count, double seconds)
{
    return seconds > 0.0 ? count / seconds : 0.0;
}

static void print_text(const struct row *row)
{
    char what[64];
    char allocations[24] = "?";

    (void)snprintf(what, sizeof what, "%s, %s", row->words, row->form);
    if (bench_allocations_are_counted()) {
        (void)snprintf(allocations, sizeof allocations, "%.2f",
                       (double)row->allocations / (double)row->acps);
    }
    printf("%-40s %9.0f %8.2f %8.1f %8.1f %8.1f %8.2f %8s %8.0f\n", what,
           rate((double)row->rules, row->seconds),
           row->seconds * 1e6 / (double)row->acps,
           rate((double)row->text_bytes / 1e6, row->seconds),
           rate((double)row->text_bytes / 1e6, row->jansson_seconds),
           (double)row->text_bytes / 1e6,
           row->text_bytes ? (double)row->peak_bytes / (double)row->text_bytes
                           : 0.0,
           allocations, (double)row->set_bytes / (double)row->rules);
}

static void print_json(const struct row *row)
{
    char machine[512];

    bench_machine(machine, sizeof machine);
    printf("{\"bench\":\"load\",\"case\":\"%s\",\"form\":\"%s\",\"acps\":%u,"
           "\"rules\":%u,\"text_bytes\":%zu,\"peak_bytes\":%zu,"
           "\"set_bytes\":%zu,\"seconds\":%.6f,\"rules_per_s\":%.0f,"
           "\"mb_per_s\":%.1f,\"jansson_mb_per_s\":%.1f,\"allocs\":",
           row->words, row->form, (unsigned)row->acps, (unsigned)row->rules,
           row->text_bytes, row->peak_bytes, row->set_bytes, row->seconds,
           rate((double)row->rules, row->seconds),
           rate((double)row->text_bytes / 1e6, row->seconds),
           rate((double)row->text_bytes / 1e6, row->jansson_seconds));
    if (bench_allocations_are_counted()) {
        printf("%llu", (unsigned long long)row->allocations);
    } else {
        printf("null");
    }
    printf(",\"machine\":\"%s\"}\n", machine);
}

static void print_row(const struct bed *bed, const struct row *row)
{
    if (bed->options->format == BENCH_FORMAT_TEXT) {
        print_text(row);
    } else {
        print_json(row);
    }
    (void)fflush(stdout);
}

static void print_head(const struct bench_options *options)
{
    char machine[512];

    if (options->format != BENCH_FORMAT_TEXT) {
        return;
    }
    bench_machine(machine, sizeof machine);
    printf("%s\nProcessor time, medians. 30 %% of the rules have a condition "
           "of a pool; 2.2 originators\neach. us: for one ACP. jansson: "
           "merely parsing the same text. peak: memory at its most,\nfor each "
           "byte of text, the result included (libyaml's own is not). allocs: "
           "for each ACP.\n\n%-40s %9s %8s %8s %8s %8s %8s %8s %8s\n",
           machine, "", "rules/s", "us", "MB/s", "jansson", "MB", "peak",
           "allocs", "B/rule");
}

/* ---- memory at its most ---------------------------------------------------
 */

struct meter {
    size_t now;
    size_t peak;
};

static void *meter_alloc(void *user, size_t size)
{
    struct meter *meter = user;
    void *block = malloc(size);

    meter->now += block ? size : 0;
    meter->peak = meter->now > meter->peak ? meter->now : meter->peak;
    return block;
}

static void meter_release(void *user, void *block, size_t size)
{
    struct meter *meter = user;

    meter->now -= size;
    free(block);
}

/* ---- many at once ---------------------------------------------------------
 */

static bool add_acp(postern_acp_builder *builder, const struct load_text *text,
                    const struct load_acp *acp)
{
    if (postern_acp_builder_add_acp(builder, postern_str_of(acp->id),
                                    INT64_MAX) != POSTERN_OK) {
        return false;
    }
    for (uint32_t i = 0; i < acp->rules; i++) {
        if (postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES,
                                         &text->rules[acp->first_rule + i],
                                         NULL) != POSTERN_OK) {
            return false;
        }
    }
    return postern_acp_builder_add_rule(builder, POSTERN_SELF_PRIVILEGES,
                                        &text->self, NULL) == POSTERN_OK;
}

/* `count` ACPs from the first one given on as one set; NULL: it did not work.
 */
static postern_acp_set *compile(const struct load_text *text,
                                const struct load_acp *acps, uint32_t count,
                                const postern_allocator *allocator)
{
    postern_acp_set *set = NULL;
    postern_acp_builder *builder;
    postern_builder_options options;
    bool done = true;

    postern_builder_options_init(&options);
    options.allocator = allocator;
    if (postern_acp_builder_new(&builder, &text->cse, &options) != POSTERN_OK) {
        return NULL;
    }
    for (uint32_t i = 0; done && i < count; i++) {
        done = add_acp(builder, text, &acps[i]);
    }
    if (!done ||
        postern_acp_builder_finish(builder, &set, NULL) != POSTERN_OK) {
        set = NULL;
    }
    postern_acp_builder_free(builder);
    return set;
}

typedef postern_acp_set *get_in(const struct bed *bed,
                                const postern_allocator *allocator);

static postern_acp_set *from_rules(const struct bed *bed,
                                   const postern_allocator *allocator)
{
    return compile(&bed->text, bed->text.acps, bed->text.acp_count, allocator);
}

static postern_str json_of(const struct bed *bed)
{
    return (postern_str){bed->text.json.data, bed->text.json.len};
}

static void options_for(postern_load_options *options,
                        const postern_allocator *allocator)
{
    postern_load_options_init(options);
    options->allocator = allocator;
    options->limits.text_bytes = (size_t)1 << 30;
    options->limits.values = 500000000;
}

static postern_acp_set *from_json(const struct bed *bed,
                                  const postern_allocator *allocator)
{
    postern_load_options options;
    postern_acp_set *set;

    options_for(&options, allocator);
    (void)!postern_acp_set_load_json(&set, json_of(bed), &options, NULL);
    return set;
}

static postern_acp_set *from_yaml(const struct bed *bed,
                                  const postern_allocator *allocator)
{
    postern_load_options options;
    postern_acp_set *set;

    options_for(&options, allocator);
    (void)!postern_acp_set_load_yaml(&set, bed->yaml, &options, NULL);
    return set;
}

static bool is_same(const postern_acp_set *a, const postern_acp_set *b)
{
    size_t size_a;
    size_t size_b;
    const void *bytes_a = postern_acp_set_image(a, &size_a);
    const void *bytes_b = postern_acp_set_image(b, &size_b);

    return size_a == size_b && memcmp(bytes_a, bytes_b, size_a) == 0;
}

/* Once; the set is compared with that from rules and freed. */
static bool run_once(const struct bed *bed, get_in *get, struct row *row)
{
    struct meter meter = {0, 0};
    postern_allocator allocator = {&meter, meter_alloc, meter_release};
    uint64_t before = bench_allocations();
    double start = bench_cpu_s();
    postern_acp_set *set = get(bed, &allocator);
    bool same;

    row->seconds = bench_cpu_s() - start;
    row->allocations = bench_allocations() - before;
    row->peak_bytes = meter.peak;
    if (!set) {
        (void)fputs("postern-bench: the policies do not load\n", stderr);
        return false;
    }
    row->set_bytes = postern_acp_set_size(set);
    same = is_same(set, bed->set);
    postern_acp_set_free(set);
    if (!same) {
        (void)fprintf(stderr, "postern-bench: another set comes of %s\n",
                      row->form);
    }
    return same;
}

static bool run_form(const struct bed *bed, get_in *get, struct row *row)
{
    uint32_t runs = row->rules < LARGE ? RUNS : FEW_RUNS;
    double seconds[RUNS];

    for (uint32_t i = 0; i < runs; i++) {
        if (!run_once(bed, get, row)) {
            return false;
        }
        seconds[i] = row->seconds;
    }
    row->seconds = bench_median(seconds, runs);
    return true;
}

static double jansson_seconds(postern_str text, uint32_t runs)
{
    double seconds[RUNS];

    for (uint32_t i = 0; i < runs; i++) {
        double start = bench_cpu_s();
        json_t *root = json_loadb(text.data, text.len, 0, NULL);

        json_decref(root);
        seconds[i] = bench_cpu_s() - start;
    }
    return bench_median(seconds, runs);
}

static bool run_forms(struct bed *bed, const char *words)
{
    struct row row = {.words = words,
                      .form = "from rules",
                      .acps = bed->text.acp_count,
                      .rules = bed->text.rule_count};

    if (!run_form(bed, from_rules, &row)) {
        return false;
    }
    print_row(bed, &row);
    row.form = "from JSON";
    row.text_bytes = bed->text.json.len;
    row.jansson_seconds =
        jansson_seconds(json_of(bed), row.rules < LARGE ? RUNS : FEW_RUNS);
    if (!run_form(bed, from_json, &row)) {
        return false;
    }
    print_row(bed, &row);
    row.form = "from YAML";
    row.text_bytes = bed->yaml.len;
    row.jansson_seconds = 0.0;
    if (row.text_bytes && !run_once(bed, from_yaml, &row)) {
        return false;
    }
    if (row.text_bytes) {
        print_row(bed, &row);
    }
    return true;
}

/* The document in YAML, as Postern writes it; a million rules would take more
 * memory than a document may. */
static bool write_yaml(struct bed *bed)
{
    postern_load_options options;

    bed->yaml = (postern_str){NULL, 0};
    if (bed->text.rule_count > 2 * cases[2].rules) {
        return true;
    }
    options_for(&options, NULL);
    return postern_policy_load(&bed->policy, json_of(bed), &options, NULL) ==
               POSTERN_OK &&
           postern_policy_write(bed->policy, POSTERN_FORMAT_YAML, &bed->yaml) ==
               POSTERN_OK;
}

static void free_bed(struct bed *bed)
{
    if (bed->policy) {
        postern_text_free(bed->policy, bed->yaml);
    }
    postern_policy_free(bed->policy);
    postern_acp_set_free(bed->set);
    load_text_free(&bed->text);
}

static bool run_case(const struct bench_options *options,
                     const struct load_case *self)
{
    const struct scale_mix mix = {.seed = options->seed,
                                  .acps = self->rules / RULES_OF_ACP};
    struct bed bed = {.options = options};
    bool done = load_text_make(&bed.text, &mix) && write_yaml(&bed);

    bed.set = done ? from_rules(&bed, NULL) : NULL;
    done = bed.set && run_forms(&bed, self->words);
    free_bed(&bed);
    return done;
}

/* ---- one at a time ---------------------------------------------------------
 */

struct alone {
    struct bed bed;
    postern_store *store;
    struct pst_single_reader reader;
    size_t set_bytes; /* of the last one made */
};

typedef bool alone_fn(struct alone *self, const struct load_acp *acp);

static postern_str text_of(const struct alone *self, const struct load_acp *acp)
{
    return (postern_str){self->bed.text.json.data + acp->first_byte,
                         acp->bytes};
}

static bool alone_from_rules(struct alone *self, const struct load_acp *acp)
{
    postern_acp_set *set = compile(&self->bed.text, acp, 1, NULL);

    self->set_bytes = set ? postern_acp_set_size(set) : 0;
    postern_acp_set_free(set);
    return set != NULL;
}

static bool alone_from_json(struct alone *self, const struct load_acp *acp)
{
    struct pst_acp_source source = {.acp = &self->reader.resource,
                                    .cse = &self->bed.text.cse,
                                    .in = &self->reader.reader};
    postern_acp_set *set;
    postern_builder_options options;

    postern_builder_options_init(&options);
    if (pst_single_reader_read(&self->reader, text_of(self, acp), 0, NULL) !=
            POSTERN_OK ||
        pst_compile_acp(&set, &source, &options, NULL) != POSTERN_OK) {
        return false;
    }
    self->set_bytes = postern_acp_set_size(set);
    postern_acp_set_free(set);
    return true;
}

static bool alone_put_rules(struct alone *self, const struct load_acp *acp)
{
    postern_acp_set *set = compile(&self->bed.text, acp, 1, NULL);
    postern_resource resource;

    postern_resource_init(&resource);
    resource.id = postern_str_of(acp->id);
    resource.name = resource.id;
    resource.type = 1;
    resource.acp_set = set;
    return set &&
           postern_store_put(self->store, &resource, NULL, NULL) == POSTERN_OK;
}

static bool alone_put_json(struct alone *self, const struct load_acp *acp)
{
    return postern_store_put_text(self->store, text_of(self, acp), NULL,
                                  NULL) == POSTERN_OK;
}

static const struct alone_case {
    const char *form;
    alone_fn *run;
    bool text;
} alone_cases[] = {
    {"from rules", alone_from_rules, false},
    {"from JSON", alone_from_json, true},
    {"rules into a store", alone_put_rules, false},
    {"JSON into a store", alone_put_json, true},
};

static const char ALONE[] = "one ACP of 5 rules";

static bool run_alone(struct alone *self, const struct alone_case *how)
{
    const struct load_text *text = &self->bed.text;
    struct row row = {.words = ALONE,
                      .form = how->form,
                      .acps = ALONE_ACPS,
                      .rules = text->rule_count};
    double seconds[ALONE_ROUNDS];

    for (uint32_t round = 0; round < ALONE_ROUNDS; round++) {
        uint64_t before = bench_allocations();
        double start = bench_cpu_s();

        row.set_bytes = 0;
        for (uint32_t i = 0; i < ALONE_ACPS; i++) {
            if (!how->run(self, &text->acps[i])) {
                (void)fprintf(stderr, "postern-bench: no ACP %s\n", how->form);
                return false;
            }
            row.set_bytes += self->set_bytes;
        }
        seconds[round] = bench_cpu_s() - start;
        row.allocations = bench_allocations() - before;
    }
    row.seconds = bench_median(seconds, ALONE_ROUNDS);
    row.text_bytes = how->text ? text->json.len : 0;
    print_row(&self->bed, &row);
    return true;
}

static bool start_alone(struct alone *self, const struct bench_options *options)
{
    const struct scale_mix mix = {
        .seed = options->seed, .acps = ALONE_ACPS, .rules_of_acp = 4};
    postern_allocator memory = pst_allocator_of(NULL);
    postern_store_options store;

    *self = (struct alone){.bed = {.options = options}};
    if (!load_text_make(&self->bed.text, &mix)) {
        return false;
    }
    postern_store_options_init(&store);
    store.cse = &self->bed.text.cse;
    store.base_id = postern_str_of("base");
    return postern_store_new(&self->store, &store, NULL) == POSTERN_OK &&
           pst_single_reader_open(&self->reader, NULL, &memory,
                                  &self->bed.text.cse, NULL) == POSTERN_OK;
}

static bool run_all_alone(const struct bench_options *options)
{
    struct alone self;
    bool done = start_alone(&self, options);

    for (size_t i = 0; done && i < sizeof alone_cases / sizeof *alone_cases;
         i++) {
        done = run_alone(&self, &alone_cases[i]);
    }
    pst_single_reader_close(&self.reader);
    postern_store_free(self.store);
    free_bed(&self.bed);
    return done;
}

/* ---- all of it -------------------------------------------------------------
 */

static bool is_wanted(const struct bench_options *options,
                      const struct load_case *self)
{
    return self->rules <= options->size / LARGEST_SHARE &&
           strstr(self->words, options->only);
}

enum bench_result bench_load(const struct bench_options *options)
{
    enum bench_result result = BENCH_USAGE;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (is_wanted(options, &cases[i]) && result != BENCH_FAILED) {
            if (result == BENCH_USAGE) {
                print_head(options);
            }
            result = run_case(options, &cases[i]) ? BENCH_DONE : BENCH_FAILED;
        }
    }
    if (strstr(ALONE, options->only) && result != BENCH_FAILED) {
        if (result == BENCH_USAGE) {
            print_head(options);
        }
        result = run_all_alone(options) ? BENCH_DONE : BENCH_FAILED;
    }
    if (result == BENCH_USAGE) {
        (void)fprintf(stderr, "postern-bench: no case is named: %s\n",
                      options->only);
    }
    return result;
}
