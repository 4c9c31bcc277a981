/*
 * Memory from large pages, where the system has them: a table of hundreds of
 * megabytes is then found in the processor's own table of pages, which takes a
 * quarter off a load from far away. A host that has such tables can do the same
 * with an allocator of its own.
 */
#ifndef BENCH_PAGES_H
#define BENCH_PAGES_H

#include <postern/base.h>

/* Blocks of 2 MiB and more come from mmap() with MADV_HUGEPAGE, smaller ones
 * from malloc(). */
postern_allocator bench_pages(void);

#endif
