/* Reading protected headers. A table says of each member that is known what is
 * done with it; those not in it are let by, as RFC 7515 section 4 asks. */
#include "jose/header.h"

#include "base/str.h"
#include "jose/base64url.h"

struct reader {
    struct pst_header *header;
    const struct pst_json *json;
    enum pst_header_of of;
    bool onem2m;
    bool has_alg, has_enc, has_typ, has_cty; /* those that are strings */
    postern_str typ, cty;
    bool has_agreement; /* one of epk, apu, apv */
};

static postern_refusal bad(void)
{
    return POSTERN_REFUSAL_BAD_HEADER;
}

/* ---- members ------------------------------------------------------------ */

static postern_refusal refuse_member(struct reader *in,
                                     const struct pst_json_value *value)
{
    (void)in;
    (void)value;
    return POSTERN_REFUSAL_HEADER_NOT_ALLOWED;
}

static postern_refusal read_alg(struct reader *in,
                                const struct pst_json_value *value)
{
    if (value->type != PST_IS_STRING) {
        return bad();
    }
    in->has_alg = true;
    in->header->alg = postern_jose_alg_of(value->text);
    return POSTERN_REFUSAL_NONE;
}

static postern_refusal read_enc(struct reader *in,
                                const struct pst_json_value *value)
{
    if (in->of == PST_HEADER_OF_JWS) {
        return POSTERN_REFUSAL_HEADER_NOT_ALLOWED; /* RFC 7516 section 9 */
    }
    if (value->type != PST_IS_STRING) {
        return bad();
    }
    in->has_enc = true;
    in->header->enc = postern_jose_enc_of(value->text);
    return POSTERN_REFUSAL_NONE;
}

static postern_refusal read_kid(struct reader *in,
                                const struct pst_json_value *value)
{
    if (value->type != PST_IS_STRING) {
        return bad();
    }
    in->header->has_kid = true;
    in->header->kid = value->text;
    return POSTERN_REFUSAL_NONE;
}

static postern_refusal read_typ(struct reader *in,
                                const struct pst_json_value *value)
{
    in->has_typ = value->type == PST_IS_STRING;
    in->typ = value->text;
    return in->has_typ ? POSTERN_REFUSAL_NONE : bad();
}

static postern_refusal read_cty(struct reader *in,
                                const struct pst_json_value *value)
{
    in->has_cty = value->type == PST_IS_STRING;
    in->cty = value->text;
    return in->has_cty ? POSTERN_REFUSAL_NONE : bad();
}

/* base64url into one of our arrays. */
static bool read_bytes(const struct pst_json_value *value, uint8_t *bytes,
                       size_t room, size_t *size)
{
    if (!value || value->type != PST_IS_STRING) {
        return false;
    }
    *size = pst_base64url_bytes(value->text.len);
    return *size <= room && pst_base64url_decode(value->text, bytes);
}

static postern_refusal read_apu(struct reader *in,
                                const struct pst_json_value *value)
{
    struct pst_party *apu = &in->header->apu;

    in->has_agreement = true;
    return read_bytes(value, apu->bytes, sizeof apu->bytes, &apu->size)
               ? POSTERN_REFUSAL_NONE
               : bad();
}

static postern_refusal read_apv(struct reader *in,
                                const struct pst_json_value *value)
{
    struct pst_party *apv = &in->header->apv;

    in->has_agreement = true;
    return read_bytes(value, apv->bytes, sizeof apv->bytes, &apv->size)
               ? POSTERN_REFUSAL_NONE
               : bad();
}

static enum pst_curve curve_of(const struct pst_json_value *kty,
                               const struct pst_json_value *crv)
{
    if (!pst_str_is(kty->text, "EC")) {
        return PST_CURVE_NONE;
    }
    return pst_str_is(crv->text, "P-256")   ? PST_P256
           : pst_str_is(crv->text, "P-384") ? PST_P384
           : pst_str_is(crv->text, "P-521") ? PST_P521
                                            : PST_CURVE_NONE;
}

static bool is_string(const struct pst_json_value *value)
{
    return value && value->type == PST_IS_STRING;
}

/* RFC 7518 section 4.6.1.1: a public key, as JWK. */
static postern_refusal read_epk(struct reader *in,
                                const struct pst_json_value *value)
{
    struct pst_epk *epk = &in->header->epk;
    const struct pst_json_value *kty = pst_json_member(in->json, value, "kty");
    const struct pst_json_value *crv = pst_json_member(in->json, value, "crv");

    in->has_agreement = true;
    in->header->has_epk = true;
    if (pst_json_member(in->json, value, "d")) {
        return POSTERN_REFUSAL_HEADER_NOT_ALLOWED; /* somebody's private key */
    }
    if (!is_string(kty) || !is_string(crv)) {
        return bad();
    }
    epk->curve = curve_of(kty, crv);
    return read_bytes(pst_json_member(in->json, value, "x"), epk->x,
                      sizeof epk->x, &epk->x_size) &&
                   read_bytes(pst_json_member(in->json, value, "y"), epk->y,
                              sizeof epk->y, &epk->y_size)
               ? POSTERN_REFUSAL_NONE
               : bad();
}

