/*
 * Loading a frame: what its parts share.
 *
 * All memory is the arena of the frame; a refusal leaves from anywhere, and the
 * frame is released by the one who began.
 */
#ifndef PST_PPM_LOAD_H
#define PST_PPM_LOAD_H

#include "base/vec.h"
#include "ppm/frame.h"

struct pst_ppm_loader {
    postern_ppm_load_options options;
    postern_limits limits;
    postern_ppm_frame *frame;
    bool yes_is_told; /* the head says what a bare Yes means */
    enum pst_ppm_say yes_means;
    postern_diag *diag;
};

/* Reads a document into an arena, by the format of the options. */
POSTERN_NODISCARD postern_status
pst_ppm_read(struct pst_document *document, struct pst_arena *arena,
             const postern_ppm_load_options *options, postern_diag *diag);

/* A file that is read whole, and the options with its name as the source. */
struct pst_ppm_file {
    postern_ppm_load_options options;
    postern_allocator allocator;
    struct pst_vec bytes;
    postern_str text;
};

/* Close it whatever the answer: POSTERN_OK, _ARGUMENT, _IO, _LIMIT, _MEMORY,
 * and told in *diag. */
POSTERN_NODISCARD postern_status
pst_ppm_file_open(struct pst_ppm_file *file, const char *path,
                  const postern_ppm_load_options *options, postern_diag *diag);
void pst_ppm_file_close(struct pst_ppm_file *file);

/* False when there are members that this release does not know. */
bool pst_ppm_load_options_copy(postern_ppm_load_options *out,
                               const postern_ppm_load_options *given);

/*
 * Refuses what stands at a node, with a code such as "E_RANGE". The path and
 * the place are those of the node. POSTERN_ERR_POLICY.
 */
postern_status pst_ppm_refuse(const struct pst_ppm_loader *in,
                              const struct pst_node *node, const char *code,
                              const char *message);

/* "6.0/month: EXPECTED is expected, not a list". */
postern_status pst_ppm_expected(const struct pst_ppm_loader *in, uint32_t row,
                                const struct pst_node *node, const char *code,
                                const char *expected);

/* Reports a warning about a node, or about the frame as a whole. */
void pst_ppm_warn(const struct pst_ppm_loader *in, const struct pst_node *node,
                  const char *lint, const char *message);

/* read_value.c: Yes or No, as people write it: 1 and 0; -1 for neither. */
int pst_ppm_yes_or_no(const struct pst_node *node);

/* A value of the type of a row: what a provider states, or what stands alone or
 * with a verb in a preference. */
POSTERN_NODISCARD postern_status
pst_ppm_read_value(struct pst_ppm_loader *in, uint32_t row,
                   const struct pst_node *node, struct pst_ppm_value *value);

/* A list of texts, or one. */
POSTERN_NODISCARD postern_status pst_ppm_read_texts(struct pst_ppm_loader *in,
                                                    uint32_t row,
                                                    const struct pst_node *node,
                                                    struct pst_ppm_list *list);

/* read_preference.c: what a user, a law or parents say of a row. */
POSTERN_NODISCARD postern_status
pst_ppm_read_preference(struct pst_ppm_loader *in, const struct pst_node *node,
                        struct pst_ppm_statement *out);

/* check_frame.c: what a frame says against itself is refused; what is probably
 * not meant is reported. */
POSTERN_NODISCARD postern_status
pst_ppm_check_frame(const struct pst_ppm_loader *in);

#endif
