#include "engine/trust.h"

#include "base/diag.h"
#include "base/sort.h"
#include "base/str.h"

struct maker {
    struct pst_trust *trust;
    const postern_cse *cse;
    struct pst_trust_fault *fault;
};

static postern_status refuse(const struct maker *self, enum pst_trust_part part,
                             size_t number, const char *message)
{
    *self->fault = (struct pst_trust_fault){
        .part = part, .number = number, .message = message};
    return POSTERN_ERR_POLICY;
}

static postern_status copy_text(const struct maker *self, postern_str text,
                                postern_str *copy)
{
    *copy = pst_arena_copy(&self->trust->arena, text);
    return copy->data ? POSTERN_OK : POSTERN_ERR_MEMORY;
}

/* ---- issuers ----------------------------------------------------------- */

/* [ROLE-06] */
static postern_status take_issuers(const struct maker *self,
                                   const postern_trust *given)
{
    struct pst_trust *trust = self->trust;

    trust->issuers = pst_arena_alloc(&trust->arena, given->role_issuer_count,
                                     sizeof *trust->issuers);
    if (!trust->issuers) {
        return POSTERN_ERR_MEMORY;
    }
    for (size_t i = 0; i < given->role_issuer_count; i++) {
        postern_str copy;

        PST_TRY(copy_text(self, given->role_issuers[i], &copy));
        if (postern_id_parse_entity(&trust->issuers[i], self->cse, copy) !=
            POSTERN_OK) {
            return refuse(self, PST_TRUST_ISSUER, i,
                          "a role issuer is a CSE-ID or an AE-ID");
        }
        trust->issuer_count++;
    }
    return POSTERN_OK;
}

bool pst_trusts_issuer(const struct pst_trust *trust, const postern_id *issuer)
{
    for (size_t i = 0; trust && i < trust->issuer_count; i++) {
        if (postern_id_equal(&trust->issuers[i], issuer)) {
            return true;
        }
    }
    return false;
}

/* ---- credentials ------------------------------------------------------- */

/* Where letters begin to count without their case: a KmID has none in its
 * relative part, a domain name none at all. [SAEF-04] [SAEF-09] */
static size_t folded_from(postern_str id)
{
    return pst_str_is(pst_str_slice(id, 0, 3), "11-")
               ? 0
               : pst_str_find(id, 0, '@');
}

static unsigned char letter_at(postern_str id, size_t at, size_t folded)
{
    return (unsigned char)(at < folded ? id.data[at] : pst_fold(id.data[at]));
}

static int order_ids(postern_str a, postern_str b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    size_t folded_a = folded_from(a);
    size_t folded_b = folded_from(b);

    for (size_t i = 0; i < len; i++) {
        int order = letter_at(a, i, folded_a) - letter_at(b, i, folded_b);

        if (order) {
            return order;
        }
    }
    return (a.len > b.len) - (a.len < b.len);
}

static int order_credentials(const void *a, const void *b, const void *context)
{
    const struct pst_trusted_credential *left = a;
    const struct pst_trusted_credential *right = b;
    int order = order_ids(left->id, right->id);

    (void)context;
    return order ? order
                 : (left->number > right->number) -
                       (left->number < right->number);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool has_id_form(postern_str id)
{
    return id.len > 3 && is_digit(id.data[0]) && is_digit(id.data[1]) &&
           id.data[2] == '-';
}

/* Keys and certificates for other purposes than a security association do not
 * make one. [SAEF-04] [SAEF-07] [SAEF-08] [SAEF-09] [SAEF-10] */
static bool is_for_associations(postern_str id)
{
    static const char *const kinds[] = {"11", "12", "22", "30",
                                        "31", "32", "42"};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (pst_str_is(pst_str_slice(id, 0, 2), kinds[i])) {
            return true;
        }
    }
    return false;
}

/* Several AE-IDs are for device certificates. [SAEF-03] */
static const char *count_defect(const postern_credential *given)
{
    if (!given->identities.items || given->identities.count == 0) {
        return "a credential stands for a CSE or for AEs";
    }
    if (given->identities.count == 1) {
        return NULL;
    }
    if (given->kind == POSTERN_ASSOCIATION_CSE) {
        return "a CSE has one CSE-ID";
    }
    return pst_str_is(pst_str_slice(given->id, 0, 3), "31-")
               ? NULL
               : "only a device certificate (31) stands for several AEs";
}

/* An AE of the service provider looks like a CSE-ID. [ID-05] */
static bool is_identity(const struct maker *self, postern_association_kind kind,
                        postern_str text)
{
    postern_id id;

    if (postern_id_parse_entity(&id, self->cse, text) != POSTERN_OK) {
        return false;
    }
    return kind == POSTERN_ASSOCIATION_CSE
               ? id.second.len == 0
               : id.second.len > 0 || id.first.data[0] == 'S';
}

