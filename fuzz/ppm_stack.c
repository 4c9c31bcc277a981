/* Target functions: postern_ppm_stack_new, postern_ppm_evaluate
 *
 * The bytes choose frames; the twin has to agree on every cell. [PPM-26] */
#include "fuzz/fuzz.h"

#include "support/ppm_pairs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes bytes = {data, size, 0};
    struct ppm_pair pair;
    uint64_t compared = 0;

    ppm_pair_choose(&pair, &bytes);
    FUZZ_CLAIM(ppm_pair_agree(&pair, &compared));
    return 0;
}
