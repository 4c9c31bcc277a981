/* postern permitted: what somebody may do something with. */
#include "cli/command.h"

#include "base/diag.h"
#include "base/str.h"
#include "cli/address.h"
#include "cli/arguments.h"
#include "cli/host.h"
#include "cli/plain.h"
#include "cli/render.h"

#include <getopt.h>
#include <stdlib.h>

static const char help[] =
    "usage: postern permitted -p POLICY... --originator ID --operation OP\n"
    "                         [OPTIONS]\n"
    "\n"
    "Lists the resources that an originator may do an operation on, each with\n"
    "its structured address and what permits it.\n"
    "\n"
    "  -p, --policy POLICY    a policy document, or a folder of them; several\n"
    "                         count as one policy (\"-\": standard input)\n"
    "      --originator ID    an AE-ID or CSE-ID\n"
    "      --operation OP     create, retrieve, update, delete, notify or\n"
    "                         discover\n"
    "      --child-type TYPE  of the resource that a create makes\n"
    "      --under ADDRESS    only this resource and those below it\n"
    "      --type TYPE        only resources of this type: 3, container, cnt\n"
    "      --label LABEL      only resources with this label\n"
    "      --time TIME        when: YYYYMMDDThhmmss in UTC\n"
    "      --ip ADDRESS       whence\n"
    "      --location PLACE   where: degrees such as 52.09,5.12, or a country\n"
    "      --authenticated    the originator is authenticated\n"
    "      --role ROLE-ID     a role that it presents; may be repeated\n"
    "      --format FORMAT    text (default) or json: one object a "
    "line\n" PST_HOST_HELP "  -h, --help             this text\n"
    "\n"
    "What is left out is unknown, and makes the conditions that need it "
    "false.\n"
    "\n"
    "Exit status: 0 there are some, 1 there are none, 2 the policies cannot "
    "be\n"
    "used.\n";

struct permitted {
    struct pst_host_settings settings;
    postern_primitive primitive;
    postern_str *roles; /* those of the primitive */
    uint32_t type;      /* 0: any */
    const char *label;  /* NULL: any */
    enum pst_output output;
};

