/* The public loaders: documents to policy, all of it or nothing. */
#include "policy-lang/compile.h"
#include "policy-lang/document_reader.h"
#include "policy-lang/files.h"
#include "policy-lang/resource_index.h"

#include "base/sized.h"
#include "base/str.h"

/* Where documents come from: one text, paths, or one that is read already. */
struct input {
    postern_str text;
    const struct pst_document *document; /* NULL: text or paths */
    const char *const *paths;            /* NULL: the text */
    size_t path_count;
    postern_format format; /* over that of the options, unless AUTO */
};

/* One load. Owns the policy and the grammar until it is over. */
struct load {
    postern_load_options options; /* all members, also those of later releases
                                     that the caller's struct has not */
    postern_policy *policy;
    struct pst_document *documents; /* in the arena of the policy */
    struct pst_reader reader;
    postern_diag *diag;
};

void postern_load_options_init_sized(postern_load_options *options,
                                     size_t struct_size)
{
    pst_sized_init(options, struct_size);
}

static bool copy_options(postern_load_options *out,
                         const postern_load_options *given)
{
    return pst_sized_copy(out, sizeof *out, given) &&
           (unsigned)out->format <= POSTERN_FORMAT_YAML &&
           (unsigned)out->rule_errors <= POSTERN_RULE_ERRORS_DISABLE;
}

static bool looks_like_json(postern_str text)
{
    size_t i = 0;

    if (pst_str_is(pst_str_slice(text, 0, 3), "\xEF\xBB\xBF")) {
        i = 3;
    }
    while (i < text.len && (text.data[i] == ' ' || text.data[i] == '\t' ||
                            text.data[i] == '\r' || text.data[i] == '\n')) {
        i++;
    }
    return i < text.len && (text.data[i] == '{' || text.data[i] == '[');
}

static enum pst_format format_of(postern_format wanted, const char *source,
                                 postern_str text)
{
    if (wanted != POSTERN_FORMAT_AUTO) {
        return wanted == POSTERN_FORMAT_JSON ? PST_FORMAT_JSON
                                             : PST_FORMAT_YAML;
    }
    if (pst_is_json_name(source)) {
        return PST_FORMAT_JSON;
    }
    if (pst_is_yaml_name(source)) {
        return PST_FORMAT_YAML;
    }
    return looks_like_json(text) ? PST_FORMAT_JSON : PST_FORMAT_YAML;
}

/* The nodes do not point into the text: it is not needed afterwards. */
static postern_status read_text(struct load *self,
                                struct pst_document *document,
                                const char *source, postern_str text)
{
    postern_policy *policy = self->policy;
    postern_str kept = pst_arena_copy(&policy->arena, postern_str_of(source));
    postern_status status;

    if (!kept.data) {
        return POSTERN_ERR_MEMORY;
    }
    document->source = kept.data;
    document->format = format_of(self->options.format, source, text);
    document->text = text;
    status = pst_document_read(document, &policy->arena, &policy->limits,
                               self->diag);
    document->text = (postern_str){NULL, 0};
    return status;
}

static postern_status read_file(struct load *self,
                                struct pst_document *document, const char *name)
{
    const postern_allocator *allocator = &self->policy->allocator;
    struct pst_vec bytes;
    postern_status status = pst_file_read(
        &bytes, allocator, name, self->policy->limits.text_bytes, self->diag);

    if (status == POSTERN_OK) {
        status = read_text(self, document, name,
                           (postern_str){bytes.data, bytes.count});
    }
    pst_vec_release(&bytes, allocator);
    return status;
}

static postern_status keep_documents(struct load *self, size_t count)
{
    self->documents =
        pst_arena_alloc(&self->policy->arena, count, sizeof *self->documents);
    if (!self->documents) {
        return POSTERN_ERR_MEMORY;
    }
    self->policy->documents = self->documents;
    return POSTERN_OK;
}

static postern_status read_files(struct load *self, const struct input *input)
{
    struct pst_file_list files;

    PST_TRY(pst_files_find(&files, &self->policy->arena, input->paths,
                           input->path_count, self->diag));
    PST_TRY(keep_documents(self, files.count));
    for (size_t i = 0; i < files.count; i++) {
        PST_TRY(read_file(self, &self->documents[i], files.names[i]));
        self->policy->document_count++;
    }
    return POSTERN_OK;
}

