/* Written from its end, since that is where the way up begins. */
#include "cli/address.h"

#include "base/str.h"

struct address {
    char *bytes;
    size_t from; /* what is written begins here */
};

static bool prepend(struct address *self, postern_str text)
{
    if (text.len > self->from) {
        return false;
    }
    self->from -= text.len;
    memcpy(self->bytes + self->from, text.data, text.len);
    return true;
}

static bool prepend_step(struct address *self, postern_str name)
{
    return name.len && prepend(self, name) && prepend(self, PST_STR("/"));
}

/* All names below the CSEBase. A store has no circles. */
static bool climb(struct address *self, const struct pst_view *view,
                  const struct pst_base *base, const postern_resource *resource)
{
    postern_resource at = *resource;
    postern_resource parent;

    while (!pst_str_equal(at.id, base->ri)) {
        if (!prepend_step(self, at.name)) {
            return false;
        }
        if (pst_str_equal(at.parent_id, base->ri)) {
            return true;
        }
        if (pst_view_parent(view, &at, &parent) != POSTERN_FOUND) {
            return false;
        }
        at = parent;
    }
    return true;
}

bool pst_structured_address(const struct pst_view *view,
                            const struct pst_base *base,
                            const postern_resource *resource,
                            char address[PST_ADDRESS_SIZE])
{
    struct address self = {address, PST_ADDRESS_SIZE - 1};

    if (!climb(&self, view, base, resource) ||
        !prepend(&self, base->rn.len ? base->rn : PST_STR("-"))) {
        address[0] = '\0';
        return false;
    }
    memmove(address, address + self.from, PST_ADDRESS_SIZE - 1 - self.from);
    address[PST_ADDRESS_SIZE - 1 - self.from] = '\0';
    return true;
}
