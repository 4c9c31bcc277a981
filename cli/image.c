#include "cli/image.h"

#include "base/diag.h"
#include "base/str.h"
#include "cli/source.h"

#include <stdlib.h>

static bool refuse(const char *source, postern_status status,
                   const char *message)
{
    postern_diag diag = {.status = POSTERN_OK};

    (void)pst_diag_refuse(&diag, status, "", message, NULL);
    pst_diag_copy(diag.source, sizeof diag.source, source);
    pst_print_diag(stderr, &diag);
    return false;
}

/* ---- resources around it ------------------------------------------------ */

static postern_status reader_new(void *user, void **reader)
{
    *reader = user;
    return POSTERN_OK;
}

static void reader_free(void *user, void *reader)
{
    (void)user;
    (void)reader;
}

static uint64_t enter(void *user, void *reader)
{
    (void)user;
    (void)reader;
    return 0;
}

/* An ACP of the image, or whatever else it is: that is protected. */
static postern_found find(void *user, void *reader, postern_str address,
                          postern_resource *resource)
{
    const struct pst_image *image = user;
    uint32_t acp = postern_acp_set_find(image->set, address);

    (void)reader;
    postern_resource_init(resource);
    resource->id = address;
    if (acp != POSTERN_NO_ACP) {
        resource->type = 1;
        resource->acp_set = image->set;
        resource->acp = acp;
    } else {
        resource->type = image->type;
        resource->policy_ids = (postern_texts){image->acps, image->acp_count};
    }
    return POSTERN_FOUND;
}

static postern_found no_parent(void *user, void *reader,
                               const postern_resource *resource,
                               postern_resource *parent)
{
    (void)user;
    (void)reader;
    (void)resource;
    (void)parent;
    return POSTERN_FOUND_NOT;
}

/* Neither entities nor roles are known. */
static postern_found nobody(void *user, void *reader, const postern_id *id,
                            uint32_t n, postern_resource *resource)
{
    (void)user;
    (void)reader;
    (void)id;
    (void)n;
    (void)resource;
    return POSTERN_FOUND_NOT;
}

static postern_found no_next(void *user, void *reader, postern_str root,
                             postern_cursor *cursor, postern_resource *resource)
{
    (void)user;
    (void)reader;
    (void)root;
    (void)cursor;
    (void)resource;
    return POSTERN_FOUND_NOT;
}

/* ---- opening ----------------------------------------------------------- */

static bool load_set(struct pst_image *image,
                     const struct pst_image_settings *settings)
{
    postern_diag diag;
    size_t size;
    const void *bytes;

    if (postern_acp_set_load_image(&image->set, settings->path, NULL, &diag) !=
        POSTERN_OK) {
        pst_print_diag(stderr, &diag);
        return false;
    }
    bytes = postern_acp_set_image(image->set, &size);
    return !settings->keys ||
           pst_image_is_signed(settings->path, (postern_str){bytes, size},
                               settings->keys);
}

/* Whether it is proved to mean what the policies say. */
static bool is_proved(const struct pst_image *image,
                      const struct pst_image_settings *settings)
{
    postern_load_options options;
    postern_policy *policy;
    postern_diag diag = {.status = POSTERN_OK};
    postern_status status;

    postern_load_options_init(&options);
    if (settings->lenient) {
        options.rule_errors = POSTERN_RULE_ERRORS_DISABLE;
    }
    status = pst_source_load(&policy, &settings->policies, &options, &diag);
    if (status == POSTERN_OK) {
        status = postern_policy_verify(policy, image->set, &diag);
        pst_diag_copy(diag.source, sizeof diag.source, settings->path);
        postern_policy_free(policy);
    }
    if (status != POSTERN_OK) {
        pst_print_diag(stderr, &diag);
    }
    return status == POSTERN_OK;
}

/* One for each comma, and one more. */
static size_t count_names(postern_str names)
{
    size_t count = 1;

    for (size_t i = 0; i < names.len; i++) {
        count += names.data[i] == ',';
    }
    return count;
}

static bool find_acps(struct pst_image *image,
                      const struct pst_image_settings *settings)
{
    postern_str names = postern_str_of(settings->acps);
    size_t from = 0;

    image->acps = calloc(count_names(names), sizeof *image->acps);
    if (!image->acps) {
        return refuse(settings->path, POSTERN_ERR_MEMORY, "out of memory");
    }
    while (from <= names.len) {
        size_t comma = pst_str_find(names, from, ',');
        postern_str name = pst_str_slice(names, from, comma);

        if (postern_acp_set_find(image->set, name) == POSTERN_NO_ACP) {
            char message[POSTERN_DIAG_MESSAGE_SIZE];
            struct pst_text text;

            pst_text_init(&text, message, sizeof message);
            pst_text_add(&text, "the image has no ACP named ");
            pst_text_add_quoted(&text, name);
            return refuse(settings->path, POSTERN_ERR_POLICY, message);
        }
        image->acps[image->acp_count++] = name;
        from = comma + 1;
    }
    return true;
}

static bool load_policy(struct pst_image *image,
                        const struct pst_image_settings *settings)
{
    postern_load_options options;
    postern_diag diag;

    postern_load_options_init(&options);
    options.cse = &settings->cse;
    options.format = POSTERN_FORMAT_JSON;
    if (postern_policy_load(&image->policy, PST_STR("{\"resources\":[]}"),
                            &options, &diag) != POSTERN_OK) {
        pst_print_diag(stderr, &diag);
        return false;
    }
    image->prp.cse = postern_policy_cse(image->policy);
    return true;
}

bool pst_image_open(struct pst_image *image,
                    const struct pst_image_settings *settings)
{
    *image = (struct pst_image){.type = settings->type};
    image->prp = (postern_prp){.struct_size = sizeof image->prp,
                               .user = image,
                               .reader_new = reader_new,
                               .reader_free = reader_free,
                               .enter = enter,
                               .leave = reader_free,
                               .find = find,
                               .parent = no_parent,
                               .registree = nobody,
                               .role = nobody,
                               .next = no_next};
    if (load_set(image, settings) &&
        (!settings->verify || is_proved(image, settings)) &&
        find_acps(image, settings) && load_policy(image, settings)) {
        return true;
    }
    pst_image_close(image);
    return false;
}

void pst_image_close(struct pst_image *image)
{
    postern_policy_free(image->policy);
    postern_acp_set_free(image->set);
    free(image->acps);
    *image = (struct pst_image){.set = NULL};
}
