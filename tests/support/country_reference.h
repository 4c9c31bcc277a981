/*
 * The country of an address as libmaxminddb finds it: the slow twin of pip/.
 * Only for files that the loader took: the library trusts what it reads.
 */
#ifndef TESTS_SUPPORT_COUNTRY_REFERENCE_H
#define TESTS_SUPPORT_COUNTRY_REFERENCE_H

#include <postern/pip.h>

#include <maxminddb.h>
#include <string.h>

struct country_reference {
    MMDB_s mmdb;
    bool registered_country;
};

static inline bool country_reference_open(struct country_reference *self,
                                          const char *path)
{
    memset(self, 0, sizeof *self);
    return MMDB_open(path, MMDB_MODE_MMAP, &self->mmdb) == MMDB_SUCCESS;
}

static inline void country_reference_close(struct country_reference *self)
{
    MMDB_close(&self->mmdb);
}

static inline bool country_reference_is_mapped(const postern_ip *ip)
{
    static const uint8_t before[12] = {[10] = 0xFF, [11] = 0xFF};

    return ip->family == 6 && memcmp(ip->bytes, before, sizeof before) == 0;
}

static inline MMDB_lookup_result_s
country_reference_look_up(const struct country_reference *self,
                          const postern_ip *ip, int *error)
{
    union {
        struct sockaddr any;
        struct sockaddr_in four;
        struct sockaddr_in6 six;
    } address;

    memset(&address, 0, sizeof address);
    if (ip->family == 4 || country_reference_is_mapped(ip)) {
        address.four.sin_family = AF_INET;
        memcpy(&address.four.sin_addr, ip->bytes + (ip->family == 4 ? 0 : 12),
               4);
    } else {
        address.six.sin6_family = AF_INET6;
        memcpy(&address.six.sin6_addr, ip->bytes, 16);
    }
    return MMDB_lookup_sockaddr(&self->mmdb, &address.any, error);
}

/* Whether this member is there, a boolean and false, or not there. */
static inline bool country_reference_lacks(MMDB_entry_s *entry,
                                           const char *flag)
{
    MMDB_entry_data_s data;

    if (MMDB_get_value(entry, &data, "traits", flag, NULL) != MMDB_SUCCESS ||
        !data.has_data) {
        return true;
    }
    return data.type == MMDB_DATA_TYPE_BOOLEAN && !data.boolean;
}

static inline bool country_reference_has(MMDB_entry_s *entry, const char *key)
{
    MMDB_entry_data_s data;

    return MMDB_get_value(entry, &data, key, NULL) == MMDB_SUCCESS &&
           data.has_data;
}

static inline void country_reference_copy(const MMDB_entry_data_s *data,
                                          char country[3])
{
    if (data->type != MMDB_DATA_TYPE_UTF8_STRING || data->data_size != 2) {
        return;
    }
    for (int i = 0; i < 2; i++) {
        char c = data->utf8_string[i];

        country[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        if (country[i] < 'A' || country[i] > 'Z') {
            memset(country, 0, 3);
            return;
        }
    }
}

/* False, and "", when it is not known. */
static inline bool country_reference_find(const struct country_reference *self,
                                          const postern_ip *ip, char country[3])
{
    MMDB_entry_data_s data;
    MMDB_lookup_result_s found;
    int error;

    memset(country, 0, 3);
    found = country_reference_look_up(self, ip, &error);
    if (error != MMDB_SUCCESS || !found.found_entry ||
        !country_reference_lacks(&found.entry, "is_anonymous") ||
        !country_reference_lacks(&found.entry, "is_anonymous_proxy") ||
        !country_reference_lacks(&found.entry, "is_satellite_provider")) {
        return false;
    }
    if ((MMDB_get_value(&found.entry, &data, "country", "iso_code", NULL) ==
             MMDB_SUCCESS &&
         data.has_data) ||
        (MMDB_get_value(&found.entry, &data, "country_code", NULL) ==
             MMDB_SUCCESS &&
         data.has_data) ||
        (self->registered_country &&
         !country_reference_has(&found.entry, "country") &&
         MMDB_get_value(&found.entry, &data, "registered_country", "iso_code",
                        NULL) == MMDB_SUCCESS &&
         data.has_data)) {
        country_reference_copy(&data, country);
    }
    return country[0] != '\0';
}

#endif
