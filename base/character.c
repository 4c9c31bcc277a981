#include "base/character.h"

/* Continuation bytes by the first byte, or SIZE_MAX. */
static size_t continuation_of(unsigned char first)
{
    if (first < 0x80) {
        return 0;
    }
    if (first >= 0xC2 && first <= 0xDF) {
        return 1;
    }
    if (first >= 0xE0 && first <= 0xEF) {
        return 2;
    }
    return first >= 0xF0 && first <= 0xF4 ? 3 : SIZE_MAX;
}

struct pst_character pst_character_at(postern_str text, size_t at)
{
    static const unsigned char masks[] = {0x7F, 0x1F, 0x0F, 0x07};
    static const uint32_t lowest[] = {0, 0x80, 0x800, 0x10000};
    struct pst_character broken = {UINT32_MAX, 1};
    unsigned char first = (unsigned char)text.data[at];
    size_t more = continuation_of(first);
    struct pst_character character;

    if (more == SIZE_MAX || more >= text.len - at) {
        return broken;
    }
    character.code = first & masks[more];
    character.size = more + 1;
    for (size_t i = 1; i <= more; i++) {
        unsigned char byte = (unsigned char)text.data[at + i];

        if ((byte & 0xC0) != 0x80) {
            return broken;
        }
        character.code = character.code << 6 | (byte & 0x3Fu);
    }
    if (character.code < lowest[more] || character.code > 0x10FFFF ||
        (character.code >= 0xD800 && character.code <= 0xDFFF)) {
        return broken;
    }
    return character;
}

bool pst_character_is_harmless(uint32_t code)
{
    static const uint32_t refused[][2] = {
        {0x00, 0x1F},
        {0x7F, 0x9F},
        {0xAD, 0xAD},
        {0x061C, 0x061C},
        {0x200B, 0x200F},
        {0x2028, 0x202E},
        {0x2060, 0x206F},
        {0xFEFF, 0xFEFF},
        {0xFFF9, 0xFFFB},
        {0xE0000, 0xE007F},
        {UINT32_MAX, UINT32_MAX},
    };

    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        if (code >= refused[i][0] && code <= refused[i][1]) {
            return false;
        }
    }
    return true;
}

bool pst_is_text(postern_str text)
{
    size_t at = 0;

    while (at < text.len) {
        struct pst_character character = pst_character_at(text, at);

        if (character.code == UINT32_MAX || character.code == 0) {
            return false;
        }
        at += character.size;
    }
    return true;
}
