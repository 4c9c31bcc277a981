/* What instrumented code calls. The names are those of the interfaces of the
 * compilers' -fsanitize=thread and -fsanitize-coverage=trace-pc, of which none
 * of the libraries is linked. */
#include "support/probe.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 64 };

static struct {
    bool counting;
    uintptr_t first; /* line */
    uintptr_t count;
    uint8_t *seen;
    struct probe_count result;
} probe;

void probe_begin(const void *memory, size_t size)
{
    probe.first = (uintptr_t)memory / LINE;
    probe.count = ((uintptr_t)memory + size - 1) / LINE - probe.first + 1;
    probe.seen = calloc(probe.count, 1);
    if (!probe.seen) {
        abort();
    }
    probe.result = (struct probe_count){0, 0};
    probe.counting = true;
}

struct probe_count probe_end(void)
{
    probe.counting = false;
    free(probe.seen);
    probe.seen = NULL;
    return probe.result;
}

static void see(const void *from, size_t size)
{
    uintptr_t last = ((uintptr_t)from + size - 1) / LINE;

    if (!probe.counting || size == 0) {
        return;
    }
    for (uintptr_t line = (uintptr_t)from / LINE; line <= last; line++) {
        uintptr_t number = line - probe.first;

        if (number < probe.count && !probe.seen[number]) {
            probe.seen[number] = 1;
            probe.result.lines++;
        }
    }
}

/* ---- the compilers' interfaces ------------------------------------------ */

#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wpragmas"
#pragma GCC diagnostic ignored "-Wreserved-identifier"

void __sanitizer_cov_trace_pc(void)
{
    probe.result.runs += probe.counting;
}

#define SEES(name, size)                                                       \
    void __tsan_##name(const void *from)                                       \
    {                                                                          \
        see(from, size);                                                       \
    }

#define IGNORES(name)                                                          \
    void __tsan_##name(const void *to)                                         \
    {                                                                          \
        (void)to;                                                              \
    }

SEES(read1, 1)
SEES(read2, 2)
SEES(read4, 4)
SEES(read8, 8)
SEES(read16, 16)
SEES(unaligned_read2, 2)
SEES(unaligned_read4, 4)
SEES(unaligned_read8, 8)
SEES(unaligned_read16, 16)
IGNORES(write1)
IGNORES(write2)
IGNORES(write4)
IGNORES(write8)
IGNORES(write16)
IGNORES(unaligned_write2)
IGNORES(unaligned_write4)
IGNORES(unaligned_write8)
IGNORES(unaligned_write16)
IGNORES(func_entry)

void __tsan_init(void)
{
}

void __tsan_func_exit(void)
{
}

void __tsan_read_range(const void *from, size_t size)
{
    see(from, size);
}

void __tsan_write_range(const void *to, size_t size)
{
    (void)to;
    (void)size;
}

/* What the C library reads. As much as was asked for is taken to be read. */

int probe_memcmp(const void *a, const void *b, size_t size)
{
    see(a, size);
    see(b, size);
    return memcmp(a, b, size);
}

void *probe_memchr(const void *from, int byte, size_t size)
{
    see(from, size);
    return memchr(from, byte, size); /* NOLINT: it is as that of the library */
}

void *probe_memcpy(void *to, const void *from, size_t size)
{
    see(from, size);
    return memcpy(to, from, size);
}

/* Some compilers call these instead. */

void *__tsan_memcpy(void *to, const void *from, size_t size)
{
    return probe_memcpy(to, from, size);
}

void *__tsan_memset(void *to, int byte, size_t size)
{
    return memset(to, byte, size);
}

void *__tsan_memmove(void *to, const void *from, size_t size)
{
    see(from, size);
    return memmove(to, from, size);
}