static postern_status take_identities(const struct maker *self,
                                      const postern_credential *given,
                                      struct pst_trusted_credential *row)
{
    size_t count = given->identities.count;
    postern_str *copies =
        pst_arena_alloc(&self->trust->arena, count, sizeof *copies);

    if (!copies) {
        return POSTERN_ERR_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        PST_TRY(copy_text(self, given->identities.items[i], &copies[i]));
        if (!is_identity(self, given->kind, copies[i])) {
            (void)refuse(self, PST_TRUST_IDENTITY, row->number,
                         given->kind == POSTERN_ASSOCIATION_CSE
                             ? "a CSE-ID is expected"
                             : "an AE-ID is expected");
            self->fault->identity = i;
            return POSTERN_ERR_POLICY;
        }
    }
    row->identities = (postern_texts){copies, count};
    return POSTERN_OK;
}

static postern_status take_credential(const struct maker *self,
                                      const postern_credential *given,
                                      size_t number)
{
    struct pst_trusted_credential *row = &self->trust->credentials[number];
    const char *defect = count_defect(given);

    if (!has_id_form(given->id)) {
        return refuse(self, PST_TRUST_ID, number,
                      "a Credential-ID is two digits, a hyphen and a value, "
                      "such as 31-0a1b2c");
    }
    if (!is_for_associations(given->id)) {
        return refuse(self, PST_TRUST_ID, number,
                      "credentials of this kind make no security association: "
                      "11, 12, 22, 30, 31, 32 and 42 do");
    }
    if (given->kind != POSTERN_ASSOCIATION_AE &&
        given->kind != POSTERN_ASSOCIATION_CSE) {
        return refuse(self, PST_TRUST_KIND, number,
                      "a credential is that of an AE or of a CSE");
    }
    if (defect) {
        return refuse(self, PST_TRUST_IDENTITIES, number, defect);
    }
    *row = (struct pst_trusted_credential){.kind = given->kind,
                                           .expires = given->expires,
                                           .expires_s = given->expires_s,
                                           .number = number};
    PST_TRY(copy_text(self, given->id, &row->id));
    return take_identities(self, given, row);
}

static postern_status refuse_duplicates(const struct maker *self)
{
    const struct pst_trust *trust = self->trust;

    for (size_t i = 1; i < trust->credential_count; i++) {
        if (order_ids(trust->credentials[i - 1].id, trust->credentials[i].id) ==
            0) {
            return refuse(self, PST_TRUST_ID, trust->credentials[i].number,
                          "this credential is listed before");
        }
    }
    return POSTERN_OK;
}

static postern_status take_credentials(const struct maker *self,
                                       const postern_trust *given)
{
    struct pst_trust *trust = self->trust;
    size_t count = given->credential_count;

    trust->credentials =
        pst_arena_alloc(&trust->arena, count, sizeof *trust->credentials);
    if (!trust->credentials) {
        return POSTERN_ERR_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        PST_TRY(take_credential(self, &given->credentials[i], i));
        trust->credential_count++;
    }
    pst_sort(trust->credentials, count, sizeof *trust->credentials,
             order_credentials, NULL);
    return refuse_duplicates(self);
}

const struct pst_trusted_credential *
pst_trust_find(const struct pst_trust *trust, postern_str credential)
{
    size_t low = 0;
    size_t high = trust ? trust->credential_count : 0;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = order_ids(credential, trust->credentials[middle].id);

        if (order == 0) {
            return &trust->credentials[middle];
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

/* ---- the whole --------------------------------------------------------- */

static postern_status take(const struct maker *self, const postern_trust *given)
{
    PST_TRY(take_issuers(self, given));
    return take_credentials(self, given);
}

postern_status pst_trust_make(struct pst_trust **trust,
                              const postern_trust *given,
                              const postern_cse *cse,
                              const postern_allocator *allocator,
                              struct pst_trust_fault *fault)
{
    struct maker self = {pst_alloc(allocator, sizeof *self.trust), cse, fault};
    postern_status status;

    *trust = NULL;
    *fault = (struct pst_trust_fault){.message = NULL};
    if (!self.trust) {
        return POSTERN_ERR_MEMORY;
    }
    *self.trust = (struct pst_trust){.issuers = NULL};
    pst_arena_init(&self.trust->arena, allocator, SIZE_MAX);
    status = take(&self, given);
    if (status != POSTERN_OK) {
        pst_trust_free(self.trust);
        return status;
    }
    *trust = self.trust;
    return POSTERN_OK;
}

void pst_trust_free(struct pst_trust *trust)
{
    if (trust) {
        postern_allocator allocator = trust->arena.allocator;

        pst_arena_release(&trust->arena);
        pst_release(&allocator, trust, sizeof *trust);
    }
}
