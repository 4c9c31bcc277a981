#include "cli/arguments.h"

#include "base/str.h"
#include "base/text.h"
#include "policy-lang/number.h"
#include "policy-lang/vocabulary.h"

enum { PROBLEM_SIZE = 160 };

/* "--time is EXPECTED, not 'ARGUMENT'" */
static bool misused(const struct pst_command *command, const char *option,
                    const char *expected, const char *argument)
{
    char problem[PROBLEM_SIZE];
    struct pst_text text;

    pst_text_init(&text, problem, sizeof problem);
    pst_text_add(&text, option);
    pst_text_add(&text, " is ");
    pst_text_add(&text, expected);
    pst_text_add(&text, ", not");
    (void)pst_misused(command, problem, argument);
    return false;
}

struct operation {
    const char *word;
    int operation;
    int filter_usage;
};

bool pst_take_operation(const struct pst_command *command, const char *argument,
                        postern_primitive *primitive)
{
    static const struct operation operations[] = {
        {"create", 1, 0}, {"retrieve", 2, 0}, {"update", 3, 0},
        {"delete", 4, 0}, {"notify", 5, 0},   {"discover", 2, 1},
    };
    size_t count = sizeof operations / sizeof *operations;

    for (size_t i = 0; i < count; i++) {
        if (pst_str_is(postern_str_of(argument), operations[i].word)) {
            primitive->operation = operations[i].operation;
            primitive->filter_usage = operations[i].filter_usage;
            return true;
        }
    }
    return misused(command, "--operation",
                   "create, retrieve, update, delete, notify or discover",
                   argument);
}

postern_operation pst_operation_of(const postern_primitive *primitive)
{
    return postern_operation_of_primitive(primitive->operation,
                                          primitive->filter_usage);
}

bool pst_take_time(const struct pst_command *command, const char *option,
                   const char *argument, int64_t *time_s)
{
    return postern_time_parse(time_s, postern_str_of(argument)) == POSTERN_OK ||
           misused(command, option, "a time such as 20260317T102030", argument);
}

bool pst_take_ip(const struct pst_command *command, const char *argument,
                 postern_ip *ip)
{
    return postern_ip_parse(ip, postern_str_of(argument)) == POSTERN_OK ||
           misused(command, "--ip", "an IPv4 or IPv6 address", argument);
}

static bool is_letter(char c)
{
    return pst_fold(c) >= 'a' && pst_fold(c) <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A sign or none, digits, perhaps a dot among them. */
static bool is_decimal(postern_str text)
{
    size_t digits = 0;
    size_t dots = 0;
    size_t from = text.len && (text.data[0] == '-' || text.data[0] == '+');

    for (size_t i = from; i < text.len; i++) {
        digits += is_digit(text.data[i]);
        dots += text.data[i] == '.';
    }
    return digits > 0 && dots < 2 && from + digits + dots == text.len;
}

static bool read_degrees(postern_str text, double limit, double *degrees)
{
    return is_decimal(text) && pst_number_real(text, degrees) &&
           *degrees >= -limit && *degrees <= limit;
}

bool pst_take_location(const struct pst_command *command, const char *argument,
                       postern_location *location)
{
    postern_str text = postern_str_of(argument);
    size_t comma = pst_str_find(text, 0, ',');

    if (text.len == 2 && is_letter(text.data[0]) && is_letter(text.data[1])) {
        memcpy(location->country, text.data, 2);
        return true;
    }
    location->has_point = comma < text.len &&
                          read_degrees(pst_str_slice(text, 0, comma), 90.0,
                                       &location->latitude_deg) &&
                          read_degrees(pst_str_slice(text, comma + 1, text.len),
                                       180.0, &location->longitude_deg);
    return location->has_point ||
           misused(command, "--location",
                   "degrees such as 52.09,5.12 or a country code", argument);
}

/* Digits alone. */
static bool read_number(const char *argument, uint32_t max, uint32_t *out)
{
    postern_str text = postern_str_of(argument);
    int64_t number = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (!is_digit(text.data[i])) {
            return false;
        }
    }
    if (!text.len || !pst_number_integer(text, 10, &number) || number < 1 ||
        number > max) {
        return false;
    }
    *out = (uint32_t)number;
    return true;
}

bool pst_take_number(const struct pst_command *command, const char *option,
                     const char *argument, uint32_t max, uint32_t *number)
{
    char expected[64];
    struct pst_text text;

    pst_text_init(&text, expected, sizeof expected);
    pst_text_add(&text, "a whole number from 1 to ");
    pst_text_add_uint(&text, max);
    return read_number(argument, max, number) ||
           misused(command, option, expected, argument);
}

bool pst_take_type(const struct pst_command *command, const char *option,
                   const char *argument, uint32_t *type)
{
    if (read_number(argument, UINT16_MAX, type)) {
        return true;
    }
    *type = pst_type_of_name(postern_str_of(argument));
    return *type || misused(command, option, "a resource type", argument);
}
