#include "engine/association.h"

static void lapse(struct pst_association *self, const char *why)
{
    self->kind = POSTERN_ASSOCIATION_NONE;
    self->identities = (postern_texts){NULL, 0};
    self->lapsed = why;
}

/* The session ends, or the credential: whichever is first. [SAEF-11] [SAEF-13]
 */
static void limit(struct pst_association *self, int64_t expires_s)
{
    if (!self->expires || expires_s < self->expires_s) {
        self->expires = true;
        self->expires_s = expires_s;
    }
}

/* A credential that is not listed has been revoked, or was never one of ours.
 * [AUTHN-01] [SAEF-10] [SAEF-12] */
static void look_up(struct pst_association *self, const struct pst_trust *trust)
{
    const struct pst_trusted_credential *row =
        pst_trust_find(trust, self->credential);

    if (!row) {
        lapse(self, "the credential of its security association is not among "
                    "those that count");
        return;
    }
    self->kind = row->kind;
    self->identities = row->identities;
    if (row->expires) {
        limit(self, row->expires_s);
    }
}

static void check_end(struct pst_association *self, const struct pst_now *now)
{
    if (!self->expires) {
        return;
    }
    pst_edge_at(now, self->expires_s);
    if (!now->known) {
        lapse(self, "its security association expires, and the time of the "
                    "request is not known");
    } else if (self->expires_s <= now->time_s) {
        lapse(self, "its security association has expired");
    }
}

struct pst_association pst_association_of(const postern_association *told,
                                          const struct pst_trust *trust,
                                          const struct pst_now *now)
{
    struct pst_association self = {.kind = told->kind,
                                   .identities = told->identities,
                                   .credential = told->credential,
                                   .expires = told->expires,
                                   .expires_s = told->expires_s,
                                   .local_trust = told->local_trust};

    switch (told->kind) {
    case POSTERN_ASSOCIATION_UNSTATED:
    case POSTERN_ASSOCIATION_NONE:
        return self;
    case POSTERN_ASSOCIATION_CREDENTIAL:
        look_up(&self, trust);
        break;
    case POSTERN_ASSOCIATION_AE:
    case POSTERN_ASSOCIATION_CSE:
        break;
    default:
        lapse(&self, "its security association is of no known kind");
        break;
    }
    if (self.kind != POSTERN_ASSOCIATION_NONE) {
        check_end(&self, now);
    }
    return self;
}

bool pst_association_names(const struct pst_association *self,
                           const postern_id *entity, const postern_cse *cse,
                           postern_str *identity)
{
    const postern_texts *identities = &self->identities;

    for (size_t i = 0; identities->items && i < identities->count; i++) {
        postern_id known;

        if (postern_id_parse_entity(&known, cse, identities->items[i]) ==
                POSTERN_OK &&
            postern_id_equal(&known, entity)) {
            if (identity) {
                *identity = identities->items[i];
            }
            return true;
        }
    }
    return false;
}
