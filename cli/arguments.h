/* What options take that say something about a request. Each reads `argument`;
 * false, and reported, when it is not that. */
#ifndef PST_ARGUMENTS_H
#define PST_ARGUMENTS_H

#include "cli/command.h"

#include <postern/engine.h>

/* "retrieve": what a primitive has for it. */
bool pst_take_operation(const struct pst_command *command, const char *argument,
                        postern_primitive *primitive);

/* "20260317T102030", of the option of that name. */
bool pst_take_time(const struct pst_command *command, const char *option,
                   const char *argument, int64_t *time_s);

bool pst_take_ip(const struct pst_command *command, const char *argument,
                 postern_ip *ip);

/* "52.09,5.12" or "NL" */
bool pst_take_location(const struct pst_command *command, const char *argument,
                       postern_location *location);

/* "3", "container" or "cnt", of the option of that name. */
bool pst_take_type(const struct pst_command *command, const char *option,
                   const char *argument, uint32_t *type);

/* A whole number from 1 to `max`, of the option of that name. */
bool pst_take_number(const struct pst_command *command, const char *option,
                     const char *argument, uint32_t max, uint32_t *number);

/* The access decision's word for the operation of a primitive. */
postern_operation pst_operation_of(const postern_primitive *primitive);

#endif
