/* Target functions: postern_change_put_text, postern_change_put_lines,
 * pst_lines_next, postern_change_put_policy
 *
 * Resources as a CSE has them, one a line. Line by line and as a file they are
 * put alike, the whole may be a document as well, and what was refused has
 * changed nothing. */
#define _GNU_SOURCE /* memfd_create */

#include "fuzz/fuzz.h"

#include "base/str.h"
#include "policy-lang/lines.h"
#include "support/faulty.h"
#include "support/memory_file.h"

#include <postern/prp.h>

enum { LINES = 64, LONGEST = 1 << 13 };

static postern_cse cse;

static postern_store *new_store(const postern_allocator *allocator)
{
    postern_store_options options;
    postern_store *store;

    if (!cse.name.data) {
        FUZZ_CLAIM(postern_cse_init(&cse, PST_STR("//sp.example"),
                                    PST_STR("/plant-cse")) == POSTERN_OK);
    }
    postern_store_options_init(&options);
    options.allocator = allocator;
    options.cse = &cse;
    options.base_id = PST_STR("cb0");
    options.base_name = PST_STR("base");
    options.max_depth = 8;
    FUZZ_CLAIM(postern_store_new(&store, &options, NULL) == POSTERN_OK);
    return store;
}

static postern_load_options loading(postern_rule_errors errors)
{
    postern_load_options options;

    postern_load_options_init(&options);
    options.rule_errors = errors;
    options.limits.text_bytes = LONGEST;
    return options;
}

/* Stops at the first that is refused. */
static postern_status put_each(postern_change *change, postern_str text,
                               const postern_load_options *options)
{
    size_t from = 0;

    while (from < text.len) {
        size_t end = pst_str_find(text, from, '\n');
        postern_str line = pst_str_slice(text, from, end);
        postern_diag diag;
        postern_status status;

        from = end + 1;
        if (pst_line_is_blank(line)) {
            if (line.len > LONGEST) {
                return POSTERN_ERR_LIMIT;
            }
            continue;
        }
        status = postern_change_put_text(change, line, options, &diag);
        FUZZ_CLAIM(status == diag.status);
        if (status != POSTERN_OK) {
            FUZZ_CLAIM(diag.message[0]);
            return status;
        }
    }
    return POSTERN_OK;
}

static postern_status put_file(postern_change *change, postern_str text,
                               const postern_load_options *options)
{
    struct memory_file file;
    postern_diag diag;
    postern_status status;

    FUZZ_CLAIM(memory_file_open(&file, text.data, text.len));
    status = postern_change_put_lines(change, file.path, options, &diag);
    memory_file_close(&file);
    FUZZ_CLAIM(status == diag.status);
    return status;
}

/* All, or as it was. */
static void end(postern_store *store, postern_change *change, bool all)
{
    uint64_t revision = postern_store_revision(store);

    if (all) {
        FUZZ_CLAIM(postern_change_commit(change, NULL) == POSTERN_OK);
        FUZZ_CLAIM(postern_store_revision(store) == revision + 1);
    } else {
        postern_change_abort(change);
        FUZZ_CLAIM(postern_store_revision(store) == revision);
    }
}

/* The text as one document: what can be put line by line may not be in an order
 * that a document needs, so only the other way is a claim. */
static void put_document(postern_store *store, postern_str text)
{
    postern_change *change;
    postern_policy *policy;
    postern_diag diag;
    postern_status status;

    if (postern_policy_load(&policy, text, NULL, NULL) != POSTERN_OK) {
        return;
    }
    FUZZ_CLAIM(postern_change_begin(store, &change) == POSTERN_OK);
    status = postern_change_put_policy(change, policy, &diag);
    FUZZ_CLAIM(status == diag.status);
    FUZZ_CLAIM(status == POSTERN_OK || diag.message[0]);
    end(store, change, status == POSTERN_OK);
    postern_policy_free(policy);
}

static void put_both_ways(postern_str text, postern_rule_errors errors)
{
    struct faulty heap = {0};
    postern_allocator allocator = faulty_allocator(&heap);
    postern_store *by_line = new_store(&allocator);
    postern_store *by_file = new_store(&allocator);
    postern_load_options options = loading(errors);
    postern_change *change;
    postern_status one;

    FUZZ_CLAIM(postern_change_begin(by_line, &change) == POSTERN_OK);
    one = put_each(change, text, &options);
    end(by_line, change, one == POSTERN_OK);
    FUZZ_CLAIM(postern_change_begin(by_file, &change) == POSTERN_OK);
    FUZZ_CLAIM(put_file(change, text, &options) == one);
    end(by_file, change, one == POSTERN_OK);
    put_document(by_file, text);
    postern_store_free(by_line);
    postern_store_free(by_file);
    FUZZ_CLAIM(heap.live == 0);
    FUZZ_CLAIM(heap.wrong_sizes == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    postern_str text = {(const char *)data, size};

    put_both_ways(text, POSTERN_RULE_ERRORS_REFUSE);
    put_both_ways(text, POSTERN_RULE_ERRORS_DISABLE);
    return 0;
}
