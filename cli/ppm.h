/* The verbs behind "postern ppm": each gets the words after its own. */
#ifndef PST_CLI_PPM_H
#define PST_CLI_PPM_H

#include "cli/command.h"

#include <postern/ppm.h>

int pst_ppm_tags_run(int argc, char **argv);
int pst_ppm_check_run(int argc, char **argv);
int pst_ppm_evaluate_run(int argc, char **argv);
int pst_ppm_test_run(int argc, char **argv);

/* ppm_frames.c */

/* Reads a frame, or words, from a file or from standard input; false, and
 * reported, when it cannot be used. `report` may be NULL. */
bool pst_ppm_open_frame(const char *name,
                        void (*report)(void *user, const postern_diag *diag),
                        void *user, postern_ppm_frame **frame);
bool pst_ppm_open_words(const char *name, postern_ppm_words **words);

/* Of one profile, or of a list of kinds from front to back; false, and
 * reported. */
bool pst_ppm_take_profile(const char *argument, postern_ppm_profile *profile);
bool pst_ppm_take_order(const char *argument,
                        postern_ppm_kind order[POSTERN_PPM_USER]);

#endif
