/* Documents of kind subscriber: a person by pseudonym, where they and their
 * devices are, and which resources hold their data. [PPM-08] [PPM-23] */
#include "consent/record_reader.h"

#include "base/str.h"
#include "policy-lang/country_codes.h"

enum { DEVICES = 4096, RESOURCES = 65536 };

/* ---- places -------------------------------------------------------------- */

/* A law of a country that does not exist would be nobody's. */
static postern_status
read_place_member(const struct pst_consent_record_reader *in,
                  const struct pst_node *node, struct pst_place *place)
{
    postern_ppm_kind kind = postern_ppm_kind_of(node->name);
    postern_str *text = &place->of[kind];

    if (kind < POSTERN_PPM_LEGAL_REGION || kind > POSTERN_PPM_LEGAL_STATE) {
        return pst_consent_record_refuse(
            in, node, "E_MEMBER",
            "a place has legal_region, legal_country, "
            "legal_city and legal_state");
    }
    PST_TRY(pst_consent_record_text(in, node, text));
    if (kind == POSTERN_PPM_LEGAL_COUNTRY && !pst_place_is_country(*text)) {
        return pst_consent_record_refuse(
            in, node, "E_PLACE",
            "an assigned country code in capitals is "
            "expected, such as NL");
    }
    return POSTERN_OK;
}

bool pst_place_is_country(postern_str code)
{
    for (size_t i = 0; i < code.len; i++) {
        if (code.data[i] < 'A' || code.data[i] > 'Z') {
            return false;
        }
    }
    return pst_country_is_assigned(code);
}

static postern_status read_place(const struct pst_consent_record_reader *in,
                                 const struct pst_node *node,
                                 struct pst_place *place)
{
    if (node->type != PST_NODE_OBJECT || node->count == 0) {
        return pst_consent_record_refuse(
            in, node, "E_TYPE",
            "a place is an object such as "
            "{legal_region: EU, legal_country: NL}");
    }
    memset(place, 0, sizeof *place);
    for (const struct pst_node *member = node->children; member;
         member = member->next) {
        PST_TRY(read_place_member(in, member, place));
    }
    return POSTERN_OK;
}

/* ---- devices ------------------------------------------------------------- */

static postern_status read_device_name(struct pst_consent_record_reader *in,
                                       const struct pst_node *node, void *out)
{
    struct pst_subscriber_device *device = out;

    return pst_consent_record_text(in, node, &device->device);
}

static postern_status read_device_place(struct pst_consent_record_reader *in,
                                        const struct pst_node *node, void *out)
{
    struct pst_subscriber_device *device = out;

    return read_place(in, node, &device->place);
}

static const struct pst_consent_record_member device_members[] = {
    {"device", true, read_device_name},
    {"place", false, read_device_place},
};

static postern_status read_devices(struct pst_consent_record_reader *in,
                                   const struct pst_node *node, void *out)
{
    const struct pst_consent_record_members members = {
        device_members, sizeof device_members / sizeof *device_members, NULL};
    struct pst_subscriber *subscriber = out;
    struct pst_subscriber_device *devices;

    if (node->type != PST_NODE_LIST) {
        return pst_consent_record_refuse(in, node, "E_TYPE",
                                         "devices is a list");
    }
    if (node->count > DEVICES) {
        return POSTERN_ERR_LIMIT;
    }
    devices = pst_arena_alloc(in->arena, node->count + 1, sizeof *devices);
    if (!devices) {
        return POSTERN_ERR_MEMORY;
    }
    for (const struct pst_node *entry = node->children; entry;
         entry = entry->next) {
        struct pst_subscriber_device *device =
            &devices[subscriber->device_count++];

        device->place = subscriber->residence;
        PST_TRY(pst_consent_record_object(in, entry, &members, device));
    }
    subscriber->devices = devices;
    return pst_consent_record_unique(in, node, "device");
}

/* ---- resources ----------------------------------------------------------- */

static postern_status read_resource_id(struct pst_consent_record_reader *in,
                                       const struct pst_node *node, void *out)
{
    struct pst_subscriber_resource *resource = out;

    return pst_consent_record_own_id(in, node, &resource->id);
}

