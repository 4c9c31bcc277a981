/*
 * Images on the command line: compiled ACPs in a file, without the resources
 * they protect. A CSE is made up around them in which every resource there is
 * an address for is protected by the ACPs that were named.
 */
#ifndef PST_CLI_IMAGE_H
#define PST_CLI_IMAGE_H

#include "cli/host.h"
#include "cli/source.h"

struct pst_image_settings {
    const char *path; /* NULL: no image is asked for */
    const char *keys; /* it has to be signed by one of these; NULL: it may be
                         unsigned */
    bool verify;      /* it has to mean what these policies say */
    bool lenient;     /* as they were compiled */
    struct pst_source_list policies;
    const char *acps; /* "acpA,acpB" */
    postern_cse cse;  /* that hosts the ACPs */
    uint32_t type;    /* of the resources; 0: not known */
};

struct pst_image {
    postern_acp_set *set;
    postern_str *acps; /* names of those that protect */
    size_t acp_count;
    uint32_t type;
    postern_prp prp;
    postern_policy *policy; /* of no resources; until the host takes it */
};

/* Loads it and looks for the ACPs. False, and reported, when something cannot
 * be used; then there is nothing to close. */
bool pst_image_open(struct pst_image *image,
                    const struct pst_image_settings *settings);
void pst_image_close(struct pst_image *image);

/* ---- signatures (image_signature.c) ------------------------------------- */

/* The compact JWS of an image is in FILE.sig: of its size and SHA-256. */

/* Signs the bytes that go to a file of that name. False, and reported. */
bool pst_image_sign(const char *path, postern_str bytes, const char *keys,
                    postern_str kid);

/* Whether FILE.sig is a good signature of these bytes by one of the keys; if
 * not, that is reported. */
bool pst_image_is_signed(const char *path, postern_str bytes, const char *keys);

#endif
