/*
 * A policy that uses everything: originators of every kind and form, every
 * condition, rule sets in each of their forms, an index of patterns.
 */
#ifndef TESTS_SUPPORT_PROOF_DOCUMENT_H
#define TESTS_SUPPORT_PROOF_DOCUMENT_H

#include <stdint.h>

/* JSON, for free(). `crowd`: so many rules of one ACP list one originator. */
char *proof_document(uint32_t crowd, uint64_t seed);

#endif
