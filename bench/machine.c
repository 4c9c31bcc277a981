#define _DEFAULT_SOURCE /* sysconf(_SC_NPROCESSORS_ONLN) */

#include "bench/machine.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_SIZE = 512 };

/* Text behind the first colon of the first line that begins with `key`; an
 * empty key takes the first line as it is. */
static void add_line_of(struct pst_text *out, const char *path, const char *key)
{
    char line[LINE_SIZE];
    FILE *file = fopen(path, "r");

    while (file && fgets(line, sizeof line, file)) {
        const char *colon = strchr(line, ':');
        const char *value = *key && colon ? colon + 2 : line;

        if (strncmp(line, key, strlen(key)) == 0) {
            pst_text_add_str(out, (postern_str){value, strcspn(value, "\n")});
            break;
        }
    }
    if (file) {
        (void)fclose(file);
    }
}

void bench_machine(char *buffer, size_t size)
{
    struct pst_text out;

    pst_text_init(&out, buffer, size);
    add_line_of(&out, "/proc/cpuinfo", "model name");
    pst_text_add(&out, ", ");
    pst_text_add_uint(&out, (uint64_t)sysconf(_SC_NPROCESSORS_ONLN));
    pst_text_add(&out, " cores, Linux ");
    add_line_of(&out, "/proc/sys/kernel/osrelease", "");
#if defined(__clang__)
    pst_text_add(&out, ", " __VERSION__);
#else
    pst_text_add(&out, ", gcc " __VERSION__);
#endif
    pst_text_add(&out, ", " BENCH_FLAGS);
}
