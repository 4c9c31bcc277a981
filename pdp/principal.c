/* Resolving who asks: hashing each identity once to its name. */
#include "pdp/principal.h"

#include "base/fetch.h"
#include "base/memory.h"
#include "base/sized.h"
#include "base/vec.h"
#include "pdp/facts.h"
#include "pdp/name.h"
#include "pdp/pattern_index.h"

static bool has_room(const struct pst_asking *asking)
{
    return asking->count < PST_ATOMS_AT_ONCE;
}

/* There is room. PST_ATOM_NONE is not added, without a branch: whether somebody
 * is known cannot be foreseen. */
static void add(struct pst_asking *asking, uint32_t atom)
{
    asking->found[asking->count] = atom;
    asking->count += atom != PST_ATOM_NONE;
}

static bool lists_kind(const postern_acp_set *set, uint32_t kind)
{
    return pst_block_of(set)->kinds & (uint32_t)1 << kind;
}

/* ---- the originator ------------------------------------------------------ */

static void ask_patterns(struct pst_asking *asking)
{
    asking->stage = PST_ASK_PATTERNS;
    asking->patterns = pst_patterns_of(asking->set);
    pst_pattern_search_begin(&asking->search, &asking->patterns,
                             &asking->request->originator);
}

static void ask_list(struct pst_asking *asking, uint32_t place)
{
    asking->stage = PST_ASK_LIST;
    asking->list = PST_TABLE(asking->set, LISTS, uint32_t) + place;
    asking->next = 0;
}

/* An originator that no rule names and nobody announced. [ORI-03] [ORI-04] */
static void add_stranger(struct pst_asking *asking)
{
    if (lists_kind(asking->set, PST_NAME_DOMAIN)) {
        struct pst_name_key key =
            pst_name_key_of_domain(asking->request->originator.domain);

        add(asking, pst_name_find(asking->set, &key));
    }
    asking->stage = PST_ASK_GROUPS;
    if (pst_table_count(asking->set, PST_TABLE_PATTERNS)) {
        ask_patterns(asking);
    }
}

static void add_entity(struct pst_asking *asking)
{
    struct pst_name_key key = pst_name_key_of_id(&asking->request->originator);
    uint32_t atom = pst_name_find(asking->set, &key);
    const struct pst_name *name;

    if (atom == PST_ATOM_NONE) {
        add_stranger(asking);
        return;
    }
    name = pst_name_of(asking->set, atom);
    add(asking, atom);
    add(asking, name->domain);
    if (name->patterns == (uint32_t)PST_LIST_WALK) {
        ask_patterns(asking);
    } else {
        ask_list(asking, name->patterns);
    }
}

/* The first atoms: there is room for them. From is compared whether or not it
 * is authenticated: the flag is a term of its own. [ORI-13] */
static void add_originator(struct pst_asking *asking)
{
    add(asking, PST_ATOM_ALL); /* [ORI-02] */
    if (asking->request->originator.kind == POSTERN_ID_ENTITY) {
        add_entity(asking);
    } else {
        asking->stage = PST_ASK_NOTHING; /* [REQ-02] */
    }
}

/* ---- what follows ------------------------------------------------------- */

static void add_list(struct pst_asking *asking)
{
    uint32_t count = *asking->list;

    while (asking->next < count && has_room(asking)) {
        add(asking, asking->list[++asking->next]);
    }
    if (asking->next == count) {
        asking->stage = PST_ASK_GROUPS;
        asking->next = 0;
    }
}

static void add_patterns(struct pst_asking *asking)
{
    uint32_t first =
        PST_ATOM_NAMES + pst_table_count(asking->set, PST_TABLE_NAMES);

    while (has_room(asking)) {
        uint32_t pattern = pst_pattern_search_next(&asking->search);

        if (pattern == PST_NO_PATTERN) {
            asking->stage = PST_ASK_GROUPS;
            asking->next = 0;
            return;
        }
        add(asking, first + pattern);
    }
}

/* Roles only match Role-IDs, groups only groups. [ORI-11] [ORI-12] */
static void add_ids(struct pst_asking *asking, const postern_id *ids,
                    size_t count, postern_id_kind kind)
{
    if (!lists_kind(asking->set, kind)) {
        asking->next = count;
    }
    for (; asking->next < count && has_room(asking); asking->next++) {
        const postern_id *id = &ids[asking->next];
        struct pst_name_key key = pst_name_key_of_id(id);

        if (id->kind == kind) {
            add(asking, pst_name_find(asking->set, &key));
        }
    }
    if (asking->next == count) {
        asking->next = 0;
        asking->stage =
            kind == POSTERN_ID_RESOURCE ? PST_ASK_ROLES : PST_ASK_NOTHING;
    }
}

