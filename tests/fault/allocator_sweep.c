/*
 * Every allocation of every public loader, of the builder, the writers and the
 * check refused once: POSTERN_ERR_MEMORY, nothing is left, and *out is NULL.
 */
#include <postern/policy.h>

#include "support/claim.h"
#include "support/faulty.h"
#include "support/file_text.h"

/* What a sweep tries with the allocator of `heap`. Releases what it made. */
typedef postern_status attempt(const postern_allocator *allocator);

static postern_str json_text;
static postern_str yaml_text;

/* Rules that a lenient load disables: malformed, unknown, of a later release,
 * refused by the builder; and findings of a load. */
static const char lenient_text[] =
    "{\"cse\":{\"spid\":\"//sp.example\",\"csi\":\"/plant-cse\"},"
    "\"resources\":[{\"ty\":1,\"ri\":\"a\",\"et\":\"soon\",\"adri\":[],"
    "\"pvs\":{\"acr\":[{\"acor\":[\"Cx\"],\"acop\":63}]},\"pv\":{\"acr\":["
    "{\"acor\":[\"*\"],\"acop\":2},"
    "{\"acor\":[\"Cx\"],\"acop\":64},"
    "{\"acor\":[\"Cx\"],\"acop\":2,\"acl\":1},"
    "{\"acor\":[\"Cx\"],\"acop\":2,\"acox\":1},"
    "{\"acor\":[\"Cx\"],\"acop\":2,\"acco\":[{\"actw\":[\"* * 9-5 * * * *\"]},"
    "{\"actw\":[\"every day\"]}]},"
    "{\"acor\":[\"Cx\"],\"acop\":2,\"acco\":[{\"acip\":{\"ipv4\":[\"1.2.3\"]}}]"
    "},"
    "{\"acor\":[\"Cx\"],\"acop\":2,\"acco\":[{\"acip\":{}}]},"
    "{\"acor\":[\"Cx\",\"Cx\",\"C*\"],\"acop\":2},"
    "{\"acor\":[\"all\"],\"acop\":2}]}},"
    "{\"ty\":3,\"ri\":\"c\",\"cr\":\"Cy\",\"acpi\":[\"a\",\"gone\"]}]}";

static void hear(void *user, const postern_diag *diag)
{
    (void)user;
    (void)diag;
}

static postern_load_options options_with(const postern_allocator *allocator,
                                         postern_format format)
{
    postern_load_options options;

    postern_load_options_init(&options);
    options.allocator = allocator;
    options.format = format;
    options.source = "sweep";
    options.report = hear;
    return options;
}

static postern_status load(postern_policy **policy,
                           const postern_allocator *allocator, postern_str text,
                           postern_format format)
{
    postern_load_options options = options_with(allocator, format);
    postern_diag diag;
    postern_status status = postern_policy_load(policy, text, &options, &diag);

    claim(diag.status == status, "diag and status differ");
    claim(!*policy == (status != POSTERN_OK), "*policy does not fit");
    return status;
}

static postern_status load_json(const postern_allocator *allocator)
{
    postern_policy *policy;
    postern_status status =
        load(&policy, allocator, json_text, POSTERN_FORMAT_JSON);

    postern_policy_free(policy);
    return status;
}

static postern_status load_yaml(const postern_allocator *allocator)
{
    postern_policy *policy;
    postern_status status =
        load(&policy, allocator, yaml_text, POSTERN_FORMAT_YAML);

    postern_policy_free(policy);
    return status;
}

static postern_status load_leniently(const postern_allocator *allocator)
{
    postern_load_options options = options_with(allocator, POSTERN_FORMAT_JSON);
    postern_policy *policy;
    postern_status status;

    options.rule_errors = POSTERN_RULE_ERRORS_DISABLE;
    status = postern_policy_load(&policy, postern_str_of(lenient_text),
                                 &options, NULL);
    postern_policy_free(policy);
    return status;
}

