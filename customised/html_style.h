/* The style sheet of the page, and its hash: the only thing that the page's
 * content security policy lets a browser obey. */
#ifndef PST_CUSTOMISED_HTML_STYLE_H
#define PST_CUSTOMISED_HTML_STYLE_H

extern const char pst_customised_style[];
/* SHA-256 of it in base64; a test says what it has to be. */
extern const char pst_customised_style_hash[];

#endif
