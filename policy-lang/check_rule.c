/* Lints of one rule: originators that cannot match, windows, addresses,
 * countries, contexts and object details that do not do what they seem to. */
#include "policy-lang/check.h"

#include "base/str.h"
#include "policy-lang/check_party.h"
#include "policy-lang/country_codes.h"
#include "policy-lang/reader.h"
#include "policy-lang/rule_path.h"

enum { PATH_SIZE = 64 };

/* Finds nodes of a rule by the numbers of its members. */
struct finder {
    struct pst_check *check;
    const struct pst_rule_place *at;
    size_t context;
};

static const struct pst_node *rule_node(const struct pst_rule_place *at)
{
    return at->set->nodes[at->number];
}

/* Nodes are looked up for findings alone, step by step from the first entry of
 * a list: the budget pays for it. */
static bool spend_walk(struct pst_check *check, size_t context, size_t entry)
{
    return pst_check_spend(check, (uint64_t)context + entry + 1);
}

static void say_at(struct pst_check *check, const struct pst_rule_place *at,
                   const struct pst_node *node, enum pst_lint lint,
                   const struct pst_words *words)
{
    struct pst_place place = {at->acp->document, node};

    pst_check_say(check, &place, lint, words);
}

/* The node of /acco/CONTEXT and what follows; NULL: the budget is used up. */
static const struct pst_node *find(const struct finder *finder,
                                   const char *member, const char *list,
                                   size_t entry)
{
    char path[PATH_SIZE];
    struct pst_text text;

    if (!spend_walk(finder->check, finder->context, entry)) {
        return NULL;
    }
    pst_text_init(&text, path, sizeof path);
    pst_text_add(&text, "/acco/");
    pst_text_add_uint(&text, finder->context);
    pst_text_add(&text, member);
    if (list) {
        pst_text_add(&text, list);
        pst_text_add_uint(&text, entry);
    }
    return pst_rule_path_node(rule_node(finder->at), path);
}

static void say_found(const struct finder *finder, const struct pst_node *node,
                      enum pst_lint lint, const struct pst_words *words)
{
    if (node) {
        say_at(finder->check, finder->at, node, lint, words);
    }
}

/* ---- windows ----------------------------------------------------------- */

static void check_window(const struct finder *finder, postern_str window,
                         size_t entry)
{
    static const struct pst_words never = {
        "this time window never opens: no date has such a day, month, weekday "
        "and year; correct it or remove it",
        {NULL, 0},
        ""};
    static const struct pst_words over = {
        "this time window is over and does not open again; renew it or remove "
        "it",
        {NULL, 0},
        ""};
    enum pst_window_state state = pst_window_state_of(finder->check, window);

    if (state != PST_WINDOW_OPENS) {
        bool is_never = state == PST_WINDOW_NEVER;

        say_found(finder, find(finder, "/actw", "/", entry),
                  is_never ? PST_LINT_NEVER_OPENS : PST_LINT_OVER,
                  is_never ? &never : &over);
    }
}

/* ---- addresses [CTX-22] ------------------------------------------------ */

/* An address as 16 bytes; IPv4 stands in the last four, mapped. */
struct prefix {
    uint8_t bytes[16];
    uint32_t bits; /* 0..128 */
    bool is_ipv4;  /* 96 bits or more of a mapped one */
};

static uint32_t decimal(postern_str digits)
{
    uint32_t value = 0;

    for (size_t i = 0; i < digits.len && value < 1000; i++) {
        value = value * 10 + (uint32_t)(digits.data[i] - '0');
    }
    return value;
}

/* False for what has no length behind a slash, or is no prefix. */
static bool read_prefix(struct prefix *prefix, postern_str text)
{
    size_t slash = pst_str_find(text, 0, '/');
    bool has_colon = pst_str_find(text, 0, ':') < text.len;
    postern_ip ip;

    if (slash == text.len ||
        postern_ip_parse(&ip, pst_str_slice(text, 0, slash)) != POSTERN_OK) {
        return false;
    }
    memset(prefix, 0, sizeof *prefix);
    prefix->bits = decimal(pst_str_slice(text, slash + 1, text.len));
    if (ip.family == 6) {
        memcpy(prefix->bytes, ip.bytes, 16);
        return prefix->bits <= 128;
    }
    memset(prefix->bytes + 10, 0xFF, 2);
    memcpy(prefix->bytes + 12, ip.bytes, 4);
    prefix->bits += has_colon ? 0 : 96;
    prefix->is_ipv4 = prefix->bits >= 96;
    return prefix->bits <= 128;
}

