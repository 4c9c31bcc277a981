#include "prp/put_check.h"

#include "base/diag.h"
#include "base/str.h"
#include "prp/attribute.h"
#include "prp/tree.h"

static const char universal_attributes[] = "TS-0001 9.6.1.3.1";
static const char identifiers[] = "TS-0001 7.2";

/* ---- sentences --------------------------------------------------------- */

static postern_status refuse(postern_diag *diag, const char *path,
                             const char *message, const char *clause)
{
    return pst_diag_refuse(diag, POSTERN_ERR_POLICY, path, message, clause);
}

/* before "quoted" after */
static postern_status refuse_naming(postern_diag *diag, const char *path,
                                    const char *const around[2],
                                    postern_str quoted, const char *clause)
{
    char message[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text text;

    pst_text_init(&text, message, sizeof message);
    pst_text_add(&text, around[0]);
    pst_text_add_quoted(&text, quoted);
    pst_text_add(&text, around[1]);
    return refuse(diag, path, message, clause);
}

/* ---- identifiers ------------------------------------------------------- */

/* What postern_id_parse_resource() takes for an address of this CSE in one
 * segment. */
bool pst_is_name(postern_str text)
{
    static const postern_cse none = {{"x", 1}, {"x", 1}, 0, 0};
    postern_id id;

    return text.len > 0 && text.len <= PST_TEXT_MAX &&
           pst_str_find(text, 0, '/') == text.len &&
           postern_id_parse_resource(&id, &none, text) == POSTERN_OK;
}

bool pst_is_resource_id(postern_str text)
{
    return pst_is_name(text) && !pst_str_is(text, "-");
}

static postern_status check_identifiers(const postern_resource *resource,
                                        postern_diag *diag)
{
    static const char *const no_id[2] = {
        "a resource ID is one segment of unreserved characters, ", " is none"};
    static const char *const no_name[2] = {
        "a resource name is one segment of unreserved characters, ",
        " is none"};

    if (!resource->id.len) {
        return refuse(diag, "/ri", "a resource needs its resource ID (ri)",
                      universal_attributes);
    }
    if (!pst_is_resource_id(resource->id)) {
        return refuse_naming(diag, "/ri", no_id, resource->id, identifiers);
    }
    if (resource->name.len && !pst_is_name(resource->name)) {
        return refuse_naming(diag, "/rn", no_name, resource->name, identifiers);
    }
    return POSTERN_OK;
}

/* ---- what goes with a type --------------------------------------------- */

/* There is one CSEBase, at the place that the store was made with. */
static postern_status check_base(const struct pst_store_settings *settings,
                                 const postern_resource *resource,
                                 postern_diag *diag)
{
    static const char *const second[2] = {
        "a CSE has one CSEBase, and here its resource ID is ", ""};
    static const char *const taken[2] = {
        "", " is the resource ID of the CSEBase, which has type 5"};
    bool is_base = pst_str_equal(resource->id, settings->base_id);

    if (resource->type == PST_TYPE_CSE_BASE && !is_base) {
        return refuse_naming(diag, "/ri", second, settings->base_id,
                             "TS-0001 9.6.3");
    }
    if (resource->type != PST_TYPE_CSE_BASE && is_base) {
        return refuse_naming(diag, "/ty", taken, resource->id, "TS-0001 9.6.3");
    }
    if (is_base && resource->parent_id.len) {
        return refuse(diag, "/pi", "the CSEBase has no parent",
                      universal_attributes);
    }
    return POSTERN_OK;
}

/* A set has one owner, so that of one policy is never another's. [PRP-11] */
static postern_status check_set(const postern_resource *resource,
                                postern_diag *diag)
{
    static const char *const other[2] = {
        "this is the compiled set of another access control policy, ", ""};
    postern_str compiled;

    if (resource->type != PST_TYPE_ACP) {
        return resource->acp_set
                   ? refuse(diag, "/ty",
                            "only an access control policy (type 1) has a "
                            "compiled set",
                            NULL)
                   : POSTERN_OK;
    }
    if (!resource->acp_set) {
        return refuse(diag, "/pv",
                      "an access control policy comes with the set that it was "
                      "compiled into",
                      NULL);
    }
    if (postern_acp_set_count(resource->acp_set) != 1 || resource->acp != 0) {
        return refuse(diag, "/pv",
                      "an access control policy is compiled into a set of its "
                      "own",
                      NULL);
    }
    compiled = postern_acp_set_name(resource->acp_set, 0);
    return pst_str_equal(compiled, resource->id)
               ? POSTERN_OK
               : refuse_naming(diag, "/pv", other, compiled, NULL);
}

/* ---- texts ------------------------------------------------------------- */

static postern_status check_text(postern_str text, const char *path,
                                 postern_diag *diag)
{
    if (!text.data && text.len) {
        return pst_diag_refuse(diag, POSTERN_ERR_ARGUMENT, path,
                               "a text has a length and no bytes", NULL);
    }
    if (text.len > PST_TEXT_MAX) {
        return pst_diag_refuse(diag, POSTERN_ERR_LIMIT, path,
                               "this text is longer than 65535 bytes", NULL);
    }
    return POSTERN_OK;
}

static postern_status check_list(const postern_texts *list, const char *path,
                                 postern_diag *diag)
{
    if (!list->items && list->count) {
        return pst_diag_refuse(diag, POSTERN_ERR_ARGUMENT, path,
                               "a list has a count and no entries", NULL);
    }
    for (size_t i = 0; i < list->count; i++) {
        PST_TRY(check_text(list->items[i], path, diag));
    }
    return POSTERN_OK;
}

static postern_status check_role(const postern_role *role, postern_diag *diag)
{
    if (!role) {
        return POSTERN_OK;
    }
    PST_TRY(check_text(role->role_id, "/rlid", diag));
    PST_TRY(check_text(role->issuer, "/tkis", diag));
    return check_text(role->holder, "/tkhd", diag);
}

static postern_status check_consultation(const postern_resource *resource,
                                         postern_diag *diag)
{
    PST_TRY(check_list(&resource->consultation_ids, "/daci", diag));
    return resource->consultation
               ? check_list(&resource->consultation->points, "/dap", diag)
               : POSTERN_OK;
}

struct attribute {
    size_t offset; /* in a postern_resource */
    const char *path;
};

static const struct attribute texts[] = {
    {offsetof(postern_resource, id), "/ri"},
    {offsetof(postern_resource, name), "/rn"},
    {offsetof(postern_resource, parent_id), "/pi"},
    {offsetof(postern_resource, creator), "/cr"},
    {offsetof(postern_resource, custodian), "/cstn"},
    {offsetof(postern_resource, entity), "/aei"},
    {offsetof(postern_resource, container_definition), "/cnd"},
};

static const struct attribute lists[] = {
    {offsetof(postern_resource, policy_ids), "/acpi"},
    {offsetof(postern_resource, members_policy_ids), "/macp"},
    {offsetof(postern_resource, members), "/mid"},
    {offsetof(postern_resource, labels), "/lbl"},
    {offsetof(postern_resource, attributes), ""},
};

static postern_status check_texts(const postern_resource *resource,
                                  postern_diag *diag)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const void *text = (const char *)resource + texts[i].offset;

        PST_TRY(check_text(*(const postern_str *)text, texts[i].path, diag));
    }
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const void *list = (const char *)resource + lists[i].offset;

        PST_TRY(check_list(list, lists[i].path, diag));
    }
    PST_TRY(check_consultation(resource, diag));
    return check_role(resource->role, diag);
}

