/* Files and folders, read with what POSIX has for it. */
#define _POSIX_C_SOURCE 200809L /* opendir, stat */

#include "policy-lang/files.h"

#include "base/sort.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { CHUNK = 8 * 1024 };

static postern_status refuse(postern_diag *diag, postern_status status,
                             const char *name, const char *message)
{
    bool first = diag && diag->status == POSTERN_OK;

    (void)pst_diag_refuse(diag, status, "", message, NULL);
    if (first) {
        pst_diag_copy(diag->source, sizeof diag->source, name);
    }
    return status;
}

static const char *reason(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return "there is no such file or folder";
    case EACCES:
    case EPERM:
        return "permission denied";
    case ENOMEM:
        return "out of memory";
    case EMFILE:
    case ENFILE:
        return "too many files are open";
    default:
        return "the file or folder cannot be read";
    }
}

postern_status pst_file_refuse(postern_diag *diag, const char *name, int error)
{
    return refuse(diag, error == ENOMEM ? POSTERN_ERR_MEMORY : POSTERN_ERR_IO,
                  name, reason(error));
}

static bool ends_in(const char *name, const char *end)
{
    size_t len = strlen(name);
    size_t end_len = strlen(end);

    return len > end_len && strcmp(name + len - end_len, end) == 0;
}

bool pst_is_json_name(const char *name)
{
    return ends_in(name, ".json");
}

bool pst_is_yaml_name(const char *name)
{
    return ends_in(name, ".yaml") || ends_in(name, ".yml");
}

/* Names while they are found; what they point to is in the arena. */
struct search {
    struct pst_arena *arena;
    struct pst_vec names; /* const char * */
    postern_diag *diag;
};

static postern_status add_name(struct search *self, const char *name)
{
    return pst_vec_push(&self->names, &self->arena->allocator, &name, 1);
}

static postern_status join(struct search *self, const char *folder,
                           const char *name, const char **path)
{
    size_t folder_len = strlen(folder);
    size_t size = folder_len + strlen(name) + 2;
    char *bytes = pst_arena_alloc(self->arena, size, 1);

    if (!bytes) {
        return POSTERN_ERR_MEMORY;
    }
    memcpy(bytes, folder, folder_len);
    if (folder_len > 0 && folder[folder_len - 1] != '/') {
        bytes[folder_len++] = '/';
    }
    memcpy(bytes + folder_len, name, strlen(name));
    *path = bytes;
    return POSTERN_OK;
}

static postern_status add_from_folder(struct search *self, const char *folder,
                                      const char *name)
{
    struct stat about;
    const char *path;

    if (!pst_is_json_name(name) && !pst_is_yaml_name(name)) {
        return POSTERN_OK;
    }
    PST_TRY(join(self, folder, name, &path));
    if (stat(path, &about) != 0) {
        return pst_file_refuse(self->diag, path, errno);
    }
    return S_ISREG(about.st_mode) ? add_name(self, path) : POSTERN_OK;
}

static postern_status add_entries(struct search *self, const char *folder,
                                  DIR *stream)
{
    for (;;) {
        const struct dirent *entry;

        errno = 0;
        entry = readdir(stream);
        if (!entry) {
            return errno ? pst_file_refuse(self->diag, folder, errno)
                         : POSTERN_OK;
        }
        PST_TRY(add_from_folder(self, folder, entry->d_name));
    }
}

static int order_names(const void *a, const void *b, const void *context)
{
    (void)context;
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static postern_status add_folder(struct search *self, const char *folder)
{
    uint32_t first = self->names.count;
    DIR *stream = opendir(folder);
    const char **names;
    postern_status status;

    if (!stream) {
        return pst_file_refuse(self->diag, folder, errno);
    }
    status = add_entries(self, folder, stream);
    closedir(stream);
    if (status == POSTERN_OK && self->names.count == first) {
        return refuse(self->diag, POSTERN_ERR_IO, folder,
                      "the folder holds no file that ends in .json, .yaml or "
                      ".yml");
    }
    names = self->names.data;
    if (status == POSTERN_OK) {
        pst_sort(names + first, self->names.count - first, sizeof *names,
                 order_names, NULL);
    }
    return status;
}

static postern_status add_path(struct search *self, const char *path)
{
    struct stat about;

    if (stat(path, &about) != 0) {
        return pst_file_refuse(self->diag, path, errno);
    }
    return S_ISDIR(about.st_mode) ? add_folder(self, path)
                                  : add_name(self, path);
}

static postern_status add_paths(struct search *self, const char *const *paths,
                                size_t count)
{
    for (size_t i = 0; i < count; i++) {
        PST_TRY(add_path(self, paths[i]));
    }
    return POSTERN_OK;
}

static postern_status keep_names(struct search *self,
                                 struct pst_file_list *files)
{
    size_t count = self->names.count;

    files->names = pst_arena_alloc(self->arena, count, sizeof *files->names);
    if (!files->names) {
        return POSTERN_ERR_MEMORY;
    }
    files->count = count;
    if (count) {
        memcpy(files->names, self->names.data, count * sizeof *files->names);
    }
    return POSTERN_OK;
}

postern_status pst_files_find(struct pst_file_list *files,
                              struct pst_arena *arena, const char *const *paths,
                              size_t path_count, postern_diag *diag)
{
    struct search self = {.arena = arena, .diag = diag};
    postern_status status;

    *files = (struct pst_file_list){NULL, 0};
    pst_vec_init(&self.names, sizeof(const char *));
    status = add_paths(&self, paths, path_count);
    if (status == POSTERN_OK) {
        status = keep_names(&self, files);
    }
    pst_vec_release(&self.names, &arena->allocator);
    return status;
}

/* What is read beyond the limit tells that there is too much. */
static postern_status read_stream(struct pst_vec *bytes,
                                  const postern_allocator *allocator,
                                  FILE *stream, size_t limit)
{
    char chunk[CHUNK];

    while (bytes->count <= limit) {
        size_t count = fread(chunk, 1, sizeof chunk, stream);

        PST_TRY(pst_vec_push(bytes, allocator, chunk, (uint32_t)count));
        if (count == 0) {
            return ferror(stream) ? POSTERN_ERR_IO : POSTERN_OK;
        }
    }
    return POSTERN_ERR_LIMIT;
}

postern_status pst_file_read(struct pst_vec *bytes,
                             const postern_allocator *allocator,
                             const char *name, size_t limit, postern_diag *diag)
{
    FILE *stream = fopen(name, "rb");
    postern_status status;

    pst_vec_init(bytes, 1);
    if (!stream) {
        return pst_file_refuse(diag, name, errno);
    }
    status = read_stream(bytes, allocator, stream, limit);
    fclose(stream);
    if (status == POSTERN_ERR_IO) {
        return refuse(diag, status, name, "the file cannot be read");
    }
    if (status == POSTERN_ERR_LIMIT) {
        return refuse(diag, status, name,
                      "the file is longer than the limits allow");
    }
    return status;
}
