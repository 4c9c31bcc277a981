#include "bench/openssl_memory.h"

#include <openssl/crypto.h>

#include <stdlib.h>

static _Thread_local uint64_t calls;

static void *take(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    calls++;
    return malloc(size);
}

static void *resize(void *block, size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    calls++;
    return realloc(block, size);
}

static void give(void *block, const char *file, int line)
{
    (void)file;
    (void)line;
    calls++;
    free(block);
}

bool bench_openssl_memory_start(void)
{
    return CRYPTO_set_mem_functions(take, resize, give) == 1;
}

uint64_t bench_openssl_allocations(void)
{
    return calls;
}
