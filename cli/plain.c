#define _POSIX_C_SOURCE 200809L /* isatty, fileno */

#include "cli/plain.h"

#include "base/character.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

size_t pst_character_size(postern_str text, size_t at)
{
    struct pst_character character = pst_character_at(text, at);

    return character.code == UINT32_MAX ? 0 : character.size;
}

void pst_plain(FILE *stream, postern_str text)
{
    size_t at = 0;

    while (at < text.len) {
        struct pst_character character = pst_character_at(text, at);

        if (pst_character_is_harmless(character.code)) {
            fwrite(text.data + at, 1, character.size, stream);
        } else {
            fputc('?', stream);
        }
        at += character.size;
    }
}

bool pst_may_colour(FILE *stream)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    if ((no_colour && *no_colour) || !term || strcmp(term, "dumb") == 0) {
        return false;
    }
    return isatty(fileno(stream)) == 1;
}
