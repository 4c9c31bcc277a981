#include "base/memory.h"

#include <stdlib.h>

static void *heap_alloc(void *user, size_t size)
{
    (void)user;
    return malloc(size);
}

static void heap_release(void *user, void *block, size_t size)
{
    (void)user;
    (void)size;
    free(block);
}

postern_allocator pst_allocator_of(const postern_allocator *given)
{
    if (given) {
        return *given;
    }
    return (postern_allocator){NULL, heap_alloc, heap_release};
}

static size_t bounded(size_t value, size_t normal, size_t ceiling)
{
    if (value == 0) {
        return normal;
    }
    return value < ceiling ? value : ceiling;
}

postern_limits pst_limits_of(const postern_limits *given)
{
    static const postern_limits none;

    given = given ? given : &none;
    return (postern_limits){
        .text_bytes =
            bounded(given->text_bytes, (size_t)256 << 20, (size_t)1 << 30),
        .depth = (uint32_t)bounded(given->depth, 32, 64),
        .values = (uint32_t)bounded(given->values, 50000000, 500000000),
        .rules = (uint32_t)bounded(given->rules, 10000000, 100000000),
        .text_length = (uint32_t)bounded(given->text_length, 4096, 65535),
    };
}
