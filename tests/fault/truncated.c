/*
 * Documents cut off at every byte: each is read or refused in a place inside
 * it, soon, and without a look behind its end (AddressSanitizer).
 *
 *   truncated FILE...
 */
#include <postern/policy.h>

#include "support/claim.h"
#include "support/faulty.h"
#include "support/file_text.h"

#include <time.h>

enum { SECONDS_EACH = 5 };

static double cpu_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static uint32_t lines_of(const char *text, size_t len)
{
    uint32_t lines = 1;

    for (size_t i = 0; i < len; i++) {
        lines += text[i] == '\n';
    }
    return lines;
}

static postern_status load(const char *path, const char *text, size_t len,
                           postern_diag *diag)
{
    struct faulty heap = {.fail_at = 0};
    postern_allocator allocator = faulty_allocator(&heap);
    postern_load_options options;
    postern_policy *policy;
    postern_status status;
    char *copy = malloc(len);

    if (len && !copy) {
        abort();
    }
    if (len) {
        memcpy(copy, text, len);
    }
    postern_load_options_init(&options);
    options.allocator = &allocator;
    options.source = path; /* its end tells the format */
    status =
        postern_policy_load(&policy, (postern_str){copy, len}, &options, diag);
    free(copy);
    postern_policy_free(policy);
    claim(heap.live == 0, "%s, %zu bytes: a leak", path, len);
    return status;
}

/* Whether it is a refusal of the text. */
static bool is_refusal(postern_status status)
{
    return status == POSTERN_ERR_SYNTAX || status == POSTERN_ERR_POLICY;
}

static void cut(const char *path, const char *text, size_t len)
{
    double start = cpu_seconds();
    postern_diag diag;
    postern_status status = load(path, text, len, &diag);

    claim(cpu_seconds() - start < SECONDS_EACH, "%s, %zu bytes: slow", path,
          len);
    if (status == POSTERN_OK) {
        return;
    }
    claim(is_refusal(status), "%s, %zu bytes: %s", path, len,
          postern_status_name(status));
    claim(diag.line >= 1 && diag.column >= 1 &&
              diag.line <= lines_of(text, len),
          "%s, %zu bytes: at %u:%u", path, len, diag.line, diag.column);
    claim(diag.message[0] != '\0', "%s, %zu bytes: no message", path, len);
}

int main(int argc, char **argv)
{
    claim(argc > 1, "truncated FILE...");
    for (int i = 1; i < argc; i++) {
        postern_diag diag;
        size_t len;
        char *text = file_text(argv[i], &len);

        claim(load(argv[i], text, len, &diag) == POSTERN_OK, "%s: %s", argv[i],
              diag.message);
        for (size_t end = 0; end < len; end++) {
            cut(argv[i], text, end);
        }
        printf("%s: %zu bytes\n", argv[i], len);
        free(text);
    }
    return claims_failed();
}
