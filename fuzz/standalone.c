/*
 * Replays inputs without a fuzzer, so that every compiler and every test run
 * tries them: each file given, and each file of each folder given.
 */
#define _POSIX_C_SOURCE 200809L /* scandir */

#include "fuzz/fuzz.h"

#include <dirent.h>
#include <stdbool.h>
#include <string.h>

enum { PATH_SIZE = 4096, MOST_BYTES = 1 << 24 };

static bool replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *exact;
    uint8_t *data;
    size_t size;

    if (!file) {
        return false;
    }
    data = malloc(MOST_BYTES);
    size = data ? fread(data, 1, MOST_BYTES, file) : 0;
    fclose(file);
    /* Of exactly that size: a byte read behind it is found. */
    exact = malloc(size ? size : 1);
    if (!data || !exact) {
        free(data);
        free(exact);
        return false;
    }
    memcpy(exact, data, size);
    free(data);
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    return true;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* How many files were replayed; 0 when one of them could not be. */
static size_t replay_folder(const char *path)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_visible, alphasort);
    bool all = count > 0;

    for (int i = 0; i < count; i++) {
        char file[PATH_SIZE];
        int length =
            snprintf(file, sizeof file, "%s/%s", path, entries[i]->d_name);

        all = all && length > 0 && length < PATH_SIZE && replay_file(file);
        free(entries[i]);
    }
    free(entries);
    return all ? (size_t)count : 0;
}

static size_t replay(const char *path)
{
    DIR *folder = opendir(path);

    if (!folder) {
        return replay_file(path) ? 1 : 0;
    }
    closedir(folder);
    return replay_folder(path);
}

int main(int argc, char **argv)
{
    size_t inputs = 0;

    for (int i = 1; i < argc; i++) {
        size_t replayed = replay(argv[i]);

        if (replayed == 0) {
            fprintf(stderr, "%s: nothing there could be replayed\n", argv[i]);
            return 2;
        }
        inputs += replayed;
    }
    printf("%zu inputs replayed\n", inputs);
    return inputs > 0 ? 0 : 2;
}
