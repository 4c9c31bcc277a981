/* What is left of the bytes read moves to the front before more are read, so
 * the buffer is as large as the longest line. */
#include "policy-lang/lines.h"

#include "base/str.h"
#include "policy-lang/files.h"

#include <errno.h>

enum { CHUNK = 8 * 1024 };

postern_status pst_lines_open(struct pst_lines *lines, const char *name,
                              const postern_allocator *allocator, size_t limit,
                              postern_diag *diag)
{
    *lines = (struct pst_lines){
        .name = name, .allocator = *allocator, .limit = limit};
    pst_vec_init(&lines->bytes, 1);
    lines->stream = fopen(name, "rb");
    return lines->stream ? POSTERN_OK : pst_file_refuse(diag, name, errno);
}

void pst_lines_close(struct pst_lines *lines)
{
    pst_vec_release(&lines->bytes, &lines->allocator);
    fclose(lines->stream);
}

static postern_status refuse(const struct pst_lines *lines, postern_diag *diag,
                             postern_status status, const char *message)
{
    bool first = diag && diag->status == POSTERN_OK;

    (void)pst_diag_refuse(diag, status, "", message, NULL);
    if (first) {
        pst_diag_copy(diag->source, sizeof diag->source, lines->name);
        pst_diag_locate(diag, lines->number + 1, 1);
    }
    return status;
}

static void move_to_front(struct pst_lines *lines)
{
    uint32_t left = lines->bytes.count - lines->next;

    if (lines->next && left) {
        char *bytes = lines->bytes.data;

        memmove(bytes, bytes + lines->next, left);
    }
    lines->looked -= lines->next;
    lines->bytes.count = left;
    lines->next = 0;
}

static postern_status read_more(struct pst_lines *lines, postern_diag *diag)
{
    char chunk[CHUNK];
    size_t count;

    move_to_front(lines);
    count = fread(chunk, 1, sizeof chunk, lines->stream);
    lines->over = count == 0;
    if (lines->over && ferror(lines->stream)) {
        return refuse(lines, diag, POSTERN_ERR_IO, "the file cannot be read");
    }
    if (pst_vec_push(&lines->bytes, &lines->allocator, chunk,
                     (uint32_t)count) != POSTERN_OK) {
        return pst_diag_plain(diag, POSTERN_ERR_MEMORY);
    }
    return POSTERN_OK;
}

postern_status pst_lines_next(struct pst_lines *lines, postern_str *text,
                              postern_diag *diag)
{
    postern_str read;
    size_t end;

    for (;;) {
        read = (postern_str){lines->bytes.data, lines->bytes.count};
        end = pst_str_find(read, lines->looked, '\n');
        lines->looked = (uint32_t)end;
        if (end - lines->next > lines->limit) {
            return refuse(lines, diag, POSTERN_ERR_LIMIT,
                          "this line is longer than the limits allow");
        }
        if (end < read.len || lines->over) {
            break;
        }
        PST_TRY(read_more(lines, diag));
    }
    *text = (postern_str){NULL, 0};
    lines->torn = end == read.len;
    if (lines->torn && lines->next == read.len) {
        return POSTERN_OK;
    }
    *text = pst_str_slice(read, lines->next, end);
    lines->number++;
    lines->next = (uint32_t)end + !lines->torn;
    lines->looked = lines->next;
    return POSTERN_OK;
}

bool pst_line_is_blank(postern_str line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (line.data[i] != ' ' && line.data[i] != '\t' &&
            line.data[i] != '\r') {
            return false;
        }
    }
    return true;
}
