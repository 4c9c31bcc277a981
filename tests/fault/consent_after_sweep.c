/*
 * What comes after a consent, with every allocation and every call of the
 * storage refused once: receipts, signed ones, requests to delete, answers and
 * lists. Nothing leaks, a refusal is the one that was made, and what was
 * refused is not there, not even in part. [PPM-25]
 */
#include "base/str.h"
#include "support/claim.h"
#include "support/consented.h"
#include "support/faulty.h"
#include "support/jose_keys.h"

enum { ENOUGH_ALLOCATIONS = 20, ENOUGH_CALLS = 20, REQUESTS = 3 };

struct run {
    struct consented it;
    struct faulty heap;
    postern_allocator allocator;
    postern_keys *keys;
};

static bool count(void *user, const postern_deletion *deletion)
{
    size_t *seen = user;

    *seen += deletion->id.data != NULL;
    return true;
}

static postern_status list(struct run *run, const char *subscriber)
{
    size_t seen = 0;
    postern_status status =
        postern_ppm_deletions(run->it.manager, postern_str_of(subscriber),
                              CONSENTED_AT_S, count, &seen, &run->it.diag);

    claim(status != POSTERN_OK || seen == REQUESTS, "%zu are listed", seen);
    return status;
}

static postern_status receipt(struct run *run, postern_receipt_form form)
{
    const postern_receipt_query query = {.struct_size = sizeof query,
                                         .subscriber = PST_STR("p-1"),
                                         .provider = PST_STR("acme"),
                                         .form = form,
                                         .now_s = CONSENTED_AT_S};
    postern_str text;
    postern_status status =
        postern_ppm_receipt(run->it.manager, &query, &text, &run->it.diag);

    claim((status == POSTERN_OK) == (text.data != NULL),
          "a receipt, or a refusal");
    return status;
}

static postern_status ask(struct run *run)
{
    const postern_deletion_wish wish = {.struct_size = sizeof wish,
                                        .subscriber = PST_STR("p-1"),
                                        .provider = PST_STR("acme"),
                                        .what = {.device = PST_STR("meter")},
                                        .now_s = CONSENTED_AT_S};
    postern_deletion deletion;

    return postern_ppm_ask_deletion(run->it.manager, &wish, &deletion,
                                    &run->it.diag);
}

static postern_status note(struct run *run)
{
    const postern_deletion_answer answer = {.struct_size = sizeof answer,
                                            .id = PST_STR("d-2"),
                                            .state = POSTERN_DELETION_REFUSED,
                                            .reason = PST_STR("why"),
                                            .now_s = CONSENTED_AT_S};
    postern_deletion deletion;

    return postern_ppm_note_deletion(run->it.manager, &answer, &deletion,
                                     &run->it.diag);
}

/* Until something is refused. */
static postern_status work(struct run *run)
{
    postern_status status = receipt(run, POSTERN_RECEIPT_PLAIN);

    if (status == POSTERN_OK) {
        status = receipt(run, POSTERN_RECEIPT_SIGNED);
    }
    if (status == POSTERN_OK) {
        status = ask(run);
    }
    if (status == POSTERN_OK) {
        status = note(run);
    }
    if (status == POSTERN_OK) {
        status = list(run, "p-1");
    }
    return status == POSTERN_OK ? list(run, NULL) : status;
}

/* A consent, and a manager that has not done anything since. */
static void start(struct run *run, size_t fail_at)
{
    static const char *const keys[] = {EC256_PRIVATE("m", SIG("ES256")), NULL};

    memset(run, 0, sizeof *run);
    run->keys = jose_keys(keys);
    run->heap.fail_at = fail_at;
    run->allocator = faulty_allocator(&run->heap);
    consented_start(&run->it);
    claim(consented_open(&run->it, NULL, NULL) == POSTERN_OK &&
              consented_make(&run->it) == POSTERN_OK,
          "the consent: %s", run->it.diag.message);
    postern_ppm_manager_close(run->it.manager);
    run->it.manager = NULL;
}

static void stop(struct run *run)
{
    size_t requests = memory_storage_count(&run->it.kept, "deletion");

    claim(requests == 0 || requests == REQUESTS, "%zu requests are there",
          requests);
    claim(memory_storage_count(&run->it.kept, "deletionof") == requests,
          "the list of a person has others");
    claim(run->it.kept.misuses == 0, "the storage is misused");
    consented_stop(&run->it);
    claim(run->heap.live == 0, "allocation %zu: %zu bytes are left",
          run->heap.fail_at, run->heap.live);
    claim(run->heap.wrong_sizes == 0, "released with another size");
    postern_keys_free(run->keys);
}

static bool without_memory(size_t n)
{
    static struct run run;
    postern_status status;
    bool reached;

    start(&run, n);
    status = consented_open(&run.it, &run.allocator, run.keys);
    if (status == POSTERN_OK) {
        status = work(&run);
    }
    reached = run.heap.calls >= n;
    claim(status == (reached ? POSTERN_ERR_MEMORY : POSTERN_OK),
          "allocation %zu: %s", n, postern_status_name(status));
    stop(&run);
    return reached;
}

static bool without_storage(size_t n, postern_status with)
{
    static struct run run;
    postern_status status;
    bool reached;

    start(&run, 0);
    claim(consented_open(&run.it, &run.allocator, run.keys) == POSTERN_OK,
          "it is not opened");
    run.it.kept.calls = 0;
    run.it.kept.fail_at = n;
    run.it.kept.fail_with = with;
    status = work(&run);
    reached = run.it.kept.calls >= n;
    claim(status == (reached ? with : POSTERN_OK), "call %zu: %s", n,
          postern_status_name(status));
    run.it.kept.fail_at = 0;
    claim(receipt(&run, POSTERN_RECEIPT_SIGNED) == POSTERN_OK,
          "call %zu: it does not go on", n);
    stop(&run);
    return reached;
}

int main(void)
{
    size_t allocations = 1;
    size_t calls = 1;

    while (claims_lost == 0 && without_memory(allocations)) {
        allocations++;
    }
    while (claims_lost == 0 && without_storage(calls, POSTERN_ERR_IO)) {
        (void)without_storage(calls, POSTERN_ERR_LIMIT);
        calls++;
    }
    printf("%zu allocations and %zu calls of the storage refused\n",
           allocations - 1, calls - 1);
    claim(allocations > ENOUGH_ALLOCATIONS && calls > ENOUGH_CALLS,
          "too few to be true");
    return claims_failed();
}