void pst_asking_begin(struct pst_asking *asking, const postern_acp_set *set,
                      const postern_request *request)
{
    asking->set = set;
    asking->request = request;
    asking->stage = PST_ASK_ORIGINATOR;
    asking->next = 0;
    asking->count = 0;
}

void pst_asking_look(struct pst_asking *asking)
{
    if (asking->stage != PST_ASK_ORIGINATOR) {
        return;
    }
    add_originator(asking);
    if (asking->stage == PST_ASK_LIST) {
        pst_fetch(asking->list);
    }
}

/* Stage after stage, as far as there is room. */
static void find_more(struct pst_asking *asking)
{
    const postern_request *request = asking->request;

    if (asking->stage == PST_ASK_ORIGINATOR) {
        add_originator(asking);
    }
    if (asking->stage == PST_ASK_LIST) {
        add_list(asking);
    }
    if (asking->stage == PST_ASK_PATTERNS) {
        add_patterns(asking);
    }
    if (asking->stage == PST_ASK_GROUPS) {
        add_ids(asking, request->groups, request->group_count,
                POSTERN_ID_RESOURCE);
    }
    if (asking->stage == PST_ASK_ROLES) {
        add_ids(asking, request->roles, request->role_count, POSTERN_ID_ROLE);
    }
}

bool pst_asking_find(struct pst_asking *asking, struct pst_atoms *atoms)
{
    find_more(asking);
    memset(asking->found + asking->count, 0,
           PST_ATOMS_STEP * sizeof *asking->found);
    *atoms = (struct pst_atoms){asking->count, asking->found};
    asking->count = 0;
    return atoms->count > 0;
}

/* ---- fetching ahead ------------------------------------------------------ */

enum { FETCHED_IDS = 2 }; /* groups, and roles */

/* The first identities of a request, each as often as it takes: how many there
 * are cannot be foreseen, and what is on its way already costs nothing. */
static const postern_id *id_or(const postern_id *ids, size_t count, size_t i,
                               const postern_id *otherwise)
{
    return i < count ? &ids[i] : otherwise;
}

static void fetch_home(const postern_acp_set *set, const postern_id *id)
{
    pst_fetch(pst_homes_at(set, pst_name_home_of(set, id->hash)));
}

void pst_asking_fetch_homes(const postern_acp_set *set,
                            const postern_request *request)
{
    const postern_id *from = &request->originator;

    fetch_home(set, from);
    for (size_t i = 0; i < FETCHED_IDS; i++) {
        fetch_home(set, id_or(request->groups, request->group_count, i, from));
        fetch_home(set, id_or(request->roles, request->role_count, i, from));
    }
}

/* The homes are read at once: they are small and used by all. */
static void fetch_name(const postern_acp_set *set, const postern_id *id)
{
    uint32_t home = pst_name_home_of(set, id->hash);

    pst_fetch(PST_TABLE(set, NAMES, struct pst_name) +
              pst_name_row(pst_homes_at(set, home), home));
}

void pst_asking_fetch(const postern_acp_set *set,
                      const postern_request *request)
{
    const postern_id *from = &request->originator;

    fetch_name(set, from);
    for (size_t i = 0; i < FETCHED_IDS; i++) {
        fetch_name(set, id_or(request->groups, request->group_count, i, from));
        fetch_name(set, id_or(request->roles, request->role_count, i, from));
    }
}

/* ---- handles ----------------------------------------------------------- */

/* What was allocated for it, in this order. Identifiers, atoms and texts stand
 * behind. */
struct handle {
    postern_principal principal;
    postern_allocator allocator;
    size_t size; /* of all that was allocated with it */
    postern_request request;
};

/* How many there are; copied to `out` unless that is NULL. */
static size_t take_atoms(const postern_acp_set *set,
                         const postern_request *request, uint32_t *out)
{
    struct pst_asking asking;
    struct pst_atoms atoms;
    size_t count = 0;

    pst_asking_begin(&asking, set, request);
    while (pst_asking_next(&asking, &atoms)) {
        if (out) {
            memcpy(out + count, atoms.atoms, atoms.count * sizeof *atoms.atoms);
        }
        count += atoms.count;
    }
    return count;
}