static const struct option long_options[] = {
    {"originator", required_argument, NULL, PST_OPTION_ORIGINATOR},
    {"operation", required_argument, NULL, PST_OPTION_OPERATION},
    {"child-type", required_argument, NULL, PST_OPTION_CHILD_TYPE},
    {"under", required_argument, NULL, PST_OPTION_UNDER},
    {"type", required_argument, NULL, PST_OPTION_TYPE},
    {"label", required_argument, NULL, PST_OPTION_LABEL},
    {"time", required_argument, NULL, PST_OPTION_TIME},
    {"ip", required_argument, NULL, PST_OPTION_IP},
    {"location", required_argument, NULL, PST_OPTION_LOCATION},
    {"authenticated", no_argument, NULL, PST_OPTION_AUTHENTICATED},
    {"role", required_argument, NULL, PST_OPTION_ROLE},
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    PST_HOST_OPTIONS,
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* While they are listed. */
struct listing {
    const struct permitted *options;
    struct pst_host host;
    struct pst_view view;
    struct pst_json_out out;
    size_t count;
};

static bool has_label(const postern_resource *resource, const char *label)
{
    for (size_t i = 0; i < resource->labels.count; i++) {
        if (pst_str_is(resource->labels.items[i], label)) {
            return true;
        }
    }
    return false;
}

static bool is_asked_for(const struct permitted *options,
                         const postern_resource *resource)
{
    return (!options->type || resource->type == options->type) &&
           (!options->label || has_label(resource, options->label));
}

/* "cnt1  base/data  (acpA rule 0)" */
static void text_grant(const postern_grant *grant, const char *address)
{
    pst_plain(stdout, grant->resource->id);
    printf("  ");
    pst_plain(stdout, postern_str_of(address));
    printf(*address ? "  (" : "(");
    if (grant->acp.data || grant->token.data) {
        pst_plain(stdout, grant->acp.data ? grant->acp : grant->token);
        printf(" rule %u%s)\n", (unsigned)grant->rule,
               grant->which == POSTERN_SELF_PRIVILEGES
                   ? " of the self-privileges"
                   : "");
    } else {
        printf("%s)\n", grant->reason);
    }
}

static void json_grant(struct pst_json_out *out, const postern_grant *grant,
                       const char *address)
{
    pst_json_out_open(out, '{');
    pst_json_out_name(out, "resource");
    pst_json_out_str(out, grant->resource->id);
    if (*address) {
        pst_json_out_text(out, "address", address);
    }
    pst_json_out_number(out, "type", grant->resource->type);
    if (grant->acp.data || grant->token.data) {
        pst_json_out_name(out, grant->acp.data ? "acp" : "token");
        pst_json_out_str(out, grant->acp.data ? grant->acp : grant->token);
        pst_json_out_number(out, "rule", grant->rule);
        pst_json_out_text(out, "which", pst_privileges_word(grant->which));
    }
    pst_json_out_text(out, "reason", grant->reason);
    pst_json_out_close(out, '}');
    (void)pst_json_out_line(out, stdout); /* pst_finish() notices */
}

static bool list(void *user, const postern_grant *grant)
{
    struct listing *self = user;
    char address[PST_ADDRESS_SIZE];

    if (!is_asked_for(self->options, grant->resource)) {
        return true;
    }
    self->count++;
    (void)pst_structured_address(&self->view, &self->host.base, grant->resource,
                                 address);
    if (self->options->output == PST_OUTPUT_JSON) {
        json_grant(&self->out, grant, address);
    } else {
        text_grant(grant, address);
    }
    return true;
}

static bool is_there(const struct pst_view *view, postern_str address)
{
    postern_resource resource;

    return !address.len ||
           pst_view_find(view, address, &resource) == POSTERN_FOUND;
}

static bool is_entity(const struct pst_host *host, postern_str text)
{
    postern_id id;

    return postern_id_parse_entity(&id, postern_policy_cse(host->policy),
                                   text) == POSTERN_OK;
}

static int list_all(struct listing *self)
{
    const postern_primitive *primitive = &self->options->primitive;

    if (!is_entity(&self->host, primitive->from)) {
        return pst_misused(&pst_command_permitted,
                           "--originator is an AE-ID or CSE-ID, not",
                           primitive->from.data);
    }
    if (!is_there(&self->view, primitive->to)) {
        return pst_misused(&pst_command_permitted, "there is no resource",
                           primitive->to.data);
    }
    pst_json_out_init(&self->out);
    (void)postern_permitted(self->host.reader, primitive, list, self);
    pst_json_out_release(&self->out);
    return pst_finish(&pst_command_permitted,
                      self->count ? PST_EXIT_YES : PST_EXIT_NO);
}

static int permitted(const struct permitted *options)
{
    struct listing self = {.options = options};
    int result = PST_EXIT_UNUSABLE;

    if (!pst_host_open(&self.host, &options->settings)) {
        return result;
    }
    if (pst_host_enter(&self.host, &self.view)) {
        result = list_all(&self);
        pst_host_leave(&self.view);
    }
    pst_host_close(&self.host);
    return result;
}

static bool read_context(struct permitted *self, int option)
{
    const struct pst_command *command = &pst_command_permitted;
    postern_primitive *primitive = &self->primitive;

    switch (option) {
    case PST_OPTION_TIME:
        primitive->time_known = true;
        return pst_take_time(command, "--time", optarg, &primitive->time_s);
    case PST_OPTION_IP:
        return pst_take_ip(command, optarg, &primitive->ip);
    case PST_OPTION_LOCATION:
        return pst_take_location(command, optarg,
                                 &primitive->whereabouts.location);
    case PST_OPTION_AUTHENTICATED:
        primitive->authn = POSTERN_AUTHN_TRUE;
        return true;
    case PST_OPTION_ROLE:
        self->roles[primitive->role_ids.count++] = postern_str_of(optarg);
        return true;
    default:
        return pst_host_take(&self->settings, option);
    }
}

static bool read_option(void *user, int option)
{
    struct permitted *self = user;
    const struct pst_command *command = &pst_command_permitted;
    postern_primitive *primitive = &self->primitive;

    switch (option) {
    case PST_OPTION_ORIGINATOR:
        primitive->from = postern_str_of(optarg);
        return true;
    case PST_OPTION_OPERATION:
        return pst_take_operation(command, optarg, primitive);
    case PST_OPTION_CHILD_TYPE:
        return pst_take_type(command, "--child-type", optarg,
                             &primitive->child_type);
    case PST_OPTION_UNDER:
        primitive->to = postern_str_of(optarg);
        return true;
    case PST_OPTION_TYPE:
        return pst_take_type(command, "--type", optarg, &self->type);
    case PST_OPTION_LABEL:
        self->label = optarg;
        return true;
    case PST_OPTION_FORMAT:
        return pst_read_output(command, optarg, &self->output);
    default:
        return read_context(self, option);
    }
}

static int check_use(struct permitted *self, int argc, char **argv)
{
    const struct pst_command *command = &pst_command_permitted;
    bool create = pst_operation_of(&self->primitive) == POSTERN_OP_CREATE;

    if (self->settings.policy_count == 0) {
        return pst_misused(command, "-p POLICY is missing", NULL);
    }
    if (!self->primitive.from.data) {
        return pst_misused(command, "--originator is missing", NULL);
    }
    if (!self->primitive.operation) {
        return pst_misused(command, "--operation is missing", NULL);
    }
    if (create != (self->primitive.child_type != 0)) {
        return pst_misused(command,
                           create ? "a create needs --child-type"
                                  : "--child-type is for create only",
                           NULL);
    }
    pst_host_take_rest(&self->settings, argc, argv);
    return PST_EXIT_YES;
}

static const struct pst_options options = {&pst_command_permitted, ":p:h",
                                           long_options, read_option};

static int use(struct permitted *self, int argc, char **argv)
{
    int result;

    self->primitive.role_ids.items = self->roles;
    result = pst_take_options(&options, argc, argv, self);
    if (result != PST_GO_ON) {
        return result;
    }
    result = check_use(self, argc, argv);
    return result == PST_EXIT_YES ? permitted(self) : result;
}

static int run(int argc, char **argv)
{
    struct permitted self = {.output = PST_OUTPUT_TEXT};
    int result = PST_EXIT_UNUSABLE;

    postern_primitive_init(&self.primitive);
    self.roles = calloc((size_t)argc + 1, sizeof *self.roles);
    if (pst_host_settings_init(&self.settings, argc) && self.roles) {
        result = use(&self, argc, argv);
    }
    pst_host_settings_release(&self.settings);
    free(self.roles);
    return result;
}

const struct pst_command pst_command_permitted = {
    "permitted", "list what somebody may do something with", help, run, NULL};
