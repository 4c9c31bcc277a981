/* postern who: who may do something with a resource. */
#include "cli/command.h"

#include "base/str.h"
#include "cli/arguments.h"
#include "cli/host.h"
#include "cli/plain.h"
#include "cli/render.h"
#include "prp/attribute.h"
#include "prp/selection.h"

#include <getopt.h>

static const char help[] =
    "usage: postern who -p POLICY... --resource ADDRESS --operation OP "
    "[OPTIONS]\n"
    "\n"
    "Lists who may do an operation on a resource: every originator that a "
    "rule\n"
    "of its policies names, with the rule and what it depends on besides. A\n"
    "group is followed by its members, as far as they are known.\n"
    "\n"
    "  -p, --policy POLICY    a policy document, or a folder of them; several\n"
    "                         count as one policy (\"-\": standard input)\n"
    "      --resource ADDRESS the resource\n"
    "      --operation OP     create, retrieve, update, delete, notify or\n"
    "                         discover\n"
    "      --time TIME        policies over by then are left out:\n"
    "                         YYYYMMDDThhmmss in UTC\n"
    "      --format FORMAT    text (default) or json: one object a line\n"
    "      --resources FILE   further resources, one JSON object a line\n"
    "      --lenient          rules that the standard does not allow are "
    "false,\n"
    "                         instead of making the policy unusable\n"
    "      --inherit-parent   a resource without accessControlPolicyIDs takes\n"
    "                         the policies of its parent (Release 1), instead\n"
    "                         of letting its creator in\n"
    "  -h, --help             this text\n"
    "\n"
    "Exit status: 0 there are some, 1 there are none, 2 the policies cannot "
    "be\n"
    "used.\n";

struct who {
    struct pst_host_settings settings;
    const char *resource;
    postern_primitive primitive; /* its operation counts */
    int64_t now_s;               /* INT64_MIN: unknown */
    enum pst_output output;
};

