/* Target functions: postern_id_parse_entity, postern_id_parse_resource,
 * postern_id_parse_role, postern_id_text, pst_originator_read,
 * pst_wildcard_matches */
#include "fuzz/fuzz.h"

#include "support/agree.h"

#include <string.h>

/* A line with an entry of accessControlOriginators, a line with From: both read
 * or refused as the twin does, and the one lets the other in or not. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *line = size ? memchr(text, '\n', size) : NULL;
    size_t length = line ? (size_t)(line - text) : size;
    postern_str entry = {text, length};
    postern_str from = {NULL, 0};

    if (line) {
        from = (postern_str){line + 1, size - length - 1};
    }
    FUZZ_CLAIM(agree_on_identifier(entry));
    FUZZ_CLAIM(agree_on_identifier(from));
    FUZZ_CLAIM(agree_on_originator(entry, from));
    FUZZ_CLAIM(agree_on_originator(from, from));
    return 0;
}
