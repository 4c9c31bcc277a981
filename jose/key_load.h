/*
 * One call that adds keys to a set. Whatever it is given, JWK, PEM or EVP_PKEY,
 * becomes drafts; when all of them are found fit, they move into the set.
 *
 * Invariant: each EVP_PKEY of a draft is the load's own until then. What is
 * read, secrets among it, lives in an arena whose memory is wiped.
 */
#ifndef PST_KEY_LOAD_H
#define PST_KEY_LOAD_H

#include "base/diag.h"
#include "jose/key.h"
#include "policy-lang/node.h"

/* Families of algorithms: bits 1 << postern_jose_alg. */
enum {
    PST_ALGS_HS = 1 << POSTERN_ALG_HS256 | 1 << POSTERN_ALG_HS384 |
                  1 << POSTERN_ALG_HS512,
    PST_ALGS_RS = 1 << POSTERN_ALG_RS256 | 1 << POSTERN_ALG_RS384 |
                  1 << POSTERN_ALG_RS512,
    PST_ALGS_ES = 1 << POSTERN_ALG_ES256 | 1 << POSTERN_ALG_ES384 |
                  1 << POSTERN_ALG_ES512,
    PST_ALGS_DIR = 1 << POSTERN_ALG_DIR,
    PST_ALGS_KW = 1 << POSTERN_ALG_A128KW | 1 << POSTERN_ALG_A192KW |
                  1 << POSTERN_ALG_A256KW,
    PST_ALGS_OAEP = 1 << POSTERN_ALG_RSA_OAEP_256,
    PST_ALGS_ECDH = 1 << POSTERN_ALG_ECDH_ES_A128KW |
                    1 << POSTERN_ALG_ECDH_ES_A192KW |
                    1 << POSTERN_ALG_ECDH_ES_A256KW,
    PST_ALGS_SIGNING = PST_ALGS_HS | PST_ALGS_RS | PST_ALGS_ES,
    PST_ALGS_ENCRYPTING =
        PST_ALGS_DIR | PST_ALGS_KW | PST_ALGS_OAEP | PST_ALGS_ECDH,
    PST_ENCS_ALL = 1 << POSTERN_ENC_A128GCM | 1 << POSTERN_ENC_A192GCM |
                   1 << POSTERN_ENC_A256GCM
};

struct bignum_st;
struct ossl_param_st;

enum { PST_KID_MAX = 512 /* bytes */ };

/* What a JWK says of its own use. A node that is NULL: it does not say. */
struct pst_key_told {
    const struct pst_node *alg_at;
    uint32_t algs; /* one bit */
    uint32_t encs; /* an "alg" such as A128GCM: `dir` with that; else 0 */
    const struct pst_node *use_at;
    uint32_t use_algs;
    const struct pst_node *ops_at;
    uint32_t ops_algs; /* those for which each of key_ops makes sense */
    bool sign, verify, encrypt, decrypt; /* by key_ops */
};

struct pst_key_draft {
    struct pst_key key;        /* kid, secret: borrowed; pkey: the load's */
    const struct pst_node *at; /* the JWK, or NULL */
    struct pst_key_told told;
};

struct pst_key_load {
    postern_keys *keys;
    struct pst_arena arena;
    postern_key_facts facts;
    const postern_key_ops *ops;          /* instead of private parts; or NULL */
    const struct pst_document *document; /* NULL: the text is no JSON */
    struct pst_key_draft *drafts;        /* in the arena, `count` of them */
    size_t count;
    postern_diag *diag;
};

/* Checks the facts and makes ready. POSTERN_OK, _ARGUMENT, _POLICY. After any
 * of these pst_key_load_end() is due. */
POSTERN_NODISCARD postern_status
pst_key_load_begin(struct pst_key_load *load, postern_keys *keys,
                   const postern_key_facts *facts, postern_diag *diag);

/* Makes room for that many drafts, which have no value yet. */
POSTERN_NODISCARD postern_status pst_key_load_room(struct pst_key_load *load,
                                                   size_t count);

/* Moves all drafts into the set or, when a kid is there already, none. */
POSTERN_NODISCARD postern_status pst_key_load_commit(struct pst_key_load *load);

