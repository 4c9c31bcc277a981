#include "support/agree.h"

#include "pdp/ip_prefix.h"
#include "pdp/location.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Longer texts are refused for their length before anyone reads them. */
enum { TEXT_LENGTH_LIMIT = 4096 };

static const struct ref_cse host = {"//sp.example", "/plant"};

static bool differ(const char *what, postern_str text)
{
    fprintf(stderr, "the library and the twin differ: %s of \"%.*s\"\n", what,
            (int)text.len, text.data ? text.data : "");
    return false;
}

/* A text that ends in NUL; false when it cannot be one, or is longer than any
 * text of a policy. */
static bool plain_text(char out[REF_TEXT_SIZE], postern_str text)
{
    if (text.len >= REF_TEXT_SIZE ||
        (text.len && memchr(text.data, '\0', text.len))) {
        return false;
    }
    if (text.len) {
        memcpy(out, text.data, text.len);
    }
    out[text.len] = '\0';
    return true;
}

static bool host_of(postern_cse *cse)
{
    return postern_cse_init(cse, postern_str_of(host.sp_id),
                            postern_str_of(host.cse_id)) == POSTERN_OK;
}

/* ---- windows ----------------------------------------------------------- */

/* Nothing flips between now and the next change. */
static bool is_next_change(const char *window, int64_t time_s, int64_t next_s,
                           const uint32_t *probes, size_t probe_count)
{
    const int64_t last_s = 253402300799; /* of the year 9999 */
    const int64_t end_s = next_s <= last_s ? next_s : last_s + 1;
    bool open = ref_window_holds(window, time_s);

    if (next_s != INT64_MAX &&
        (next_s <= time_s || ref_window_holds(window, next_s) == open ||
         ref_window_holds(window, next_s - 1) != open)) {
        return false;
    }
    for (size_t i = 0; i < probe_count && time_s < end_s - 1; i++) {
        uint64_t room = (uint64_t)end_s - (uint64_t)time_s;
        /* Half of the probes look at the next days, half anywhere. */
        uint64_t offset =
            i % 2 ? probes[i] % 1000000 : (uint64_t)probes[i] << 8;

        if (ref_window_holds(
                window, (int64_t)((uint64_t)time_s + offset % room)) != open) {
            return false;
        }
    }
    return true;
}

/* After the year 9999 nothing changes any more, and nobody asks. */
static bool agree_on_change(postern_str text, const char *window,
                            int64_t time_s, const uint32_t *probes,
                            size_t probe_count)
{
    int64_t next_s = 0;

    if (postern_time_window_next_change(text, time_s, &next_s, NULL) !=
        POSTERN_OK) {
        return false;
    }
    return time_s >= 253402300799 ||
           is_next_change(window, time_s, next_s, probes, probe_count);
}

bool agree_on_window(postern_str text, int64_t time_s, const uint32_t *probes,
                     size_t probe_count)
{
    char window[REF_TEXT_SIZE];
    bool valid = plain_text(window, text) && ref_window_is_valid(window);
    bool open = true;
    postern_diag diag;
    postern_status status =
        postern_time_window_is_open(text, time_s, &open, &diag);

    if (text.len > TEXT_LENGTH_LIMIT) {
        return true;
    }
    if ((status == POSTERN_OK) != valid) {
        return differ("the form", text);
    }
    if (!valid) {
        return !open && diag.message[0] ? true : differ("the refusal", text);
    }
    if (open != ref_window_holds(window, time_s)) {
        return differ("whether it is open", text);
    }
    return agree_on_change(text, window, time_s, probes, probe_count)
               ? true
               : differ("the next change", text);
}

/* ---- addresses --------------------------------------------------------- */

static bool prefix_holds(const struct pst_ip_prefix *prefix,
                         const postern_ip *ip)
{
    if (prefix->address.family == 4 && ip->family == 4) {
        struct pst_ip4_range range = pst_ip4_range_of(prefix);

        return pst_ip4_ranges_contain(&range, 1, pst_ip4_value(ip));
    }
    if (prefix->address.family == 6 && ip->family == 6) {
        struct pst_ip6_range range = pst_ip6_range_of(prefix);

        return pst_ip6_ranges_contain(&range, 1, pst_ip6_value_of(ip));
    }
    return false;
}

