/* Security usage identifiers (TS-0004 6.3.4.2.39): tens say where a key comes
 * from, ones what it is for. [KEY-03] */
#include <postern/credential.h>

enum { TENS = 4, ONES = 6 };

/* Remote provisioning gives no key for a MEF, a MAF none for itself. */
static const bool known[TENS + 1][ONES] = {
    [1] = {true, true, true, true, true, true},
    [2] = {false, true, true, true, true, true},
    [3] = {false, false, true, true, true, true},
    [4] = {true, true, true, true, true, true},
};

bool postern_suid_is_known(postern_suid suid)
{
    return suid / 10 <= TENS && suid % 10 < ONES && known[suid / 10][suid % 10];
}

bool postern_suid_permits(postern_suid suid, postern_suid_use use)
{
    return postern_suid_is_known(suid) && suid % 10 == (uint32_t)use;
}