static size_t text_size(const postern_id *ids, size_t count)
{
    size_t size = 0;

    for (size_t i = 0; i < count; i++) {
        size += ids[i].domain.len + ids[i].first.len + ids[i].second.len;
    }
    return size;
}

static void copy_text(postern_str *text, char **out)
{
    if (text->data) {
        memcpy(*out, text->data, text->len);
        text->data = *out;
        *out += text->len;
    }
}

static void copy_id(postern_id *id, char **out)
{
    copy_text(&id->domain, out);
    copy_text(&id->first, out);
    copy_text(&id->second, out);
}

static const postern_id *copy_ids(const postern_id *ids, size_t count,
                                  postern_id **to, char **out)
{
    postern_id *copies = *to;

    for (size_t i = 0; i < count; i++) {
        copies[i] = ids[i];
        copy_id(&copies[i], out);
    }
    *to += count;
    return copies;
}

/* Identifiers, then atoms, then texts. */
static void fill(struct handle *handle, const postern_request *given)
{
    postern_request *request = &handle->request;
    postern_id *ids = (postern_id *)(handle + 1);
    uint32_t *atoms =
        (uint32_t *)(ids + given->group_count + given->role_count);
    size_t count = pst_atoms_padded(handle->principal.count);
    char *texts = (char *)(atoms + count);

    postern_request_init(request);
    request->originator = given->originator;
    copy_id(&request->originator, &texts);
    request->group_count = given->group_count;
    request->groups = copy_ids(given->groups, given->group_count, &ids, &texts);
    request->role_count = given->role_count;
    request->roles = copy_ids(given->roles, given->role_count, &ids, &texts);
    memset(atoms, 0, count * sizeof *atoms);
    (void)take_atoms(handle->principal.set, request, atoms);
    handle->principal.atoms = atoms;
    handle->principal.by = request;
}

static size_t size_of(const postern_request *request, size_t atoms)
{
    size_t ids = request->group_count + request->role_count;

    return sizeof(struct handle) + ids * sizeof(postern_id) +
           pst_atoms_padded(atoms) * sizeof(uint32_t) +
           text_size(&request->originator, 1) +
           text_size(request->groups, request->group_count) +
           text_size(request->roles, request->role_count);
}

postern_status postern_principal_new(postern_principal **principal,
                                     const postern_acp_set *set,
                                     const postern_request *request,
                                     const postern_allocator *allocator)
{
    postern_allocator memory = pst_allocator_of(allocator);
    postern_request copy;
    struct handle *handle;
    size_t atoms;
    size_t size;

    *principal = NULL;
    if (!set || !request || !pst_sized_copy(&copy, sizeof copy, request) ||
        (copy.originator.kind != POSTERN_ID_ENTITY &&
         copy.originator.kind != POSTERN_ID_ABSENT)) {
        return POSTERN_ERR_ARGUMENT;
    }
    atoms = take_atoms(set, &copy, NULL);
    size = size_of(&copy, atoms);
    handle = pst_alloc(&memory, size);
    if (!handle) {
        return POSTERN_ERR_MEMORY;
    }
    *handle = (struct handle){
        .principal = {.set = set, .stamp = pst_stamp_of(set), .count = atoms},
        .allocator = memory,
        .size = size};
    fill(handle, &copy);
    *principal = &handle->principal;
    return POSTERN_OK;
}

void postern_principal_free(postern_principal *principal)
{
    if (principal) {
        struct handle *handle = (struct handle *)principal;
        postern_allocator allocator = handle->allocator;

        pst_release(&allocator, handle, handle->size);
    }
}

bool postern_principal_is_for(const postern_principal *principal,
                              const postern_acp_set *set)
{
    return pst_principal_is_for(principal, set);
}

void pst_asking_begin_as(struct pst_asking *asking, const postern_acp_set *set,
                         const postern_principal *principal)
{
    if (!pst_principal_is_for(principal, set)) {
        pst_asking_begin(asking, set, principal->by);
        return;
    }
    asking->set = set;
    asking->request = NULL;
    asking->stage = PST_ASK_RESOLVED;
    asking->list = principal->atoms;
    asking->next = 0;
    asking->end = principal->count;
}
