#include "cli/request_file.h"

#include "base/diag.h"
#include "cli/command.h"
#include "cli/source.h"

bool pst_request_file_open(struct pst_request_file *file, const char *source)
{
    postern_diag diag = {.status = POSTERN_OK};
    postern_status status;

    memset(file, 0, sizeof *file);
    status = pst_source_read(&file->bytes, source, &diag);
    if (status == POSTERN_OK) {
        status = pst_requests_find(
            &file->requests, source,
            (postern_str){file->bytes.data, file->bytes.count}, &diag);
    }
    if (status == POSTERN_OK && file->requests.items.count == 0) {
        status = pst_diag_refuse(&diag, POSTERN_ERR_POLICY, "",
                                 "there is no request in it", NULL);
        pst_diag_copy(diag.source, sizeof diag.source, source);
    }
    if (status != POSTERN_OK) {
        (void)pst_diag_plain(&diag, status);
        pst_print_diag(stderr, &diag);
    }
    return status == POSTERN_OK;
}

void pst_request_file_close(struct pst_request_file *file)
{
    postern_allocator heap = pst_allocator_of(NULL);

    pst_requests_release(&file->requests);
    pst_vec_release(&file->bytes, &heap);
}

int pst_request_file_each(const struct pst_request_file *file,
                          int (*act)(void *self,
                                     const struct pst_document *document,
                                     struct pst_arena *arena),
                          void *self)
{
    uint32_t count = file->requests.items.count;
    int result = PST_EXIT_YES;

    for (uint32_t i = 0; i < count && result != PST_EXIT_UNUSABLE; i++) {
        struct pst_arena arena;
        struct pst_document document;
        postern_diag diag = {.status = POSTERN_OK};

        pst_arena_init(&arena, NULL, SIZE_MAX);
        if (pst_request_read(&document, &file->requests,
                             pst_request_at(&file->requests, i), &arena,
                             &diag) == POSTERN_OK) {
            result = act(self, &document, &arena);
        } else {
            pst_print_diag(stderr, &diag);
            result = PST_EXIT_UNUSABLE;
        }
        pst_arena_release(&arena);
        if (result == PST_EXIT_NO && count > 1) {
            result = PST_EXIT_YES;
        }
    }
    return result;
}
