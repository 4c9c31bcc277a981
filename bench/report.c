#include "bench/report.h"

#include "bench/allocations.h"
#include "bench/machine.h"

#include <stdio.h>

enum { MACHINE_SIZE = 512, MIB = 1024 * 1024 };

static const char *machine(void)
{
    static char line[MACHINE_SIZE];

    if (line[0] == '\0') {
        bench_machine(line, sizeof line);
    }
    return line;
}

static double ratio(double a, double b)
{
    return b > 0.0 ? a / b : 0.0;
}

/* ---- text -------------------------------------------------------------- */

void bench_report_begin(const struct bench_options *options,
                        const struct bench_clock *clock, size_t chain_bytes)
{
    if (options->format != BENCH_FORMAT_TEXT) {
        return;
    }
    printf("%s\n", machine());
    printf("Times in ns of single calls on one thread, by %s; the\n"
           "%.1f ns of the timing itself are taken off. \"per s\" is without "
           "the slowest\nhundredth. hash: hashing the originator. miss: one "
           "dependent load from\n%zu MiB. Both are measured between the calls "
           "of the row: times compare well with\nthem, badly with another "
           "run. hot: %d requests in random order. cold: every\nrequest is "
           "another one, at hand as if just received.\n",
           clock->source, clock->overhead_ns, chain_bytes / MIB,
           BENCH_HASHED_TEXTS);
    printf(
        "Originators: 70 %% exact, 10 %% with a wildcard, 10 %% groups, 5 %% "
        "roles, 4 %% domains,\n1 %% \"all\"; literal: neither of the "
        "wildcard and \"all\". 30 %% of the rules have a\ncondition.\n");
}

static void print_subject(const struct bench_subject *subject)
{
    printf("\n%s\n  rules %u, originators %u; %.0f rules/s compiled, %.0f "
           "bytes/rule, %.1f MiB\n",
           subject->words, subject->rules, subject->originators,
           subject->compile_rules_per_s, subject->bytes_per_rule,
           (double)subject->bytes / MIB);
    if (subject->bytes_per_originator > 0.0) {
        printf("  besides, %.0f bytes/originator\n",
               subject->bytes_per_originator);
    }
    printf("  %.1f %% of %zu requests permitted; the reference evaluator "
           "takes %.0f ns and agrees\n  on %zu of them",
           100.0 * subject->permit_share, subject->requests,
           subject->reference_ns, subject->checked_by_reference);
    if (subject->checked_otherwise) {
        printf("; it is too slow for %zu more: there it confirmed the rule\n"
               "  named in a permit, and the explaining path each deny",
               subject->checked_otherwise);
    }
    printf("\n  %-32s %8s %8s %9s %6s %6s %6s %6s %9s %6s %6s\n", "", "calls",
           "p50", "p99", "hash", "miss", "/hash", "/miss", "per s", "ref/",
           "allocs");
}

static void print_row(const struct bench_subject *subject,
                      const struct bench_row *row)
{
    char what[64];

    (void)snprintf(what, sizeof what, "%s, %s, %s", row->call, row->state,
                   row->string_to_decision ? "from text" : "originator read");
    printf("  %-32s %8zu %8.0f %9.0f %6.1f %6.0f %6.1f %6.1f %9.0f %6.0f ",
           what, row->calls, row->times.p50_ns, row->times.p99_ns, row->hash_ns,
           row->miss_ns, ratio(row->times.p50_ns, row->hash_ns),
           ratio(row->times.p50_ns, row->miss_ns),
           ratio(1e9, row->times.mean_ns),
           ratio(subject->reference_ns, row->times.p50_ns));
    if (bench_allocations_are_counted()) {
        printf("%6llu\n", (unsigned long long)row->allocations);
    } else {
        printf("%6s\n", "?");
    }
}

/* ---- JSON -------------------------------------------------------------- */

static void print_quoted(const char *text)
{
    putchar('"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') {
            putchar('\\');
        }
        putchar((unsigned char)*text < ' ' ? ' ' : *text);
    }
    putchar('"');
}

static void print_json(const struct bench_subject *subject,
                       const struct bench_row *row)
{
    printf("{\"bench\":\"%s\",\"case\":\"%s\",\"call\":\"%s\",\"state\":\"%s\"",
           subject->bench, subject->words, row->call, row->state);
    printf(",\"string_to_decision\":%s",
           row->string_to_decision ? "true" : "false");
    printf(",\"acps\":%u,\"rules\":%u,\"originators\":%u,\"prefixes\":%u",
           subject->acps, subject->rules, subject->originators,
           subject->prefixes);
    printf(",\"requests\":%zu,\"calls\":%zu", subject->requests, row->calls);
    printf(",\"p50_ns\":%.1f,\"p99_ns\":%.1f,\"per_second\":%.0f",
           row->times.p50_ns, row->times.p99_ns,
           ratio(1e9, row->times.mean_ns));
    if (bench_allocations_are_counted()) {
        printf(",\"allocs\":%llu", (unsigned long long)row->allocations);
    } else {
        printf(",\"allocs\":null");
    }
    printf(",\"overhead_ns\":%.1f", subject->overhead_ns);
    printf(",\"hash_ns\":%.1f,\"miss_ns\":%.1f,\"reference_ns\":%.0f",
           row->hash_ns, row->miss_ns, subject->reference_ns);
    printf(",\"checked_by_reference\":%zu,\"checked_otherwise\":%zu",
           subject->checked_by_reference, subject->checked_otherwise);
    printf(",\"permit_share\":%.4f,\"compile_rules_per_s\":%.0f",
           subject->permit_share, subject->compile_rules_per_s);
    printf(",\"bytes_per_rule\":%.1f,\"bytes\":%zu", subject->bytes_per_rule,
           subject->bytes);
    printf(",\"bytes_per_originator\":%.1f", subject->bytes_per_originator);
    printf(",\"machine\":");
    print_quoted(machine());
    printf("}\n");
}

/* ---- either ------------------------------------------------------------ */

void bench_report_subject(const struct bench_options *options,
                          const struct bench_subject *subject)
{
    if (options->format == BENCH_FORMAT_TEXT) {
        print_subject(subject);
        (void)fflush(stdout);
    }
}

void bench_report_row(const struct bench_options *options,
                      const struct bench_subject *subject,
                      const struct bench_row *row)
{
    if (options->format == BENCH_FORMAT_TEXT) {
        print_row(subject, row);
    } else {
        print_json(subject, row);
    }
    (void)fflush(stdout);
}
