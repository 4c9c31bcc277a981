/*
 * Every allocation of loading a country database refused once:
 * POSTERN_ERR_MEMORY, nothing is left, no database; then it loads.
 */
#define _GNU_SOURCE /* memfd_create */

#include "support/claim.h"
#include "support/faulty.h"
#include "support/memory_file.h"
#include "support/mmdb_writer.h"

#include <postern/pip.h>

enum { DEPTH = 10, NODES = (1 << DEPTH) - 1, RECORD_SIZE = 1 + 13 + 3 };

static struct mmdb_writer file_bytes;

/* A full tree: each leaf another country than its neighbours. */
static void write_file(void)
{
    const struct mmdb_facts facts = {.node_count = NODES, .ip_version = 6};

    for (uint32_t i = 0; i < NODES; i++) {
        uint32_t left = 2 * i + 1;

        if (left < NODES) {
            mmdb_node(&file_bytes, left, left + 1);
        } else {
            mmdb_node(&file_bytes, NODES + MMDB_WRITER_SEPARATOR,
                      NODES + MMDB_WRITER_SEPARATOR + RECORD_SIZE);
        }
    }
    mmdb_separator(&file_bytes);
    for (int i = 0; i < 2; i++) {
        mmdb_map(&file_bytes, 1);
        mmdb_text(&file_bytes, "country_code");
        mmdb_text(&file_bytes, i == 0 ? "NL" : "DE");
    }
    mmdb_metadata(&file_bytes, &facts);
}

static postern_status load(const char *path, struct faulty *heap)
{
    postern_allocator allocator = faulty_allocator(heap);
    postern_country_options options;
    postern_country_db *db = (postern_country_db *)&db;
    postern_diag diag;
    postern_status status;

    postern_country_options_init(&options);
    options.allocator = &allocator;
    status = postern_country_db_load(&db, path, &options, &diag);
    claim((db != NULL) == (status == POSTERN_OK), "a database after %s",
          postern_status_name(status));
    claim(diag.status == status, "the diagnostic says something else");
    if (status == POSTERN_OK) {
        postern_country_db_size size;

        postern_country_db_measure(db, &size);
        claim(size.bytes == heap->live, "%llu bytes of %zu",
              (unsigned long long)size.bytes, heap->live);
        claim(size.ranges6 == NODES + 1, "%llu ranges",
              (unsigned long long)size.ranges6);
    }
    postern_country_db_free(db);
    return status;
}

static void sweep(const char *path)
{
    size_t calls = 0;

    for (size_t n = 1; calls + 1 >= n; n++) {
        struct faulty heap = {.fail_at = n};
        postern_status status = load(path, &heap);
        bool refused = heap.calls >= n;

        calls = heap.calls;
        claim(status == (refused ? POSTERN_ERR_MEMORY : POSTERN_OK),
              "allocation %zu: %s", n, postern_status_name(status));
        claim(heap.live == 0, "allocation %zu: %zu bytes left", n, heap.live);
        claim(heap.wrong_sizes == 0, "allocation %zu: wrong sizes", n);
        if (!refused) {
            claim(n > 10, "only %zu allocations", n - 1);
            return;
        }
    }
}

int main(void)
{
    struct memory_file file;

    write_file();
    if (!claim(memory_file_open(&file, file_bytes.bytes, file_bytes.size),
               "no file")) {
        return claims_failed();
    }
    sweep(file.path);
    memory_file_close(&file);
    return claims_failed();
}
