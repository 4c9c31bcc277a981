/* Target functions: postern_ip_parse, pst_ip_prefix_parse,
 * pst_ip4_ranges_contain, pst_ip6_ranges_contain */
#include "fuzz/fuzz.h"

#include "support/agree.h"

#include <string.h>

enum { ADDRESS_SIZE = 64 };

/* A line with a prefix, a line with an address: both read or refused as the
 * twin does, and the one in the other or not. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *line = size ? memchr(data, '\n', size) : NULL;
    size_t length = line ? (size_t)(line - data) : size;
    size_t rest = line ? size - length - 1 : 0;
    char address[ADDRESS_SIZE] = "";

    if (rest && rest < ADDRESS_SIZE && !memchr(line + 1, '\0', rest)) {
        memcpy(address, line + 1, rest);
    }
    FUZZ_CLAIM(
        agree_on_prefix((postern_str){(const char *)data, length}, address));
    FUZZ_CLAIM(agree_on_prefix(postern_str_of(address), address));
    return 0;
}