/* The CSE is the caller's, and is copied. */
static postern_status load_without_cse(const postern_allocator *allocator)
{
    postern_load_options options = options_with(allocator, POSTERN_FORMAT_JSON);
    postern_policy *policy;
    postern_status status;
    postern_cse cse;

    (void)!postern_cse_init(&cse, postern_str_of("//sp.example"),
                            postern_str_of("/plant-cse"));
    options.cse = &cse;
    status = postern_policy_load(&policy, postern_str_of("{\"resources\":[]}"),
                                 &options, NULL);
    postern_policy_free(policy);
    return status;
}

static postern_status load_files(const postern_allocator *allocator)
{
    static const char *const paths[] = {POSTERN_TEST_DATA "/plant-policy.json"};
    postern_load_options options = options_with(allocator, POSTERN_FORMAT_AUTO);
    postern_policy *policy;
    postern_status status =
        postern_policy_load_files(&policy, paths, 1, &options, NULL);

    postern_policy_free(policy);
    return status;
}

static postern_status load_folder(const postern_allocator *allocator)
{
    static const char *const paths[] = {POSTERN_EXAMPLES "/city-platform"};
    postern_load_options options = options_with(allocator, POSTERN_FORMAT_AUTO);
    postern_policy *policy;
    postern_status status =
        postern_policy_load_files(&policy, paths, 1, &options, NULL);

    postern_policy_free(policy);
    return status;
}

static postern_status load_set_json(const postern_allocator *allocator)
{
    postern_load_options options = options_with(allocator, POSTERN_FORMAT_AUTO);
    postern_acp_set *set;
    postern_status status =
        postern_acp_set_load_json(&set, json_text, &options, NULL);

    claim(!set == (status != POSTERN_OK), "*set does not fit");
    postern_acp_set_free(set);
    return status;
}

static postern_status load_set_yaml(const postern_allocator *allocator)
{
    postern_load_options options = options_with(allocator, POSTERN_FORMAT_AUTO);
    postern_acp_set *set;
    postern_status status =
        postern_acp_set_load_yaml(&set, yaml_text, &options, NULL);

    postern_acp_set_free(set);
    return status;
}

static postern_status write(const postern_allocator *allocator,
                            postern_format format)
{
    postern_policy *policy;
    postern_status status =
        load(&policy, allocator, yaml_text, POSTERN_FORMAT_YAML);
    postern_str text;

    if (status == POSTERN_OK) {
        status = postern_policy_write(policy, format, &text);
    }
    if (status == POSTERN_OK) {
        postern_text_free(policy, text);
    }
    postern_policy_free(policy);
    return status;
}

static postern_status write_json(const postern_allocator *allocator)
{
    return write(allocator, POSTERN_FORMAT_JSON);
}

static postern_status write_yaml(const postern_allocator *allocator)
{
    return write(allocator, POSTERN_FORMAT_YAML);
}

static postern_status fill(postern_acp_builder *builder)
{
    static const uint32_t types[] = {4, 23};
    postern_str who[] = {postern_str_of("Cx"), postern_str_of("//*/gate*"),
                         postern_str_of("1@auth.example")};
    postern_str windows[] = {postern_str_of("* * 8-17 * * 1-5 2026")};
    postern_str addresses[] = {postern_str_of("10.0.0.0/8"),
                               postern_str_of("2001:db8::/32")};
    postern_str countries[] = {postern_str_of("NL")};
    postern_str names[] = {postern_str_of("lbl")};
    postern_circle circle = {52.0, 5.0, 100.0};
    postern_context context = {windows, 1, addresses, 2,
                               &circle, 1, countries, 1};
    postern_object_details details = {28, POSTERN_SPECIALIZATION_CONTAINER,
                                      postern_str_of("a.b"), types, 2};
    postern_rule rule = {who,      3, 3,     true, &context, 1,
                         &details, 1, names, 1,    NULL};
    postern_rule never = {.never = "off"};
    postern_status status =
        postern_acp_builder_add_acp(builder, postern_str_of("a"), INT64_MAX);

    for (int i = 0; i < 40 && status == POSTERN_OK; i++) {
        status = postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES,
                                              &rule, NULL);
    }
    if (status == POSTERN_OK) {
        status = postern_acp_builder_add_rule(builder, POSTERN_SELF_PRIVILEGES,
                                              &never, NULL);
    }
    return status;
}

