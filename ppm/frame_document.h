/* Frames that are part of a document which is read already: of test cases. */
#ifndef PST_PPM_FRAME_DOCUMENT_H
#define PST_PPM_FRAME_DOCUMENT_H

#include "ppm/frame.h"

/* As postern_ppm_frame_load(). The document lives as long as the frame. */
POSTERN_NODISCARD postern_status pst_ppm_frame_of_node(
    postern_ppm_frame **frame, const struct pst_document *document,
    const struct pst_node *node, const postern_ppm_load_options *options,
    postern_diag *diag);

#endif
