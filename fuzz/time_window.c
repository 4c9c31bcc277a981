/* Target functions: postern_time_window_is_open,
 * postern_time_window_next_change */
#include "fuzz/fuzz.h"

#include "support/agree.h"
#include "support/rng.h"

#include <string.h>

enum { PROBES = 16 };

/* Eight bytes of time, then the window. It is read or refused, open or closed
 * as the twin says, and changes next when it says. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint32_t probes[PROBES];
    struct rng rng = {size};
    int64_t time_s = 0;
    postern_str window;

    if (size < sizeof time_s) {
        return 0;
    }
    memcpy(&time_s, data, sizeof time_s);
    rng.state += (uint64_t)time_s;
    for (size_t i = 0; i < PROBES; i++) {
        probes[i] = (uint32_t)rng_bits(&rng);
    }
    window =
        (postern_str){(const char *)data + sizeof time_s, size - sizeof time_s};
    FUZZ_CLAIM(agree_on_window(window, time_s, probes, PROBES));
    FUZZ_CLAIM(agree_on_window(window, time_s % 300000000000, probes, PROBES));
    return 0;
}