/* Clears what is behind the prefix length; true when there was something. */
static bool clear_host_bits(struct prefix *prefix)
{
    bool cleared = false;

    for (uint32_t i = 0; i < 16; i++) {
        uint32_t kept = prefix->bits > i * 8 ? prefix->bits - i * 8 : 0;
        uint8_t mask = (uint8_t)(kept >= 8 ? 0xFFu : ~(0xFFu >> kept));

        cleared = cleared || (prefix->bytes[i] & ~mask);
        prefix->bytes[i] &= mask;
    }
    return cleared;
}

static void add_hex(struct pst_text *text, uint32_t value)
{
    static const char digits[] = "0123456789abcdef";
    bool started = false;

    for (uint32_t shift = 12; shift < 16; shift -= 4) {
        uint32_t digit = value >> shift & 15;

        started = started || digit || shift == 0;
        if (started) {
            pst_text_add_str(text, (postern_str){&digits[digit], 1});
        }
    }
}

/* All groups up to the last that is not 0, then "::" if any are left. */
static void add_ipv6(struct pst_text *text, const uint8_t bytes[16])
{
    uint32_t groups = 8;

    while (groups > 0 && !bytes[groups * 2 - 2] && !bytes[groups * 2 - 1]) {
        groups--;
    }
    groups = groups == 7 ? 8 : groups; /* "::" for one group is no RFC 5952 */
    for (uint32_t i = 0; i < groups; i++) {
        pst_text_add(text, i ? ":" : "");
        add_hex(text, (uint32_t)bytes[i * 2] << 8 | bytes[i * 2 + 1]);
    }
    pst_text_add(text, groups < 8 ? "::" : "");
}

static void add_prefix(struct pst_text *text, const struct prefix *prefix)
{
    if (prefix->is_ipv4) {
        for (uint32_t i = 12; i < 16; i++) {
            pst_text_add(text, i > 12 ? "." : "");
            pst_text_add_uint(text, prefix->bytes[i]);
        }
    } else {
        add_ipv6(text, prefix->bytes);
    }
    pst_text_add(text, "/");
    pst_text_add_uint(text, prefix->bits - (prefix->is_ipv4 ? 96 : 0));
}

