/* Times in words: one writer for all the forms in which they are shown. */
#ifndef PST_TIME_TEXT_H
#define PST_TIME_TEXT_H

#include "base/civil_time.h"
#include "base/text.h"

/* Forms: Y M D h m s stand for the parts, with leading zeros; what else there
 * is stands for itself. */
#define PST_TIME_BASIC "YMDThms" /* as oneM2M has it */
#define PST_TIME_ISO "Y-M-DTh:m:sZ"
#define PST_TIME_PLAIN "Y-M-D h:m:s UTC"
#define PST_DATE_ISO "Y-M-D"

enum { PST_TIME_TEXT = 32 }; /* room for any of them, and a NUL */

void pst_text_add_time(struct pst_text *text, const char *form,
                       const struct pst_civil_time *time);

/* The same of seconds since 1970, as a text by itself. */
void pst_time_text(char text[PST_TIME_TEXT], const char *form, int64_t time_s);

#endif