/* More than a builder has room for by itself. */
static postern_status use_up(postern_acp_builder *builder)
{
    postern_status status = POSTERN_OK;
    static char id[4000];

    for (char c = 'b'; status == POSTERN_OK && c <= 'c'; c++) {
        memset(id, c, sizeof id);
        status = postern_acp_builder_add_acp(
            builder, (postern_str){id, sizeof id}, INT64_MAX);
    }
    for (char c = 'a'; status == POSTERN_OK && c <= 'z'; c++) {
        for (char d = '0'; status == POSTERN_OK && d <= '1'; d++) {
            status = postern_acp_builder_add_originator(
                builder, (postern_str){(char[]){'C', c, d}, 3});
        }
    }
    return status;
}

static postern_status build_of(const postern_allocator *allocator,
                               postern_status (*first)(postern_acp_builder *))
{
    postern_builder_options options;
    postern_acp_builder *builder;
    postern_acp_set *set = NULL;
    postern_status status;
    postern_cse cse;

    (void)!postern_cse_init(&cse, postern_str_of("//sp.example"),
                            postern_str_of("/plant-cse"));
    postern_builder_options_init(&options);
    options.allocator = allocator;
    status = postern_acp_builder_new(&builder, &cse, &options);
    claim(!builder == (status != POSTERN_OK), "*builder does not fit");
    if (status == POSTERN_OK && first) {
        status = first(builder);
    }
    if (status == POSTERN_OK) {
        status = fill(builder);
    }
    if (status == POSTERN_OK) {
        status = postern_acp_builder_finish(builder, &set, NULL);
    }
    postern_acp_builder_free(builder);
    postern_acp_set_free(set);
    return status;
}

static postern_status build(const postern_allocator *allocator)
{
    return build_of(allocator, NULL);
}

static postern_status build_large(const postern_allocator *allocator)
{
    return build_of(allocator, use_up);
}

static void sweep(const char *name, attempt *try)
{
    postern_status status = POSTERN_ERR_INTERNAL;
    struct faulty heap = {.fail_at = 0};
    size_t n = 0;

    do {
        postern_allocator allocator = faulty_allocator(&heap);

        n++;
        heap = (struct faulty){.fail_at = n};
        status = try(&allocator);
        claim(heap.live == 0, "%s, allocation %zu: %zu bytes are left", name, n,
              heap.live);
        claim(heap.wrong_sizes == 0, "%s, allocation %zu: a wrong size", name,
              n);
        claim(heap.calls < n || status == POSTERN_ERR_MEMORY,
              "%s, allocation %zu: %s", name, n, postern_status_name(status));
    } while (heap.calls >= n);
    claim(status == POSTERN_OK, "%s: %s with memory", name,
          postern_status_name(status));
    claim(n > 3, "%s: hardly any allocation", name);
    printf("%s: %zu allocations\n", name, n - 1);
}

int main(void)
{
    char *json;
    char *yaml;

    json = file_text(POSTERN_TEST_DATA "/plant-policy.json", &json_text.len);
    yaml = file_text(POSTERN_TEST_DATA "/plant-policy.yaml", &yaml_text.len);
    json_text.data = json;
    yaml_text.data = yaml;
    sweep("JSON", load_json);
    sweep("YAML", load_yaml);
    sweep("lenient", load_leniently);
    sweep("without cse", load_without_cse);
    sweep("files", load_files);
    sweep("folder", load_folder);
    sweep("set of JSON", load_set_json);
    sweep("set of YAML", load_set_yaml);
    sweep("write JSON", write_json);
    sweep("write YAML", write_yaml);
    sweep("builder", build);
    sweep("builder, more than it has room for", build_large);
    free(json);
    free(yaml);
    return claims_failed();
}
