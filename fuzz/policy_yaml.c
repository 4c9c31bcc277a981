/* Target functions: postern_policy_load, postern_policy_write,
 * postern_policy_check, postern_decide */
#include "fuzz/fuzz.h"
#include "fuzz/policy_round_trip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_policy((postern_str){(const char *)data, size}, POSTERN_FORMAT_YAML);
    return 0;
}