static postern_status read_resource_device(struct pst_consent_record_reader *in,
                                           const struct pst_node *node,
                                           void *out)
{
    struct pst_subscriber_resource *resource = out;

    return pst_consent_record_text(in, node, &resource->device);
}

static postern_status read_resource_data(struct pst_consent_record_reader *in,
                                         const struct pst_node *node, void *out)
{
    struct pst_subscriber_resource *resource = out;

    return pst_consent_record_text(in, node, &resource->data);
}

static postern_status read_resource_class(struct pst_consent_record_reader *in,
                                          const struct pst_node *node,
                                          void *out)
{
    static const struct {
        const char *word;
        enum pst_data_class data_class;
    } classes[] = {{"anonymised", PST_CLASS_ANONYMISED},
                   {"personal", PST_CLASS_PERSONAL},
                   {"sensitive", PST_CLASS_SENSITIVE},
                   {"medical", PST_CLASS_MEDICAL}};
    struct pst_subscriber_resource *resource = out;

    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (node->type == PST_NODE_STRING &&
            pst_str_is(node->text, classes[i].word)) {
            resource->data_class = classes[i].data_class;
            return POSTERN_OK;
        }
    }
    return pst_consent_record_refuse(
        in, node, "E_CLASS",
        "a class is anonymised, personal, sensitive or "
        "medical");
}

static const struct pst_consent_record_member resource_members[] = {
    {"id", true, read_resource_id},
    {"device", true, read_resource_device},
    {"data", false, read_resource_data},
    {"class", false, read_resource_class},
};

static postern_status read_resources(struct pst_consent_record_reader *in,
                                     const struct pst_node *node, void *out)
{
    const struct pst_consent_record_members members = {
        resource_members, sizeof resource_members / sizeof *resource_members,
        NULL};
    struct pst_subscriber *subscriber = out;
    struct pst_subscriber_resource *resources;

    if (node->type != PST_NODE_LIST) {
        return pst_consent_record_refuse(in, node, "E_TYPE",
                                         "resources is a list");
    }
    if (node->count > RESOURCES) {
        return POSTERN_ERR_LIMIT;
    }
    resources = pst_arena_alloc(in->arena, node->count + 1, sizeof *resources);
    if (!resources) {
        return POSTERN_ERR_MEMORY;
    }
    for (const struct pst_node *entry = node->children; entry;
         entry = entry->next) {
        PST_TRY(pst_consent_record_object(
            in, entry, &members, &resources[subscriber->resource_count]));
        subscriber->resource_count++;
    }
    subscriber->resources = resources;
    return pst_consent_record_unique(in, node, "id");
}

/* ---- the document -------------------------------------------------------- */

static postern_status read_owner(struct pst_consent_record_reader *in,
                                 const struct pst_node *node, void *out)
{
    struct pst_subscriber *subscriber = out;

    return pst_consent_record_text(in, node, &subscriber->pseudonym);
}

static postern_status read_residence(struct pst_consent_record_reader *in,
                                     const struct pst_node *node, void *out)
{
    struct pst_subscriber *subscriber = out;

    return read_place(in, node, &subscriber->residence);
}

/* A device without a place of its own is where the subscriber is: the residence
 * comes before them. */
static const struct pst_consent_record_member members[] = {
    {"kind", false, NULL},
    {"owner", false, read_owner},
    {"residence", true, read_residence},
    {"devices", false, read_devices},
    {"resources", false, read_resources},
};

postern_status pst_subscriber_read(struct pst_arena *arena,
                                   const struct pst_document *document,
                                   struct pst_subscriber *subscriber,
                                   postern_diag *diag)
{
    const struct pst_consent_record_members all = {
        members, sizeof members / sizeof *members, NULL};
    struct pst_consent_record_reader in = {arena, document, diag};
    const struct pst_node *root = document->root;

    memset(subscriber, 0, sizeof *subscriber);
    PST_TRY(pst_consent_record_kind(&in, "subscriber"));
    if (!pst_node_member(root, "owner")) {
        return pst_consent_record_refuse(
            &in, root, "E_OWNER_MISSING",
            "a member owner is expected: the pseudonym");
    }
    return pst_diag_plain(
        diag, pst_consent_record_object(&in, root, &all, subscriber));
}
