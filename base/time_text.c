#include "base/time_text.h"

void pst_text_add_time(struct pst_text *text, const char *form,
                       const struct pst_civil_time *time)
{
    for (; *form; form++) {
        switch (*form) {
        case 'Y':
            pst_text_add_padded(text, (uint64_t)time->year, 4);
            break;
        case 'M':
            pst_text_add_padded(text, time->month, 2);
            break;
        case 'D':
            pst_text_add_padded(text, time->day, 2);
            break;
        case 'h':
            pst_text_add_padded(text, time->hour, 2);
            break;
        case 'm':
            pst_text_add_padded(text, time->minute, 2);
            break;
        case 's':
            pst_text_add_padded(text, time->second, 2);
            break;
        default:
            pst_text_add_str(text, (postern_str){form, 1});
            break;
        }
    }
}

void pst_time_text(char text[PST_TIME_TEXT], const char *form, int64_t time_s)
{
    struct pst_civil_time time = pst_civil_time_of(time_s);
    struct pst_text out;

    pst_text_init(&out, text, PST_TIME_TEXT);
    pst_text_add_time(&out, form, &time);
}
