/*
 * Every call of malloc, calloc and realloc refused once while a document is
 * loaded, so that the libraries below run out of memory too: no crash, no block
 * left, a status that says so; and the policy that serves goes on to decide,
 * without a single call.
 *
 * The program has malloc() and its kin of its own: it is not for sanitizers.
 */
#include <postern/policy.h>

#include "support/claim.h"
#include "support/file_text.h"

#include <string.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void __libc_free(void *block);

static struct {
    bool counts;
    size_t calls;
    size_t fail_at; /* 0: none */
    size_t live;    /* blocks made while counting; may wrap for a moment when
                       an older one is freed */
} heap;

static bool refuses(void)
{
    if (!heap.counts) {
        return false;
    }
    heap.calls++;
    return heap.calls == heap.fail_at;
}

static void *made(void *block)
{
    heap.live += heap.counts && block;
    return block;
}

/* The libraries are to find them. */
#define FOR_ALL __attribute__((visibility("default")))

FOR_ALL void *malloc(size_t size)
{
    return refuses() ? NULL : made(__libc_malloc(size));
}

FOR_ALL void *calloc(size_t count, size_t size)
{
    return refuses() ? NULL : made(__libc_calloc(count, size));
}

FOR_ALL void *realloc(void *block, size_t size)
{
    void *moved = refuses() ? NULL : __libc_realloc(block, size);

    if (!block) {
        made(moved);
    }
    return moved;
}

FOR_ALL void free(void *block)
{
    heap.live -= heap.counts && block;
    __libc_free(block);
}

struct source {
    const char *name;
    const char *path; /* NULL: the text */
    postern_str text;
    postern_format format;
};

static postern_status load(postern_policy **policy, const struct source *source,
                           postern_diag *diag)
{
    postern_load_options options;

    postern_load_options_init(&options);
    options.format = source->format;
    if (source->path) {
        return postern_policy_load_files(policy, &source->path, 1, &options,
                                         diag);
    }
    return postern_policy_load(policy, source->text, &options, diag);
}

static postern_decision decide(const postern_policy *policy,
                               uint32_t child_type)
{
    postern_request request;

    postern_request_init(&request);
    request.operation = POSTERN_OP_CREATE;
    request.target_type = 3;
    request.child_type = child_type;
    request.time_known = true;
    request.time_s = 1773742830;
    (void)!postern_id_parse_entity(&request.originator,
                                   postern_policy_cse(policy),
                                   postern_str_of("Cpump7"));
    return postern_decide(postern_policy_acps(policy), &request);
}

static void expect_service(const postern_policy *serving, const char *name)
{
    heap.calls = 0;
    heap.counts = true;
    claim(decide(serving, 4).effect == POSTERN_PERMIT, "%s: denied", name);
    claim(decide(serving, 3).effect == POSTERN_DENY, "%s: permitted", name);
    heap.counts = false;
    claim(heap.calls == 0, "%s: a decision calls malloc", name);
}

/* Opening a file without memory is a failure of the system; reading it goes
 * without a buffer. */
static bool says_so(postern_status status, const struct source *source)
{
    bool of_file = status == POSTERN_ERR_IO || status == POSTERN_OK;

    return status == POSTERN_ERR_MEMORY || (source->path && of_file);
}

/* Refuses the n-th call; false when there are not so many. */
static bool sweep_one(const struct source *source, size_t n)
{
    postern_policy *policy;
    postern_status status;
    postern_diag diag;
    size_t calls;
    bool loaded;

    heap.calls = 0;
    heap.live = 0;
    heap.fail_at = n;
    heap.counts = true;
    status = load(&policy, source, &diag);
    loaded = policy != NULL;
    postern_policy_free(policy);
    heap.counts = false;
    heap.fail_at = 0;
    calls = heap.calls;
    claim(heap.live == 0, "%s, call %zu: %zu blocks are left", source->name, n,
          heap.live);
    claim(status == diag.status && loaded == (status == POSTERN_OK),
          "%s, call %zu: the answers differ", source->name, n);
    claim(calls < n ? status == POSTERN_OK : says_so(status, source),
          "%s, call %zu: %s: %s", source->name, n, postern_status_name(status),
          diag.message);
    return calls >= n;
}

static void sweep(const struct source *source, const postern_policy *serving)
{
    size_t n = 1;

    while (sweep_one(source, n)) {
        expect_service(serving, source->name);
        n++;
    }
    claim(n > 10, "%s: hardly any call", source->name);
    printf("%s: %zu calls\n", source->name, n - 1);
}

int main(void)
{
    static const char json_path[] = POSTERN_TEST_DATA "/plant-policy.json";
    static const char yaml_path[] = POSTERN_TEST_DATA "/plant-policy.yaml";
    struct source json = {"JSON", NULL, {NULL, 0}, POSTERN_FORMAT_JSON};
    struct source yaml = {"YAML", NULL, {NULL, 0}, POSTERN_FORMAT_YAML};
    struct source file = {"file", yaml_path, {NULL, 0}, POSTERN_FORMAT_AUTO};
    char *json_bytes = file_text(json_path, &json.text.len);
    char *yaml_bytes = file_text(yaml_path, &yaml.text.len);
    postern_policy *serving = NULL;
    postern_diag diag;

    json.text.data = json_bytes;
    yaml.text.data = yaml_bytes;
    if (claim(load(&serving, &json, &diag) == POSTERN_OK, "%s", diag.message)) {
        sweep(&json, serving);
        sweep(&yaml, serving);
        sweep(&file, serving);
    }
    postern_policy_free(serving);
    free(json_bytes);
    free(yaml_bytes);
    return claims_failed();
}