static postern_status read_input(struct load *self, const struct input *input)
{
    const char *source = self->options.source ? self->options.source : "";

    if (input->paths) {
        return read_files(self, input);
    }
    PST_TRY(keep_documents(self, 1));
    if (input->document) {
        self->documents[0] = *input->document;
        self->policy->document_count = 1;
        return POSTERN_OK;
    }
    PST_TRY(read_text(self, &self->documents[0], source, input->text));
    self->policy->document_count = 1;
    return POSTERN_OK;
}

/* Makes the array for the resources of all documents. */
static postern_status keep_resources(postern_policy *policy)
{
    uint64_t count = 0;

    for (uint32_t i = 0; i < policy->document_count; i++) {
        count += pst_document_resources(&policy->documents[i]);
    }
    if (count > UINT32_MAX) {
        return POSTERN_ERR_LIMIT;
    }
    policy->resources = pst_arena_alloc(&policy->arena, count ? count : 1,
                                        sizeof *policy->resources);
    return policy->resources ? POSTERN_OK : POSTERN_ERR_MEMORY;
}

static postern_status read_documents(struct load *self)
{
    postern_policy *policy = self->policy;

    PST_TRY(keep_resources(policy));
    for (uint32_t i = 0; i < policy->document_count; i++) {
        postern_status status;

        self->reader.document = &policy->documents[i];
        status = pst_read_document(&self->reader);
        if (status == POSTERN_ERR_POLICY) {
            return pst_refuse_defect(&self->reader, self->diag);
        }
        PST_TRY(status);
    }
    return POSTERN_OK;
}

/* "//" and a domain, or "/" and a name; *part is what stands behind. */
static postern_status keep_name(postern_policy *policy, const char *before,
                                postern_str *part, postern_str *whole)
{
    size_t len = strlen(before);
    char *bytes = pst_arena_alloc(&policy->arena, len + part->len, 1);

    if (!bytes) {
        return POSTERN_ERR_MEMORY;
    }
    memcpy(bytes, before, len);
    memcpy(bytes + len, part->data, part->len);
    *whole = (postern_str){bytes, len + part->len};
    *part = pst_str_slice(*whole, len, whole->len);
    return POSTERN_OK;
}

/* The hosting CSE of the caller, when no document names one. */
static postern_status complete_host(struct load *self)
{
    postern_policy *policy = self->policy;
    struct pst_hosting_cse *host = &policy->host;

    if (host->cse.name.data) {
        return POSTERN_OK;
    }
    if (!self->options.cse) {
        return pst_node_refuse(&policy->documents[0], policy->documents[0].root,
                               self->diag, POSTERN_ERR_POLICY,
                               "the hosting CSE is not named: a member cse "
                               "with spid and csi is expected",
                               NULL);
    }
    host->cse = *self->options.cse;
    if (host->cse.domain.len == 0 || host->cse.name.len == 0) {
        return POSTERN_ERR_ARGUMENT; /* not from postern_cse_init() */
    }
    PST_TRY(keep_name(policy, "//", &host->cse.domain, &host->sp_id));
    return keep_name(policy, "/", &host->cse.name, &host->cse_id);
}

static postern_status index_resources(struct load *self)
{
    const struct pst_resource *twice;

    PST_TRY(pst_resource_index_make(self->policy, &twice));
    if (!twice) {
        return POSTERN_OK;
    }
    return pst_node_refuse(
        twice->document, twice->node, self->diag, POSTERN_ERR_POLICY,
        "an earlier resource has the same resource ID", NULL);
}

static postern_status fill_policy(struct load *self, const struct input *input)
{
    PST_TRY(pst_grammar_new(&self->reader.grammar, &self->policy->allocator));
    PST_TRY(read_input(self, input));
    PST_TRY(read_documents(self));
    PST_TRY(complete_host(self));
    PST_TRY(index_resources(self));
    PST_TRY(pst_compile(&self->reader, self->diag));
    return self->options.verify
               ? postern_policy_verify(self->policy, NULL, self->diag)
               : POSTERN_OK;
}

