/* Policies and requests of the twin as text, for the report of a failure. */
#ifndef TESTS_SUPPORT_SHOW_H
#define TESTS_SUPPORT_SHOW_H

#include "reference/reference.h"

#include <stdio.h>

void show_policy(FILE *out, const struct ref_policy *policy);
void show_request(FILE *out, const struct ref_request *rq);

#endif