postern_status pst_check_resource(const struct pst_store_settings *settings,
                                  const postern_resource *resource,
                                  postern_diag *diag)
{
    PST_TRY(check_texts(resource, diag));
    PST_TRY(check_identifiers(resource, diag));
    if (resource->type == 0) {
        return refuse(diag, "/ty", "a resource needs its type (ty)",
                      universal_attributes);
    }
    PST_TRY(check_base(settings, resource, diag));
    return check_set(resource, diag);
}

/* ---- the place --------------------------------------------------------- */

static postern_status find_parent(const struct pst_version *version,
                                  const postern_resource *resource,
                                  struct pst_place *place, postern_diag *diag)
{
    static const char *const missing[2] = {"the parent ", " is not there"};
    static const char *const below[2] = {"the parent ",
                                         " is the resource itself or below it"};
    postern_str id = resource->parent_id;

    if (place->number == PST_BASE) {
        place->parent = PST_NO_NUMBER;
        return POSTERN_OK;
    }
    place->parent =
        id.len ? pst_version_find(version, id) : (uint32_t)PST_OUTSIDE;
    if (pst_str_equal(id, resource->id) ||
        (place->number != PST_NO_NUMBER && place->parent != PST_NO_NUMBER &&
         pst_tree_is_below(version, place->parent, place->number))) {
        return refuse_naming(diag, "/pi", below, id, universal_attributes);
    }
    if (place->parent == PST_NO_NUMBER) {
        return refuse_naming(diag, "/pi", missing, id, universal_attributes);
    }
    return POSTERN_OK;
}

/* [PRP-10] */
static postern_status check_depth(const struct pst_version *version,
                                  const struct pst_place *place,
                                  postern_diag *diag)
{
    uint32_t max_depth = version->settings->max_depth;
    uint32_t depth;
    char message[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text text;

    if (place->number == PST_BASE ||
        pst_tree_above(version, place->number) == place->parent) {
        return POSTERN_OK; /* it stays where it is */
    }
    depth = pst_tree_depth(version, place->parent) + 1;
    if (depth <= max_depth && place->number != PST_NO_NUMBER) {
        depth += pst_tree_height(version, place->number, max_depth);
    }
    if (depth <= max_depth) {
        return POSTERN_OK;
    }
    pst_text_init(&text, message, sizeof message);
    pst_text_add(&text, "the tree would be deeper than ");
    pst_text_add_uint(&text, max_depth);
    pst_text_add(&text, " levels");
    return refuse(diag, "/pi", message, NULL);
}

static postern_status check_name(const struct pst_version *version,
                                 const postern_resource *resource,
                                 const struct pst_place *place,
                                 postern_diag *diag)
{
    static const char *const taken[2] = {
        "a child of the same parent has the name ", ""};
    uint32_t sibling = PST_NO_NUMBER;

    if (resource->name.len && place->parent != PST_OUTSIDE &&
        place->parent != PST_NO_NUMBER) {
        sibling = pst_version_child(version, place->parent, resource->name);
    }
    return sibling == PST_NO_NUMBER || sibling == place->number
               ? POSTERN_OK
               : refuse_naming(diag, "/rn", taken, resource->name,
                               universal_attributes);
}

postern_status pst_check_place(const struct pst_version *version,
                               const postern_resource *resource,
                               struct pst_place *place, postern_diag *diag)
{
    place->number = pst_version_find(version, resource->id);
    PST_TRY(find_parent(version, resource, place, diag));
    PST_TRY(check_depth(version, place, diag));
    return check_name(version, resource, place, diag);
}

postern_status pst_check_there(const struct pst_version *version,
                               postern_str id, uint32_t *number,
                               postern_diag *diag)
{
    static const char *const missing[2] = {"the resource ", " is not there"};

    *number = pst_version_find(version, id);
    return pst_version_record(version, *number)
               ? POSTERN_OK
               : refuse_naming(diag, "/ri", missing, id, NULL);
}
