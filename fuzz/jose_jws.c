/* Target functions: postern_jose_open (JWS).
 *
 * The first byte chooses a good token, three at a time change a byte of it:
 * whatever differs from the token in any byte is refused. */
#include "fuzz/jose_open.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fuzz_jose it;

    if (!it.jose) {
        fuzz_jose_begin(&it);
        fuzz_jose_seal(&it, POSTERN_JOSE_JWS, "hs256", NULL);
        fuzz_jose_seal(&it, POSTERN_JOSE_JWS, "hs512", NULL);
        fuzz_jose_seal(&it, POSTERN_JOSE_JWS, "es256", NULL);
        fuzz_jose_seal(&it, POSTERN_JOSE_JWS, "rs256", NULL);
    }
    fuzz_jose_try(&it, data, size);
    return 0;
}