/* crit: no extension is understood here. zip: nothing is compressed. Keys and
 * addresses of keys that a sender names prove nothing. p2s and p2c: a password
 * could be asked to be hashed for hours. b64: RFC 7797. */
static const struct {
    const char *name;
    postern_refusal (*read)(struct reader *in,
                            const struct pst_json_value *value);
} members[] = {
    {"alg", read_alg},      {"enc", read_enc},      {"kid", read_kid},
    {"typ", read_typ},      {"cty", read_cty},      {"epk", read_epk},
    {"apu", read_apu},      {"apv", read_apv},      {"crit", refuse_member},
    {"zip", refuse_member}, {"jwk", refuse_member}, {"jku", refuse_member},
    {"x5u", refuse_member}, {"x5c", refuse_member}, {"p2s", refuse_member},
    {"p2c", refuse_member}, {"b64", refuse_member},
};

enum { MEMBER_COUNT = sizeof members / sizeof *members };

static postern_refusal read_member(struct reader *in,
                                   const struct pst_json_value *value)
{
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        if (pst_str_is(value->name, members[i].name)) {
            return members[i].read(in, value);
        }
    }
    return POSTERN_REFUSAL_NONE;
}

/* Of what is wrong with several members, what does not depend on their order:
 * the wrong form before what is not allowed. */
static postern_refusal read_members(struct reader *in)
{
    const struct pst_json_value *root = pst_json_root(in->json);
    const struct pst_json_value *value = pst_json_first(root);
    postern_refusal found = POSTERN_REFUSAL_NONE;

    for (; value; value = pst_json_beside(in->json, value)) {
        postern_refusal refusal = read_member(in, value);

        if (refusal == POSTERN_REFUSAL_BAD_HEADER || found == 0) {
            found = refusal;
        }
    }
    return found;
}

/* ---- what they say together --------------------------------------------- */

static bool agrees_on_keys(postern_jose_alg alg)
{
    return alg == POSTERN_ALG_ECDH_ES_A128KW ||
           alg == POSTERN_ALG_ECDH_ES_A192KW ||
           alg == POSTERN_ALG_ECDH_ES_A256KW;
}

static postern_refusal check_presence(const struct reader *in)
{
    bool wants_epk = agrees_on_keys(in->header->alg);

    if (!in->has_alg || (in->of == PST_HEADER_OF_JWE && !in->has_enc)) {
        return bad();
    }
    if (in->has_agreement && !wants_epk) {
        return POSTERN_REFUSAL_HEADER_NOT_ALLOWED;
    }
    return wants_epk && !in->header->has_epk ? bad() : POSTERN_REFUSAL_NONE;
}

/* Clause 7.3.2.6.2 asks for "JWT" in capitals; RFC 7515 leaves both members to
 * the application, but for what makes a nested JWT (RFC 7519 section 5.2). */
static postern_refusal check_types(const struct reader *in)
{
    bool inside = in->has_cty && pst_str_is(in->cty, "JWT");

    if (in->onem2m && (!in->has_typ || !pst_str_is(in->typ, "JWT"))) {
        return POSTERN_REFUSAL_BAD_TYP_CTY; /* [JWT-06] [JWT-07] [JWT-08] */
    }
    if (in->onem2m && in->has_cty && !(inside && in->of == PST_HEADER_OF_JWE)) {
        return POSTERN_REFUSAL_BAD_TYP_CTY;
    }
    in->header->is_nested = inside && in->of == PST_HEADER_OF_JWE;
    return POSTERN_REFUSAL_NONE;
}

static postern_refusal check(struct reader *in)
{
    postern_refusal refusal = read_members(in);

    if (refusal == POSTERN_REFUSAL_NONE) {
        refusal = check_presence(in);
    }
    return refusal == POSTERN_REFUSAL_NONE ? check_types(in) : refusal;
}

postern_refusal pst_header_read(struct pst_header *header,
                                struct pst_header_room *room, postern_str part,
                                enum pst_header_of of, bool onem2m)
{
    size_t size = pst_base64url_bytes(part.len);
    struct pst_json json = {.values = room->values,
                            .capacity = PST_HEADER_VALUES,
                            .scratch = room->scratch,
                            .scratch_size = sizeof room->scratch,
                            .depth = PST_HEADER_DEPTH,
                            .members = PST_HEADER_MEMBERS};
    struct reader in = {
        .header = header, .json = &json, .of = of, .onem2m = onem2m};

    *header = (struct pst_header){.alg = POSTERN_ALG_NONE};
    if (size > sizeof room->text) {
        return POSTERN_REFUSAL_TOO_LARGE;
    }
    if (!pst_base64url_decode(part, room->text)) {
        return POSTERN_REFUSAL_NOT_DYNAUTHJWT;
    }
    if (pst_json_parse(&json, (postern_str){(char *)room->text, size}) !=
        POSTERN_OK) {
        return bad();
    }
    return check(&in);
}
