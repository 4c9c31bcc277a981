/*
 * accessControlIpAddresses: prefixes become sorted, disjoint ranges, so that
 * one binary search answers for any number of them. [CTX-20] [CTX-25]
 */
#ifndef PST_IP_PREFIX_H
#define PST_IP_PREFIX_H

#include <postern/pdp.h>

struct pst_ip_prefix {
    postern_ip address; /* host bits cleared [CTX-22] */
    uint8_t length;     /* 0..32 or 0..128 */
    bool had_host_bits; /* for the lint */
};

/* Both ends included; values in host order. */
struct pst_ip4_range {
    uint32_t first;
    uint32_t last;
};

struct pst_ip6_value {
    uint64_t high;
    uint64_t low;
};

struct pst_ip6_range {
    struct pst_ip6_value first;
    struct pst_ip6_value last;
};

/* Reads an address with or without "/n". IPv4-mapped prefixes of 96 bits or
 * more become IPv4. [CTX-21] [CTX-23] POSTERN_ERR_POLICY with a sentence;
 * *prefix is then zeroed, so that its family is unknown. */
POSTERN_NODISCARD postern_status pst_ip_prefix_parse(
    struct pst_ip_prefix *prefix, postern_str text, postern_diag *diag);

/* The IPv4 address of an IPv4-mapped one, any other as it is. Hosts that copy
 * the bytes of a dual-stack socket give mapped ones. [CTX-23] */
postern_ip pst_ip_unmapped(const postern_ip *ip);

/* Of a prefix of that family. */
struct pst_ip4_range pst_ip4_range_of(const struct pst_ip_prefix *prefix);
struct pst_ip6_range pst_ip6_range_of(const struct pst_ip_prefix *prefix);

/* Sorts, joins what overlaps or touches, and returns how many are left. */
uint32_t pst_ip4_ranges_join(struct pst_ip4_range *ranges, uint32_t count);
uint32_t pst_ip6_ranges_join(struct pst_ip6_range *ranges, uint32_t count);

/* Searches joined ranges: logarithmic. */
bool pst_ip4_ranges_contain(const struct pst_ip4_range *ranges, uint32_t count,
                            uint32_t address);
bool pst_ip6_ranges_contain(const struct pst_ip6_range *ranges, uint32_t count,
                            struct pst_ip6_value address);

uint32_t pst_ip4_value(const postern_ip *ip);
struct pst_ip6_value pst_ip6_value_of(const postern_ip *ip);

#endif