static void check_address(const struct finder *finder, postern_str address,
                          size_t entry)
{
    char meant[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_words words = {"bits are set behind the prefix length: this "
                              "means ",
                              {NULL, 0},
                              "; write that"};
    struct prefix prefix;
    struct pst_text text;

    if (!read_prefix(&prefix, address) || !clear_host_bits(&prefix)) {
        return;
    }
    pst_text_init(&text, meant, sizeof meant);
    add_prefix(&text, &prefix);
    words.quoted = postern_str_of(meant);
    say_found(finder, find(finder, "/acip", "/", entry), PST_LINT_HOST_BITS,
              &words);
}

/* ---- countries [CTX-33] ------------------------------------------------ */

static void check_country(const struct finder *finder, postern_str country,
                          size_t entry)
{
    char message[POSTERN_DIAG_MESSAGE_SIZE];
    const char *meant = pst_country_meant(country);
    struct pst_words words = {"", country, message};
    struct pst_text text;

    if (pst_country_is_assigned(country)) {
        return;
    }
    pst_text_init(&text, message, sizeof message);
    pst_text_add(&text, " is no assigned country code (ISO 3166-1 alpha-2)");
    pst_text_add(&text, meant ? "; did you mean \"" : ": nobody is there");
    pst_text_add(&text, meant ? meant : "");
    pst_text_add(&text, meant ? "\"?" : "");
    say_found(finder, find(finder, "/aclr/accc", "/", entry),
              PST_LINT_COUNTRY_UNASSIGNED, &words);
}

/* ---- contexts ---------------------------------------------------------- */

static bool is_empty(const postern_context *context)
{
    return context->window_count == 0 && context->address_count == 0 &&
           context->circle_count == 0 && context->country_count == 0;
}

static void check_context(const struct finder *finder,
                          const postern_context *context)
{
    static const struct pst_words empty = {
        "this context restricts nothing: the rule holds at any time, from any "
        "address and place; fill it in, or remove all contexts of the rule",
        {NULL, 0},
        ""};

    if (is_empty(context)) { /* [CTX-04] */
        say_found(finder, find(finder, "", NULL, 0), PST_LINT_EMPTY_CONTEXT,
                  &empty);
    }
    for (size_t i = 0; i < context->window_count; i++) {
        check_window(finder, context->windows[i], i);
    }
    for (size_t i = 0; i < context->address_count; i++) {
        check_address(finder, context->addresses[i], i);
    }
    for (size_t i = 0; i < context->country_count; i++) {
        check_country(finder, context->countries[i], i);
    }
}

static bool context_can_hold(struct pst_check *check,
                             const postern_context *context)
{
    for (size_t i = 0; i < context->window_count; i++) {
        if (pst_window_state_of(check, context->windows[i]) ==
            PST_WINDOW_OPENS) {
            return true;
        }
    }
    return context->window_count == 0;
}

static bool contexts_can_hold(struct pst_check *check, const postern_rule *rule)
{
    for (size_t i = 0; i < rule->context_count; i++) {
        if (context_can_hold(check, &rule->contexts[i])) {
            return true;
        }
    }
    return rule->context_count == 0;
}

static void check_contexts(struct pst_check *check,
                           const struct pst_rule_place *at)
{
    static const struct pst_words empty = {
        "an empty list of contexts restricts nothing: the rule holds in any "
        "context; fill it in or remove it",
        {NULL, 0},
        ""};
    static const struct pst_words dead = {
        "none of the contexts can hold any more, so the rule matches no "
        "request; correct its time windows or remove the rule",
        {NULL, 0},
        ""};
    const postern_rule *rule = pst_rule_at(at);
    const struct pst_node *node = pst_rule_path_node(rule_node(at), "/acco");
    struct finder finder = {check, at, 0};

    if (node != rule_node(at) && rule->context_count == 0) { /* [CTX-04] */
        say_at(check, at, node, PST_LINT_EMPTY_CONTEXT, &empty);
    }
    for (size_t i = 0; i < rule->context_count; i++) {
        finder.context = i;
        check_context(&finder, &rule->contexts[i]);
    }
    if (!contexts_can_hold(check, rule)) {
        say_at(check, at, node, PST_LINT_NO_MATCH, &dead);
    }
}

/* ---- originators ------------------------------------------------------- */

static bool originators_can_match(const struct pst_check *check,
                                  const postern_rule *rule)
{
    for (size_t i = 0; i < rule->originator_count; i++) {
        if (pst_entry_unmatchable(check, rule->originators[i]) ==
            PST_MATCHABLE) {
            return true;
        }
    }
    return false;
}

static void say_unmatchable(struct pst_check *check,
                            const struct pst_rule_place *at,
                            const struct pst_node *entry,
                            enum pst_unmatchable why)
{
    static const char no_members[] =
        " is a group without members: this entry matches nobody; give the "
        "group members or remove the entry";
    static const char no_group[] =
        " is the address of a resource that is no group: this entry matches "
        "nobody; to name an AE write its AE-ID";
    struct pst_words words = {"", entry->text,
                              why == PST_EMPTY_GROUP ? no_members : no_group};

    if (why != PST_MATCHABLE) {
        say_at(check, at, entry,
               why == PST_EMPTY_GROUP ? PST_LINT_EMPTY_GROUP
                                      : PST_LINT_NOT_A_GROUP,
               &words);
    }
}

static void check_originators(struct pst_check *check,
                              const struct pst_rule_place *at)
{
    static const struct pst_words nobody = {
        "the rule matches no request: none of its originators can match "
        "anybody; name who is meant or remove the rule",
        {NULL, 0},
        ""};
    const postern_rule *rule = pst_rule_at(at);
    const struct pst_node *list = pst_rule_path_node(rule_node(at), "/acor");
    const struct pst_node *entry = pst_first_entry(list);

    for (size_t i = 0; i < rule->originator_count && entry; i++) {
        say_unmatchable(check, at, entry,
                        pst_entry_unmatchable(check, rule->originators[i]));
        entry = pst_next_entry(list, entry);
    }
    if (!originators_can_match(check, rule)) {
        say_at(check, at, list, PST_LINT_NO_MATCH, &nobody);
    }
}

enum {
    WRITING = POSTERN_ACOP_CREATE | POSTERN_ACOP_UPDATE | POSTERN_ACOP_DELETE
};

static bool names_all(const postern_rule *rule)
{
    for (size_t i = 0; i < rule->originator_count; i++) {
        if (pst_str_is(rule->originators[i], "all")) {
            return true;
        }
    }
    return false;
}

/* Legal, and sometimes meant: a note. */
static void check_authentication(struct pst_check *check,
                                 const struct pst_rule_place *at)
{
    static const struct pst_words open = {
        "everybody may write here, whether authenticated or not; if that is "
        "not meant, name the originators or demand authentication "
        "(accessControlAuthenticationFlag, acaf)",
        {NULL, 0},
        ""};
    const postern_rule *rule = pst_rule_at(at);

    if (!rule->authentication_flag && rule->context_count == 0 &&
        (rule->operations & WRITING) && names_all(rule)) {
        say_at(check, at, pst_rule_path_node(rule_node(at), "/acor"),
               PST_LINT_ALL_UNAUTHENTICATED, &open);
    }
}

/* ---- object details ---------------------------------------------------- */

static void check_details(struct pst_check *check,
                          const struct pst_rule_place *at)
{
    static const struct pst_words in_self = {
        "object details limit what is created below a resource, and nothing "
        "is created below a policy; move them to a rule of the privileges or "
        "remove them",
        {NULL, 0},
        ""};
    static const struct pst_words no_create = {
        "object details limit Create alone, and this rule does not allow it; "
        "add the operation or remove them",
        {NULL, 0},
        ""};
    const postern_rule *rule = pst_rule_at(at);
    bool is_self = at->set == &at->acp->self_privileges;
    bool creates = (rule->operations & POSTERN_ACOP_CREATE) != 0;

    if (rule->object_details_count == 0 || (creates && !is_self)) {
        return;
    }
    say_at(check, at, pst_rule_path_node(rule_node(at), "/acod"),
           is_self ? PST_LINT_DETAILS_IN_SELF /* [OBJ-09] */
                   : PST_LINT_DETAILS_WITHOUT_CREATE /* [OBJ-01] */,
           is_self ? &in_self : &no_create);
}

/* ---- rules that were disabled ------------------------------------------ */

static bool is_domain_pattern(postern_str entry)
{
    return entry.len > 2 && entry.data[0] == '/' && entry.data[1] == '/' &&
           pst_str_find(entry, 2, '/') == entry.len;
}

/* Why a star is not allowed where it stands; NULL: it is, or there is none.
 * [ORI-05] [ORI-10] */
static const char *misplaced_star(const struct pst_check *check,
                                  postern_str entry)
{
    if (pst_str_find(entry, 0, '*') == entry.len) {
        return NULL;
    }
    if (entry.len == 1) {
        return " alone matches nobody; did you mean \"all\"?";
    }
    if (pst_str_find(entry, 0, '@') < entry.len) {
        return " has a wildcard, which a Role-ID may not have; name each role";
    }
    if (is_domain_pattern(entry)) {
        return " has a wildcard, which a service provider domain may not "
               "have; name each domain, or entities: //*.example/cse*";
    }
    return pst_party_of(check, entry).kind == PST_PARTY_BROKEN
               ? " has a wildcard, which is allowed in AE-IDs and CSE-IDs "
                 "only; name each group"
               : NULL;
}

/* Such a rule was not read to its end: what it says is taken from the nodes. */
static void check_disabled(struct pst_check *check,
                           const struct pst_rule_place *at)
{
    const struct pst_node *list = pst_rule_path_node(rule_node(at), "/acor");
    const postern_rule *rule = pst_rule_at(at);
    struct pst_words words = {
        "this rule is off and permits nothing: ", {NULL, 0}, rule->never};

    say_at(check, at, rule_node(at), PST_LINT_NO_MATCH, &words);
    if (list == rule_node(at)) {
        return; /* it has no originators */
    }
    for (const struct pst_node *entry = pst_first_entry(list); entry;
         entry = pst_next_entry(list, entry)) {
        bool is_text = entry->type == PST_NODE_STRING;
        const char *why = is_text ? misplaced_star(check, entry->text) : NULL;

        if (why) {
            words = (struct pst_words){"", entry->text, why};
            say_at(check, at, entry, PST_LINT_WILDCARD, &words);
        }
    }
}

void pst_check_rule(struct pst_check *check, const struct pst_rule_place *at)
{
    if (pst_rule_at(at)->never) {
        check_disabled(check, at);
        return;
    }
    check_originators(check, at);
    check_authentication(check, at);
    check_contexts(check, at);
    check_details(check, at);
}

bool pst_rule_can_hold(struct pst_check *check, const postern_rule *rule)
{
    return !rule->never && originators_can_match(check, rule) &&
           contexts_can_hold(check, rule);
}
