/* Target functions: postern_acp_set_open_image, and whatever reads a set:
 * postern_decide, postern_decide_acps, postern_decide_until,
 * postern_decide_batch, postern_principal_new, postern_scan, postern_explain,
 * postern_explain_acps, postern_missing_links, postern_acp_set_originators,
 * postern_acp_set_find */
#include "fuzz/fuzz.h"

#include "pdp/acp_set.h"
#include "support/images.h"

enum { LARGEST = 256 * 1024 };

/* The input is an image as somebody might make it who knows how the checksum is
 * made: what makes it one of this release and machine is put right. It is
 * refused with a sentence, or whatever is asked of it is answered without
 * reading anything outside. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    postern_acp_set *set;
    postern_diag diag;
    void *bytes;

    size -= size % 8;
    if (size > LARGEST) {
        return 0;
    }
    bytes = image_copy(data, size);
    if (size >= sizeof(struct pst_block)) {
        image_repair(bytes, size);
    }
    if (postern_acp_set_open_image(&set, bytes, size, NULL, &diag) ==
        POSTERN_OK) {
        (void)image_asking(set);
        postern_acp_set_free(set);
    } else {
        FUZZ_CLAIM(!set && diag.status == POSTERN_ERR_SYNTAX);
        FUZZ_CLAIM(diag.message[0]);
    }
    free(bytes);
    return 0;
}