bool agree_on_prefix(postern_str text, const char *address)
{
    char plain[REF_TEXT_SIZE];
    bool is_text = plain_text(plain, text);
    struct pst_ip_prefix prefix;
    postern_diag diag = {.status = POSTERN_OK};
    postern_ip ip;
    bool valid = is_text && ref_address_is_valid(plain);
    bool is_address = is_text && ref_address_holds("0.0.0.0/0", plain);

    is_address = is_address || (is_text && ref_address_holds("::/0", plain));
    if ((postern_ip_parse(&ip, text) == POSTERN_OK) != is_address ||
        (ip.family != 0) != is_address) {
        return differ("the form as an address", text);
    }
    if ((pst_ip_prefix_parse(&prefix, text, &diag) == POSTERN_OK) != valid) {
        return differ("the form", text);
    }
    if (!valid || postern_ip_parse(&ip, postern_str_of(address))) {
        return true;
    }
    return prefix_holds(&prefix, &ip) == ref_address_holds(plain, address)
               ? true
               : differ("what it holds", text);
}

/* ---- identifiers ------------------------------------------------------- */

/* The library's canonical text is the twin's, but for the case of the domain:
 * it keeps that as written and compares without regard to it. [ID-03] */
static bool same_canonical(const postern_id *id, const char *canonical)
{
    char text[REF_TEXT_SIZE];
    size_t length = postern_id_text(id, text, sizeof text);

    if (length != strlen(canonical) || strlen(text) != length) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        bool upper = text[i] >= 'A' && text[i] <= 'Z';

        if (text[i] != canonical[i] &&
            !(upper && text[i] + ('a' - 'A') == canonical[i])) {
            return false;
        }
    }
    return true;
}

static bool agree_on_entity(const postern_cse *cse, postern_str text,
                            const char *plain)
{
    char canonical[REF_TEXT_SIZE];
    bool valid = plain && ref_entity(&host, plain, canonical);
    postern_id id;
    postern_id again;

    if ((postern_id_parse_entity(&id, cse, text) == POSTERN_OK) != valid) {
        return false;
    }
    if (!valid) {
        return id.kind == POSTERN_ID_UNSET && !postern_id_equal(&id, &id);
    }
    return same_canonical(&id, canonical) &&
           postern_id_parse_entity(&again, cse, postern_str_of(canonical)) ==
               POSTERN_OK &&
           postern_id_equal(&id, &again);
}

static bool agree_on_resource(const postern_cse *cse, postern_str text,
                              const char *plain)
{
    char canonical[REF_TEXT_SIZE];
    bool valid = plain && ref_resource(&host, plain, canonical);
    postern_id id;
    postern_id again;

    if ((postern_id_parse_resource(&id, cse, text) == POSTERN_OK) != valid) {
        return false;
    }
    if (!valid) {
        return id.kind == POSTERN_ID_UNSET && !postern_id_equal(&id, &id);
    }
    return same_canonical(&id, canonical) &&
           postern_id_parse_resource(&again, cse, postern_str_of(canonical)) ==
               POSTERN_OK &&
           postern_id_equal(&id, &again);
}

static bool agree_on_role(postern_str text, const char *plain)
{
    char canonical[REF_TEXT_SIZE];
    bool valid = plain && ref_role(plain, canonical);
    postern_id id;

    if ((postern_id_parse_role(&id, text) == POSTERN_OK) != valid) {
        return false;
    }
    return valid ? same_canonical(&id, canonical)
                 : id.kind == POSTERN_ID_UNSET && !postern_id_equal(&id, &id);
}

bool agree_on_identifier(postern_str text)
{
    char plain[REF_TEXT_SIZE];
    const char *as_text = plain_text(plain, text) ? plain : NULL;
    postern_cse cse;

    if (text.len > TEXT_LENGTH_LIMIT) {
        return true;
    }
    if (!host_of(&cse)) {
        return differ("the hosting CSE", text);
    }
    if (!agree_on_entity(&cse, text, as_text)) {
        return differ("the originator", text);
    }
    if (!agree_on_resource(&cse, text, as_text)) {
        return differ("the resource", text);
    }
    return agree_on_role(text, as_text) ? true : differ("the role", text);
}