static postern_policy *new_policy(const postern_load_options *options)
{
    postern_allocator allocator = pst_allocator_of(options->allocator);
    postern_policy *policy = pst_alloc(&allocator, sizeof *policy);

    if (policy) {
        memset(policy, 0, sizeof *policy);
        policy->allocator = allocator;
        policy->limits = pst_limits_of(&options->limits);
        pst_arena_init(&policy->arena, &allocator, SIZE_MAX);
    }
    return policy;
}

static postern_status load_policy(struct load *self, const struct input *input)
{
    postern_status status;

    self->policy = new_policy(&self->options);
    if (!self->policy) {
        return POSTERN_ERR_MEMORY;
    }
    self->reader.policy = self->policy;
    self->reader.options = &self->options;
    self->reader.last_finding = &self->policy->findings;
    status = fill_policy(self, input);
    pst_grammar_free(self->reader.grammar);
    if (status != POSTERN_OK) {
        postern_policy_free(self->policy);
    }
    return status;
}

static postern_status load(postern_policy **policy, const struct input *input,
                           const postern_load_options *options,
                           postern_diag *diag)
{
    struct load self = {.diag = diag};
    postern_status status;

    pst_diag_clear(diag);
    if (!copy_options(&self.options, options)) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    if (input->format != POSTERN_FORMAT_AUTO) {
        self.options.format = input->format;
    }
    status = load_policy(&self, input);
    if (status == POSTERN_OK) {
        *policy = self.policy;
        return POSTERN_OK;
    }
    return pst_diag_plain(diag, status); /* unless there is a reason already */
}

postern_status postern_policy_load(postern_policy **policy, postern_str text,
                                   const postern_load_options *options,
                                   postern_diag *diag)
{
    struct input input = {.text = text};

    *policy = NULL;
    return load(policy, &input, options, diag);
}

postern_status pst_policy_load_document(postern_policy **policy,
                                        const struct pst_document *document,
                                        const postern_load_options *options,
                                        postern_diag *diag)
{
    struct input input = {.document = document};

    *policy = NULL;
    return load(policy, &input, options, diag);
}

postern_status postern_policy_load_files(postern_policy **policy,
                                         const char *const *paths,
                                         size_t path_count,
                                         const postern_load_options *options,
                                         postern_diag *diag)
{
    struct input input = {.paths = paths, .path_count = path_count};

    *policy = NULL;
    pst_diag_clear(diag);
    if (!paths || path_count == 0) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    return load(policy, &input, options, diag);
}

void postern_policy_free(postern_policy *policy)
{
    postern_allocator allocator;

    if (!policy) {
        return;
    }
    allocator = policy->allocator;
    postern_acp_set_free(policy->acps);
    pst_arena_release(&policy->arena);
    pst_release(&allocator, policy, sizeof *policy);
}

const postern_acp_set *postern_policy_acps(const postern_policy *policy)
{
    return policy->acps;
}

const postern_cse *postern_policy_cse(const postern_policy *policy)
{
    return &policy->host.cse;
}

static postern_status load_set(postern_acp_set **set, const struct input *input,
                               const postern_load_options *options,
                               postern_diag *diag)
{
    postern_policy *policy = NULL;
    postern_status status = load(&policy, input, options, diag);

    *set = NULL;
    if (status == POSTERN_OK) {
        *set = policy->acps;
        policy->acps = NULL;
        postern_policy_free(policy);
    }
    return status;
}

postern_status postern_acp_set_load_json(postern_acp_set **set,
                                         postern_str text,
                                         const postern_load_options *options,
                                         postern_diag *diag)
{
    struct input input = {.text = text, .format = POSTERN_FORMAT_JSON};

    return load_set(set, &input, options, diag);
}

postern_status postern_acp_set_load_yaml(postern_acp_set **set,
                                         postern_str text,
                                         const postern_load_options *options,
                                         postern_diag *diag)
{
    struct input input = {.text = text, .format = POSTERN_FORMAT_YAML};

    return load_set(set, &input, options, diag);
}
