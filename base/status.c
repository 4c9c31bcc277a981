#include "base/version.h"

#include <postern/base.h>

#include <string.h>

const char *postern_status_name(postern_status status)
{
    static const char *const names[] = {
        [POSTERN_OK] = "POSTERN_OK",
        [POSTERN_ERR_ARGUMENT] = "POSTERN_ERR_ARGUMENT",
        [POSTERN_ERR_MEMORY] = "POSTERN_ERR_MEMORY",
        [POSTERN_ERR_LIMIT] = "POSTERN_ERR_LIMIT",
        [POSTERN_ERR_SYNTAX] = "POSTERN_ERR_SYNTAX",
        [POSTERN_ERR_POLICY] = "POSTERN_ERR_POLICY",
        [POSTERN_ERR_IO] = "POSTERN_ERR_IO",
        [POSTERN_ERR_INTERNAL] = "POSTERN_ERR_INTERNAL",
    };

    if ((unsigned)status >= sizeof names / sizeof names[0]) {
        return "unknown status";
    }
    return names[status];
}

postern_str postern_str_of(const char *text)
{
    return (postern_str){text, text ? strlen(text) : 0};
}

const char *postern_version(void)
{
    return PST_VERSION;
}
