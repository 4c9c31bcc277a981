/*
 * ROCA (CVE-2017-15361; Nemec, Sys, Svenda, Klinec, Matyas: "The Return of
 * Coppersmith's Attack", 2017): a library of smart cards made primes of the
 * form k * M + (65537^a mod M), where M is the product of the first primes. A
 * modulus of two such primes is a power of 65537 modulo M, and so modulo each
 * prime in M. Of other moduli hardly one in 2^100 is.
 *
 * For the sizes that are accepted, M has at least the first 126 primes, of
 * which 701 is the last.
 */
#include "jose/key_load.h"

#include <openssl/bn.h>

enum { GENERATOR = 65537, LAST_PRIME = 701 };

static bool is_prime(unsigned n)
{
    for (unsigned i = 2; i * i <= n; i++) {
        if (n % i == 0) {
            return false;
        }
    }
    return n > 1;
}

/* Whether `rest` is a power of the generator modulo `prime`. */
static bool is_power(unsigned rest, unsigned prime)
{
    unsigned power = 1;

    for (unsigned i = 0; i < prime; i++) {
        if (power == rest) {
            return true;
        }
        power = power * (GENERATOR % prime) % prime;
    }
    return false;
}

bool pst_roca(const BIGNUM *modulus)
{
    for (unsigned prime = 3; prime <= LAST_PRIME; prime += 2) {
        if (is_prime(prime) &&
            !is_power((unsigned)BN_mod_word(modulus, prime), prime)) {
            return false;
        }
    }
    return true;
}
