/*
 * What every target has: the function that libFuzzer and the replay programs
 * call, and a way to say that something is wrong.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stops the program, so that the fuzzer keeps the input. */
#define FUZZ_CLAIM(claim)                                                      \
    do {                                                                       \
        if (!(claim)) {                                                        \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__,         \
                    #claim);                                                   \
            abort();                                                           \
        }                                                                      \
    } while (0)

#endif
