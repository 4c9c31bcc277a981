/* The verbs behind "postern ppm": each gets the words after its own. */
#ifndef PST_CLI_PPM_H
#define PST_CLI_PPM_H

#include "cli/command.h"

#include <postern/consent.h>

int pst_ppm_tags_run(int argc, char **argv);
int pst_ppm_check_run(int argc, char **argv);
int pst_ppm_evaluate_run(int argc, char **argv);
int pst_ppm_test_run(int argc, char **argv);
int pst_ppm_policy_run(int argc, char **argv);
int pst_ppm_sign_run(int argc, char **argv);
int pst_ppm_receipt_run(int argc, char **argv);
int pst_ppm_delete_run(int argc, char **argv);
int pst_ppm_deletions_run(int argc, char **argv);
int pst_ppm_delete_note_run(int argc, char **argv);
int pst_ppm_register_run(int argc, char **argv);
int pst_ppm_accept_run(int argc, char **argv);
int pst_ppm_withdraw_run(int argc, char **argv);
int pst_ppm_status_run(int argc, char **argv);
int pst_ppm_look_again_run(int argc, char **argv);
int pst_ppm_compile_run(int argc, char **argv);
int pst_ppm_decide_run(int argc, char **argv);
int pst_ppm_answer_run(int argc, char **argv);
int pst_ppm_log_run(int argc, char **argv);

/* ppm_frames.c */

/* Reads a frame, or words, from a file or from standard input; false, and
 * reported, when it cannot be used. `report` may be NULL. */
bool pst_ppm_open_frame(const char *name,
                        void (*report)(void *user, const postern_diag *diag),
                        void *user, postern_ppm_frame **frame);
/* The same of terms that are signed with one of the keys. */
bool pst_ppm_open_signed(const char *name, const postern_keys *keys,
                         void (*report)(void *user, const postern_diag *diag),
                         void *user, postern_ppm_frame **frame);
bool pst_ppm_open_words(const char *name, postern_ppm_words **words);

/* Bits of the algorithms by which a key that says none signs terms, and by
 * which it verifies them. */
extern const uint32_t pst_terms_signing_algs;
extern const uint32_t pst_terms_verifying_algs;

/* The frames of one stack. */
struct pst_ppm_frame_list {
    postern_ppm_frame *frames[POSTERN_PPM_MAX_FRAMES];
    size_t count;
};

/* Opens them all. False, and reported, when one cannot be used. Close
 * them whatever the answer. */
bool pst_ppm_frames_open(struct pst_ppm_frame_list *list, int count,
                         char **names);
void pst_ppm_frames_close(struct pst_ppm_frame_list *list);

/* "2026-03-17": the first second of that day; false, and reported. */
bool pst_ppm_take_today(const char *argument, int64_t *time_s);

/* Of one profile, or of a list of kinds from front to back; false, and
 * reported. */
bool pst_ppm_take_profile(const char *argument, postern_ppm_profile *profile);
bool pst_ppm_take_order(const char *argument,
                        postern_ppm_kind order[POSTERN_PPM_USER]);

#endif