/* ---- originators ------------------------------------------------------- */

/* The set of one rule that lets everything in that `entry` names; NULL when it
 * is refused. */
static postern_acp_set *set_of_originator(const postern_cse *cse,
                                          postern_str entry)
{
    postern_rule rule = {.originators = &entry,
                         .originator_count = 1,
                         .operations = POSTERN_ACOP_ALL};
    postern_acp_builder *builder = NULL;
    postern_acp_set *set = NULL;

    if (postern_acp_builder_new(&builder, cse, NULL) == POSTERN_OK &&
        postern_acp_builder_add_acp(builder, postern_str_of("acp"),
                                    INT64_MAX) == POSTERN_OK &&
        postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES, &rule,
                                     NULL) == POSTERN_OK &&
        postern_acp_builder_finish(builder, &set, NULL) != POSTERN_OK) {
        set = NULL;
    }
    postern_acp_builder_free(builder);
    return set;
}

static bool twin_lets_in(const char *entry, const char *from)
{
    struct ref_rule rule = {.originators = {&entry, 1}, .operations = 63};
    struct ref_acp acp = {"acp", REF_NEVER_EXPIRES, {&rule, 1}, {NULL, 0}};
    struct ref_policy policy = {host, &acp, 1, NULL, 0};
    struct ref_request rq = {.from = from, .operation = 2};

    return from && ref_res_all_acrs(&policy, &rq);
}

bool agree_on_originator(postern_str text, postern_str from)
{
    char entry[REF_TEXT_SIZE];
    char originator[REF_TEXT_SIZE];
    char unused[REF_TEXT_SIZE];
    struct ref_policy policy = {.cse = host};
    bool valid = plain_text(entry, text) &&
                 ref_originator(&policy, entry, unused) != REF_KIND_NONE;
    const char *asks = plain_text(originator, from) ? originator : NULL;
    postern_cse cse;
    postern_acp_set *set = host_of(&cse) ? set_of_originator(&cse, text) : NULL;
    postern_request rq;
    bool permits;

    if (text.len > TEXT_LENGTH_LIMIT || from.len > TEXT_LENGTH_LIMIT) {
        postern_acp_set_free(set);
        return true;
    }
    if ((set != NULL) != valid) {
        postern_acp_set_free(set);
        return differ("the form", text);
    }
    postern_request_init(&rq);
    rq.operation = POSTERN_OP_RETRIEVE;
    permits =
        postern_id_parse_entity(&rq.originator, &cse, from) == POSTERN_OK &&
        postern_decide(set, &rq).effect == POSTERN_PERMIT;
    postern_acp_set_free(set);
    if (permits != (valid && twin_lets_in(entry, asks))) {
        differ("who is let in", text);
        return differ("the originator", from);
    }
    return true;
}

/* ---- circles ----------------------------------------------------------- */

bool agree_on_circle(const struct ref_circle *circle, double latitude_deg,
                     double longitude_deg)
{
    postern_circle given = {circle->latitude_deg, circle->longitude_deg,
                            circle->radius_m};
    postern_diag diag = {.status = POSTERN_OK};
    struct pst_circle compiled;
    struct pst_point point;
    bool valid = ref_circle_is_valid(circle);
    bool known = ref_point_is_valid(latitude_deg, longitude_deg);
    double distance_m =
        ref_distance_m(circle->latitude_deg, circle->longitude_deg,
                       latitude_deg, longitude_deg);

    if ((pst_circle_of(&compiled, &given, &diag) == POSTERN_OK) != valid ||
        pst_point_of(&point, latitude_deg, longitude_deg) != known) {
        return differ("the range of a circle", postern_str_of("circle"));
    }
    if (!valid || !known || fabs(distance_m - circle->radius_m) < 1.0) {
        return true;
    }
    return pst_circle_contains(&compiled, &point) ==
                   ref_circle_holds(circle, latitude_deg, longitude_deg)
               ? true
               : differ("what is in a circle", postern_str_of("circle"));
}