static const struct option long_options[] = {
    {"policy", required_argument, NULL, 'p'},
    {"resource", required_argument, NULL, PST_OPTION_RESOURCE},
    {"operation", required_argument, NULL, PST_OPTION_OPERATION},
    {"time", required_argument, NULL, PST_OPTION_TIME},
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    {"resources", required_argument, NULL, PST_OPTION_RESOURCES},
    {"lenient", no_argument, NULL, PST_OPTION_LENIENT},
    {"inherit-parent", no_argument, NULL, PST_OPTION_INHERIT_PARENT},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* While they are listed. */
struct listing {
    const struct who *options;
    struct pst_host host;
    struct pst_view view;
    struct pst_json_out out;
};

/* ---- members of a group ------------------------------------------------ */

enum { ID_SIZE = 1024 };

/* Whether a member counts at the time asked for; when none is, whenever. */
static bool is_over(const struct listing *self, const postern_resource *member)
{
    return self->options->now_s != INT64_MIN &&
           member->expires_s <= self->options->now_s;
}

/* The identity of a member in canonical form; false when it is not known, is
 * none, or is over. [ORI-11] */
static bool read_member(const struct listing *self, postern_str address,
                        char text[ID_SIZE])
{
    postern_resource member;
    postern_id id;

    if (!address.data ||
        pst_view_find(&self->view, address, &member) != POSTERN_FOUND ||
        is_over(self, &member)) {
        return false;
    }
    id = pst_entity_of(&self->view, &member, NULL);
    return id.kind == POSTERN_ID_ENTITY &&
           postern_id_text(&id, text, ID_SIZE) < ID_SIZE;
}

static void text_members(const struct listing *self,
                         const postern_resource *group)
{
    size_t unknown = 0;
    char text[ID_SIZE];

    for (size_t i = 0; i < group->members.count; i++) {
        if (read_member(self, group->members.items[i], text)) {
            printf("    ");
            pst_plain(stdout, postern_str_of(text));
            printf("\n");
        } else {
            unknown++;
        }
    }
    if (unknown) {
        printf("    (%zu that %s not known here)\n", unknown,
               unknown == 1 ? "is" : "are");
    }
}

static void json_members(struct listing *self, const postern_resource *group)
{
    char text[ID_SIZE];

    pst_json_out_name(&self->out, "members");
    pst_json_out_open(&self->out, '[');
    for (size_t i = 0; i < group->members.count; i++) {
        if (read_member(self, group->members.items[i], text)) {
            pst_json_out_str(&self->out, postern_str_of(text));
        }
    }
    pst_json_out_close(&self->out, ']');
}

/* The <group> that an entry names; false when it names none that is known. */
static bool find_group(const struct listing *self,
                       const postern_holder_entry *entry,
                       postern_resource *group)
{
    return pst_str_is(postern_str_of(entry->kind), "group") &&
           pst_view_find(&self->view, entry->originator, group) ==
               POSTERN_FOUND &&
           group->type == PST_TYPE_GROUP;
}

/* ---- entries ----------------------------------------------------------- */

enum { CONDITIONS = 4 };

struct condition {
    bool holds_only_so;
    const char *word;
    const char *words;
};

static void conditions_of(const postern_holder_entry *entry,
                          struct condition conditions[CONDITIONS])
{
    conditions[0] = (struct condition){entry->needs_authentication,
                                       "authenticated", "when authenticated"};
    conditions[1] =
        (struct condition){entry->has_contexts, "contexts", "in some contexts"};
    conditions[2] = (struct condition){entry->has_object_details,
                                       "object-details", "for some types"};
    conditions[3] = (struct condition){entry->has_attributes, "attributes",
                                       "for some attributes"};
}

/* "//sp.example/cse/Cpump7  (acpA rule 0, entity; when authenticated)" */
static void text_entry(const postern_holder_entry *entry)
{
    struct condition conditions[CONDITIONS];
    const char *before = "; ";

    pst_plain(stdout, entry->originator);
    printf("  (");
    if (entry->acp.data) {
        pst_plain(stdout, entry->acp);
        printf(" rule %u%s, ", (unsigned)entry->rule,
               entry->which == POSTERN_SELF_PRIVILEGES
                   ? " of the self-privileges"
                   : "");
    }
    printf("%s", entry->kind);
    conditions_of(entry, conditions);
    for (size_t i = 0; i < CONDITIONS; i++) {
        if (conditions[i].holds_only_so) {
            printf("%s%s", before, conditions[i].words);
            before = ", ";
        }
    }
    printf(")\n");
}

static void json_conditions(struct pst_json_out *out,
                            const postern_holder_entry *entry)
{
    struct condition conditions[CONDITIONS];

    conditions_of(entry, conditions);
    pst_json_out_name(out, "conditions");
    pst_json_out_open(out, '[');
    for (size_t i = 0; i < CONDITIONS; i++) {
        if (conditions[i].holds_only_so) {
            pst_json_out_str(out, postern_str_of(conditions[i].word));
        }
    }
    pst_json_out_close(out, ']');
}

static void json_entry(struct listing *self, const postern_holder_entry *entry)
{
    struct pst_json_out *out = &self->out;
    postern_resource group;

    pst_json_out_open(out, '{');
    pst_json_out_name(out, "originator");
    pst_json_out_str(out, entry->originator);
    pst_json_out_text(out, "kind", entry->kind);
    if (entry->acp.data) {
        pst_json_out_name(out, "acp");
        pst_json_out_str(out, entry->acp);
        pst_json_out_number(out, "rule", entry->rule);
        pst_json_out_text(out, "which", pst_privileges_word(entry->which));
    }
    json_conditions(out, entry);
    if (find_group(self, entry, &group)) {
        json_members(self, &group);
    }
    pst_json_out_close(out, '}');
    (void)pst_json_out_line(out, stdout); /* pst_finish() notices */
}

static bool list(void *user, const postern_holder_entry *entry)
{
    struct listing *self = user;
    postern_resource group;

    if (self->options->output == PST_OUTPUT_JSON) {
        json_entry(self, entry);
        return true;
    }
    text_entry(entry);
    if (find_group(self, entry, &group)) {
        text_members(self, &group);
    }
    return true;
}

/* ---- the command line -------------------------------------------------- */

static int list_all(struct listing *self)
{
    const struct who *options = self->options;
    size_t count;

    pst_json_out_init(&self->out);
    count = postern_who(self->host.reader, postern_str_of(options->resource),
                        pst_operation_of(&options->primitive), options->now_s,
                        list, self);
    pst_json_out_release(&self->out);
    if (count == SIZE_MAX) {
        return pst_misused(&pst_command_who, "there is no resource",
                           options->resource);
    }
    return pst_finish(&pst_command_who, count ? PST_EXIT_YES : PST_EXIT_NO);
}

static int who(const struct who *options)
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

static bool read_option(void *user, int option)
{
    struct who *self = user;
    const struct pst_command *command = &pst_command_who;

    switch (option) {
    case PST_OPTION_RESOURCE:
        self->resource = optarg;
        return true;
    case PST_OPTION_OPERATION:
        return pst_take_operation(command, optarg, &self->primitive);
    case PST_OPTION_TIME:
        return pst_take_time(command, "--time", optarg, &self->now_s);
    case PST_OPTION_FORMAT:
        return pst_read_output(command, optarg, &self->output);
    default:
        return pst_host_take(&self->settings, option);
    }
}

static int check_use(struct who *self, int argc, char **argv)
{
    const struct pst_command *command = &pst_command_who;

    if (self->settings.policy_count == 0) {
        return pst_misused(command, "-p POLICY is missing", NULL);
    }
    if (!self->resource) {
        return pst_misused(command, "--resource is missing", NULL);
    }
    if (!self->primitive.operation) {
        return pst_misused(command, "--operation is missing", NULL);
    }
    pst_host_take_rest(&self->settings, argc, argv);
    return PST_EXIT_YES;
}

static const struct pst_options options = {&pst_command_who, ":p:h",
                                           long_options, read_option};

static int use(struct who *self, int argc, char **argv)
{
    int result;

    result = pst_take_options(&options, argc, argv, self);
    if (result != PST_GO_ON) {
        return result;
    }
    result = check_use(self, argc, argv);
    return result == PST_EXIT_YES ? who(self) : result;
}

static int run(int argc, char **argv)
{
    struct who self = {.now_s = INT64_MIN};
    int result = PST_EXIT_UNUSABLE;

    postern_primitive_init(&self.primitive);
    if (pst_host_settings_init(&self.settings, argc)) {
        result = use(&self, argc, argv);
    }
    pst_host_settings_release(&self.settings);
    return result;
}

const struct pst_command pst_command_who = {
    "who", "list who may do something with a resource", help, run, NULL};
