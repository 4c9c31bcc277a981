/*
 * Every allocation that putting documents into a store makes refused once:
 * nothing leaks, and a change that lacked memory changes nothing.
 */
#include <postern/prp.h>

#include "base/str.h"
#include "support/claim.h"
#include "support/faulty.h"

#include <stdio.h>

#define ACP                                                                    \
    "{\"m2m:acp\":{\"ri\":\"acpA\",\"rn\":\"a\",\"pi\":\"cb0\",\"pv\":"        \
    "{\"acr\":[{\"acor\":[\"g1\",\"-/team\",\"Cx*\"],\"acop\":3,\"acco\":"     \
    "[{\"actw\":[\"* * 8-17 * * 1-5 *\"],\"acip\":{\"ipv4\":[\"10.0.0.0/8\"]}" \
    "}]}]},\"pvs\":{\"acr\":[{\"acor\":[\"all\"],\"acop\":63}]}}}"

/* Children before parents, policies before groups; lists and a role. */
static const char document[] =
    "{\"cse\":{\"spid\":\"//sp.example\",\"csi\":\"/plant-cse\","
    "\"cb_ri\":\"cb0\",\"cb_rn\":\"base\"},\"resources\":[" ACP ","
    "{\"ri\":\"leaf\",\"rn\":\"l\",\"ty\":3,\"pi\":\"stem\",\"lbl\":[\"x\"],"
    "\"acpi\":[\"acpA\",\"gone\",7],\"_attrs\":[\"lbl\"],\"_creator\":\"Cx\"},"
    "{\"ri\":\"stem\",\"rn\":\"s\",\"ty\":3,\"pi\":\"cb0\"},"
    "{\"ri\":\"g1\",\"rn\":\"team\",\"ty\":9,\"pi\":\"cb0\",\"mid\":[\"Cx\"]},"
    "{\"ri\":\"g2\",\"rn\":\"odd\",\"ty\":9,\"pi\":\"acpA\",\"mid\":[]},"
    "{\"ri\":\"r1\",\"ty\":31,\"rlid\":\"op@a.example\",\"tkhd\":\"Cx\","
    "\"tkis\":\"//sp.example/auth\",\"tknb\":\"20260101T000000\","
    "\"tkna\":\"20261231T235959\"}]}";

static const char lines[] =
    "{\"m2m:grp\":{\"ri\":\"g1\",\"rn\":\"team\",\"pi\":\"cb0\","
    "\"mid\":[\"Cx\"]}}\n\n" ACP "\n"
    "{\"ri\":\"leaf\",\"rn\":\"l\",\"ty\":3,\"pi\":\"cb0\","
    "\"acpi\":[\"acpA\"]}\n";

static const postern_policy *the_policy;
static char lines_name[] = "load-sweep-XXXXXX";

typedef postern_status put_fn(postern_change *change,
                              const postern_load_options *options,
                              postern_diag *diag);

static postern_status put_policy(postern_change *change,
                                 const postern_load_options *options,
                                 postern_diag *diag)
{
    (void)options;
    return postern_change_put_policy(change, the_policy, diag);
}

static postern_status put_text(postern_change *change,
                               const postern_load_options *options,
                               postern_diag *diag)
{
    return postern_change_put_text(change, PST_STR(ACP), options, diag);
}

static postern_status put_lines(postern_change *change,
                                const postern_load_options *options,
                                postern_diag *diag)
{
    return postern_change_put_lines(change, lines_name, options, diag);
}

static postern_store *new_store(struct faulty *heap)
{
    postern_allocator allocator = faulty_allocator(heap);
    postern_store_options options;
    postern_store *store;

    postern_store_options_init(&options);
    options.allocator = &allocator;
    options.cse = postern_policy_cse(the_policy);
    options.base_id = PST_STR("cb0");
    options.base_name = PST_STR("base");
    return postern_store_new(&store, &options, NULL) == POSTERN_OK ? store
                                                                   : NULL;
}

/* As the commit; the change is over. */
static postern_status change(postern_store *store, put_fn *put, size_t n,
                             const postern_load_options *options)
{
    postern_change *begun;
    postern_diag diag;
    postern_status status = postern_change_begin(store, &begun);
    postern_status committed;

    if (status != POSTERN_OK) {
        return status;
    }
    status = put(begun, options, &diag);
    claim(status == POSTERN_OK || status == POSTERN_ERR_MEMORY,
          "allocation %zu: %s %s", n, postern_status_name(status),
          diag.message);
    committed = postern_change_commit(begun, NULL);
    claim(status == POSTERN_OK || committed == POSTERN_ERR_MEMORY,
          "allocation %zu: half a change is visible", n);
    return committed;
}

/* Whether all of it is there, or nothing. */
static void look(postern_store *store, postern_status status, size_t n)
{
    postern_store_size size;

    postern_store_measure(store, &size);
    claim((size.revision == 1) == (status != POSTERN_OK),
          "allocation %zu: revision %llu", n,
          (unsigned long long)size.revision);
    claim((size.resources == 0) == (status != POSTERN_OK),
          "allocation %zu: %llu resources", n,
          (unsigned long long)size.resources);
}

/* False when the n-th allocation is not reached any more. */
static bool run(put_fn *put, size_t n, bool own_memory)
{
    struct faulty heap = {.fail_at = n};
    postern_allocator allocator = faulty_allocator(&heap);
    postern_store *store = new_store(&heap);
    postern_load_options options;
    postern_status status = POSTERN_ERR_MEMORY;

    postern_load_options_init(&options);
    options.allocator = own_memory ? &allocator : NULL;
    if (store) {
        status = change(store, put, n, own_memory ? &options : NULL);
        look(store, status, n);
    }
    postern_store_free(store);
    claim((status == POSTERN_OK) == (heap.calls < n),
          "allocation %zu of %zu: %s", n, heap.calls,
          postern_status_name(status));
    claim(heap.live == 0, "allocation %zu: %zu bytes are left", n, heap.live);
    claim(heap.wrong_sizes == 0, "allocation %zu: released with another size",
          n);
    return heap.calls >= n;
}

static void sweep(const char *what, put_fn *put, bool own_memory)
{
    size_t n = 1;

    while (claims_lost == 0 && run(put, n, own_memory)) {
        n++;
    }
    printf("%s: %zu allocations refused, one after another\n", what, n - 1);
    claim(n > 20, "%s: too few allocations to be true", what);
}

static bool write_lines(void)
{
    int file = mkstemp(lines_name);
    FILE *stream = file < 0 ? NULL : fdopen(file, "wb");

    return stream && fputs(lines, stream) >= 0 && fclose(stream) == 0;
}

int main(void)
{
    postern_policy *policy;

    if (!write_lines() || postern_policy_load(&policy, PST_STR(document), NULL,
                                              NULL) != POSTERN_OK) {
        printf("nothing to put\n");
        return 1;
    }
    the_policy = policy;
    sweep("policy", put_policy, false);
    sweep("text", put_text, false);
    sweep("text, memory of the options", put_text, true);
    sweep("lines", put_lines, false);
    postern_policy_free(policy);
    claim(remove(lines_name) == 0, "the file is left");
    return claims_failed();
}
