/* Target functions: postern_policy_load_files, postern_acp_set_load_json,
 * postern_acp_set_load_yaml
 *
 * Documents with lines of "%%" between them, each a file of its own: as a
 * folder and as a list of files they are one policy, written the same. One
 * alone is what it is as a text. */
#define _GNU_SOURCE /* mkdtemp */

#include "fuzz/fuzz.h"

#include "base/str.h"
#include "support/faulty.h"
#include "support/temp_folder.h"

#include <postern/policy.h>

#include <string.h>

enum { FILES = 6, PATH_SIZE = 128, LONGEST = 1 << 14 };

static struct temp_folder folder;

struct documents {
    postern_str texts[FILES];
    char paths[FILES][PATH_SIZE];
    const char *names[FILES];
    size_t count;
};

static void close_folder(void)
{
    temp_folder_close(&folder);
}

static size_t end_of(postern_str text, size_t from)
{
    size_t at = from;

    while (at < text.len) {
        size_t end = pst_str_find(text, at, '\n');

        if (pst_str_is(pst_str_slice(text, at, end), "%%")) {
            return at;
        }
        at = end + 1;
    }
    return text.len;
}

static void add_document(struct documents *documents, postern_str text)
{
    size_t i = documents->count++;
    bool json = text.len && (text.data[0] == '{' || text.data[0] == '[');

    documents->texts[i] = text;
    (void)snprintf(documents->paths[i], PATH_SIZE, "%s/%zu.%s", folder.path, i,
                   json    ? "json"
                   : i % 2 ? "yml"
                           : "yaml");
    documents->names[i] = documents->paths[i];
    temp_file_write(documents->paths[i], text.data, text.len);
}

static void cut(struct documents *documents, postern_str text)
{
    size_t from = 0;

    do {
        size_t end = end_of(text, from);

        add_document(documents, pst_str_slice(text, from, end));
        from = end + 3;
    } while (documents->count < FILES && from < text.len);
}

struct loaded {
    postern_policy *policy;
    postern_status status;
    postern_diag diag;
};

static struct loaded load(const char *const *paths, size_t count,
                          const postern_allocator *allocator)
{
    postern_load_options options;
    struct loaded out;

    postern_load_options_init(&options);
    options.allocator = allocator;
    options.limits.text_bytes = LONGEST;
    options.rule_errors = POSTERN_RULE_ERRORS_DISABLE;
    out.status = postern_policy_load_files(&out.policy, paths, count, &options,
                                           &out.diag);
    FUZZ_CLAIM(out.status == out.diag.status);
    FUZZ_CLAIM((out.status == POSTERN_OK) == (out.policy != NULL));
    FUZZ_CLAIM(out.status == POSTERN_OK || out.diag.message[0]);
    return out;
}

static void claim_written_alike(const postern_policy *a,
                                const postern_policy *b)
{
    postern_str one;
    postern_str other;

    FUZZ_CLAIM(postern_policy_write(a, POSTERN_FORMAT_JSON, &one) ==
               POSTERN_OK);
    FUZZ_CLAIM(postern_policy_write(b, POSTERN_FORMAT_JSON, &other) ==
               POSTERN_OK);
    FUZZ_CLAIM(pst_str_equal(one, other));
    postern_text_free(a, one);
    postern_text_free(b, other);
}

/* The set of one document has the ACPs that its policy has. */
static void claim_set(const struct documents *documents,
                      const struct loaded *loaded)
{
    bool json = strstr(documents->paths[0], ".json") != NULL;
    postern_load_options options;
    postern_acp_set *set;
    postern_status status;

    postern_load_options_init(&options);
    options.limits.text_bytes = LONGEST;
    options.rule_errors = POSTERN_RULE_ERRORS_DISABLE;
    status = json ? postern_acp_set_load_json(&set, documents->texts[0],
                                              &options, NULL)
                  : postern_acp_set_load_yaml(&set, documents->texts[0],
                                              &options, NULL);
    FUZZ_CLAIM(status == loaded->status);
    FUZZ_CLAIM((status == POSTERN_OK) == (set != NULL));
    FUZZ_CLAIM(!set ||
               postern_acp_set_count(set) ==
                   postern_acp_set_count(postern_policy_acps(loaded->policy)));
    postern_acp_set_free(set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct documents documents = {.count = 0};
    struct faulty heap = {0};
    postern_allocator allocator = faulty_allocator(&heap);
    const char *path = folder.path;
    struct loaded by_folder;
    struct loaded by_name;

    if (!folder.path[0]) {
        temp_folder_open(&folder);
        FUZZ_CLAIM(atexit(close_folder) == 0);
    }
    cut(&documents, (postern_str){(const char *)data, size});
    by_folder = load(&path, 1, &allocator);
    by_name = load(documents.names, documents.count, &allocator);
    FUZZ_CLAIM(by_folder.status == by_name.status);
    FUZZ_CLAIM(strcmp(by_folder.diag.message, by_name.diag.message) == 0);
    if (by_folder.policy) {
        claim_written_alike(by_folder.policy, by_name.policy);
    }
    if (documents.count == 1) {
        claim_set(&documents, &by_folder);
    }
    postern_policy_free(by_folder.policy);
    postern_policy_free(by_name.policy);
    FUZZ_CLAIM(heap.live == 0);
    FUZZ_CLAIM(heap.wrong_sizes == 0);
    for (size_t i = 0; i < documents.count; i++) {
        (void)unlink(documents.paths[i]);
    }
    /* Now nothing is there. */
    by_name = load(documents.names, documents.count, NULL);
    FUZZ_CLAIM(by_name.status == POSTERN_ERR_IO);
    by_folder = load(&path, 1, NULL);
    FUZZ_CLAIM(by_folder.status == POSTERN_ERR_IO);
    return 0;
}
