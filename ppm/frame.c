/* Columns of frames, and what callers may know of a frame. */
#include "ppm/frame.h"

#include "base/str.h"

bool pst_ppm_is_one(postern_ppm_kind kind, uint32_t row)
{
    switch (pst_ppm_tags[pst_ppm_rows[row].tag].group) {
    case POSTERN_PPM_GROUP_SCALE_RETENTION:
    case POSTERN_PPM_GROUP_SCALE_INTERVAL:
    case POSTERN_PPM_GROUP_SCALE_ORDINAL:
    case POSTERN_PPM_GROUP_SET_PLACE:
    case POSTERN_PPM_GROUP_LEVEL:
        return true;
    default:
        /* What a provider leaves out of a tag it does not do. */
        return kind == POSTERN_PPM_PROVIDER;
    }
}

bool pst_ppm_columns_meet(const postern_str a[PST_PPM_AXES],
                          const postern_str b[PST_PPM_AXES])
{
    for (int i = 0; i < PST_PPM_AXES; i++) {
        if (a[i].data && b[i].data && !pst_str_equal(a[i], b[i])) {
            return false;
        }
    }
    return true;
}

bool pst_ppm_column_inside(const postern_str a[PST_PPM_AXES],
                           const postern_str b[PST_PPM_AXES])
{
    for (int i = 0; i < PST_PPM_AXES; i++) {
        if (b[i].data && (!a[i].data || !pst_str_equal(a[i], b[i]))) {
            return false;
        }
    }
    return true;
}

void postern_ppm_frame_look(const postern_ppm_frame *frame,
                            postern_ppm_frame_head *head)
{
    *head = frame->head;
}

void postern_ppm_frame_free(postern_ppm_frame *frame)
{
    postern_allocator allocator;

    if (!frame) {
        return;
    }
    allocator = frame->allocator;
    pst_arena_release(&frame->arena);
    pst_release(&allocator, frame, sizeof *frame);
}