/* Wipes and frees what did not move into the set. */
void pst_key_load_end(struct pst_key_load *load);

/* Notes a refusal that points at a node where there is one. */
postern_status pst_key_refuse(const struct pst_key_load *load,
                              const struct pst_node *at, const char *message);
postern_status pst_key_no_memory(const struct pst_key_load *load);

/* ---- jose/key_fit.c ---------------------------------------------------- */

/* Fills in what a draft may be used for, of what its value, the text, the facts
 * and its kid say of it, or refuses it when they contradict each other. The
 * value and kid are set already. */
POSTERN_NODISCARD postern_status pst_key_fit(const struct pst_key_load *load,
                                             struct pst_key_draft *draft);

/* ---- jose/key_use.c ---------------------------------------------------- */

/* Whether a kid has the form of a Credential-ID, and of which type: 16 for
 * "16-...". [CRED-01] */
bool pst_credential_type(postern_str kid, uint32_t *type);

/* What keys with such a Credential-ID or SUID are for; 0: nothing here.
 * [CRED-03] [KEY-03] */
uint32_t pst_credential_algs(uint32_t type);
uint32_t pst_suid_algs(postern_suid suid);
/* ... and whether the two go together: ESPrim with ESPrim only. */
bool pst_credential_suid(uint32_t type, postern_suid suid);

/* ---- jose/jwk.c -------------------------------------------------------- */

/* Reads a text as JSON into the load's memory; `document` has to last as long
 * as the load. */
POSTERN_NODISCARD postern_status pst_jwk_document(
    struct pst_key_load *load, postern_str text, struct pst_document *document);

/* Reads a JWK or a JWK set from load->document: all drafts. */
POSTERN_NODISCARD postern_status pst_jwk_read(struct pst_key_load *load,
                                              const struct pst_node *node);

/* ---- jose/jwk_value.c -------------------------------------------------- */

/* Reads and checks the value of a JWK, after "kty". */
POSTERN_NODISCARD postern_status pst_jwk_secret(struct pst_key_load *load,
                                                struct pst_key_draft *draft);
POSTERN_NODISCARD postern_status pst_jwk_rsa(struct pst_key_load *load,
                                             struct pst_key_draft *draft);
POSTERN_NODISCARD postern_status pst_jwk_ec(struct pst_key_load *load,
                                            struct pst_key_draft *draft);

/* ---- jose/pkey.c ------------------------------------------------------- */

/* A key of OpenSSL from the parts of one; NULL: they make none, or there is no
 * memory. `type` is "RSA" or "EC". */
struct evp_pkey_st *pst_pkey_make(const char *type, int selection,
                                  struct ossl_param_st *parts);

/* Notes type, curve and size of draft->key.pkey, or refuses it for its type,
 * curve, size, exponent or modulus. */
POSTERN_NODISCARD postern_status
pst_pkey_describe(const struct pst_key_load *load, struct pst_key_draft *draft);

/* The full check of a public key or, with is_private, of both parts. For keys
 * in memory. */
POSTERN_NODISCARD postern_status pst_pkey_check(const struct pst_key_load *load,
                                                struct pst_key_draft *draft);

/* Refuses with `message`, or says so when OpenSSL had no memory. */
postern_status pst_pkey_refuse(const struct pst_key_load *load,
                               const struct pst_node *at, const char *message);

/* ---- jose/pkey_probe.c ------------------------------------------------- */

/* Whether the private operation of the key's algorithms works, wherever it is
 * done, and belongs to its public part, of which `copy` is one in memory. */
bool pst_pkey_has_private(const struct pst_key *key, struct evp_pkey_st *copy);

/* ---- jose/pem.c -------------------------------------------------------- */

/* Reads one key or certificate in PEM: one draft. */
POSTERN_NODISCARD postern_status pst_pem_read(struct pst_key_load *load,
                                              postern_str text);

/* ---- jose/roca.c ------------------------------------------------------- */

/* Whether a modulus has the mark of a library whose keys can be factored. */
bool pst_roca(const struct bignum_st *modulus);

#endif
