/*
 * A MaxMind DB file read into ranges, by way of libmaxminddb.
 *
 * The tree is walked once, left before right, so that ranges come in ascending
 * order; the record of each leaf is read once, however many leaves lead to it.
 * Whatever the library is about to step over is looked at first, see
 * pip/mmdb_check.h, so that time and memory stay in proportion to the file.
 */
#define _POSIX_C_SOURCE 200809L /* open, pread */

#include "pip/country_draft.h"
#include "pip/mmdb_check.h"

#include "base/diag.h"
#include "base/sized.h"
#include "policy-lang/files.h"

#include <errno.h>
#include <fcntl.h>
#include <maxminddb.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    IP4_BITS = 32,
    IP6_BITS = 128,
    IP4_DEPTH = IP6_BITS - IP4_BITS, /* of the IPv4 part in an IPv6 tree */
    /* A tree visits each node once. Parts that are used twice, but for the IPv4
     * part, are not known to exist; there is room for some. */
    VISITS_PER_NODE = 4,
    /* Records share maps by pointers: each of their values may be looked at
     * this often. */
    LOOKS_PER_BYTE = 64,
    LEAST_LOOKS = 10000,
    /* What a record says: a country, none, or it was not read yet. */
    NOT_READ = 0,
    NO_COUNTRY = 1
};

/* One load. Owns the library's handle, the draft and what records say. */
struct import {
    MMDB_s mmdb;
    const char *path;
    const postern_country_options *options;
    postern_diag *diag;
    struct pst_country_draft draft;
    uint16_t *said; /* by offset in the data section */
    size_t said_size;
    uint64_t looks;  /* at values, left */
    uint64_t visits; /* of nodes, left */
};

static postern_status refuse(const struct import *self, postern_status status,
                             const char *message)
{
    bool first = self->diag && self->diag->status == POSTERN_OK;

    (void)pst_diag_refuse(self->diag, status, "", message, NULL);
    if (first) {
        pst_diag_copy(self->diag->source, sizeof self->diag->source,
                      self->path);
    }
    return status;
}

static postern_status refuse_file(const struct import *self)
{
    return refuse(self, POSTERN_ERR_SYNTAX,
                  "this is no MaxMind DB file, or one that is cut short");
}

static postern_status refuse_tree(const struct import *self)
{
    return refuse(self, POSTERN_ERR_SYNTAX,
                  "the search tree of the file is damaged");
}

static postern_status refuse_record(const struct import *self)
{
    return refuse(self, POSTERN_ERR_SYNTAX, "a record of the file is damaged");
}

/* ---- the country of a record ------------------------------------------- */

/* The member `key` of the map at `offset`; has_data false: there is none. Where
 * the data are is in no manual of the library, but in its header, and cannot
 * change as long as its SONAME does not. */
static postern_status find_member(struct import *self, uint32_t offset,
                                  const char *key, MMDB_entry_data_s *value)
{
    const struct pst_mmdb_section data = {self->mmdb.data_section,
                                          self->mmdb.data_section_size};
    const char *const path[] = {key, NULL};
    MMDB_entry_s map = {.mmdb = &self->mmdb, .offset = offset};
    int error;

    *value = (MMDB_entry_data_s){.has_data = false};
    if (!pst_mmdb_value_is_sound(data, offset, &self->looks)) {
        return refuse_record(self);
    }
    error = MMDB_aget_value(&map, value, path);
    if (error == MMDB_LOOKUP_PATH_DOES_NOT_MATCH_DATA_ERROR) {
        value->has_data = false;
        return POSTERN_OK;
    }
    return error == MMDB_SUCCESS ? POSTERN_OK : refuse_record(self);
}

/* Likewise of a map that may itself be missing. */
static postern_status find_nested(struct import *self,
                                  const MMDB_entry_data_s *map, const char *key,
                                  MMDB_entry_data_s *value)
{
    if (!map->has_data) {
        *value = (MMDB_entry_data_s){.has_data = false};
        return POSTERN_OK;
    }
    return find_member(self, map->offset, key, value);
}

static uint16_t country_of(const MMDB_entry_data_s *value)
{
    return value->has_data && value->type == MMDB_DATA_TYPE_UTF8_STRING
               ? pst_country_of_text(value->utf8_string, value->data_size)
               : PST_COUNTRY_NONE;
}

/* Whether the address says nothing about where its user is. What is there and
 * not plainly false counts. [LOC-08] */
static postern_status read_anonymous(struct import *self, uint32_t record,
                                     bool *is_anonymous)
{
    static const char *const flags[] = {"is_anonymous", "is_anonymous_proxy",
                                        "is_satellite_provider"};
    MMDB_entry_data_s traits;

    *is_anonymous = false;
    PST_TRY(find_member(self, record, "traits", &traits));
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        MMDB_entry_data_s flag;

        PST_TRY(find_nested(self, &traits, flags[i], &flag));
        if (flag.has_data &&
            (flag.type != MMDB_DATA_TYPE_BOOLEAN || flag.boolean)) {
            *is_anonymous = true;
        }
    }
    return POSTERN_OK;
}

/* Where the network is registered is asked when nothing is said about where it
 * is, and not when that is said in a way we do not understand. [LOC-08] */
static postern_status read_country(struct import *self, uint32_t record,
                                   uint16_t *country)
{
    MMDB_entry_data_s map;
    MMDB_entry_data_s code;

    *country = PST_COUNTRY_NONE;
    PST_TRY(find_member(self, record, "country", &map));
    PST_TRY(find_nested(self, &map, "iso_code", &code));
    if (!code.has_data) {
        PST_TRY(find_member(self, record, "country_code", &code));
    }
    if (!code.has_data && !map.has_data && self->options->registered_country) {
        PST_TRY(find_member(self, record, "registered_country", &map));
        PST_TRY(find_nested(self, &map, "iso_code", &code));
    }
    *country = country_of(&code);
    return POSTERN_OK;
}

static postern_status read_record(struct import *self, uint32_t record,
                                  uint16_t *country)
{
    bool is_anonymous;

    PST_TRY(read_anonymous(self, record, &is_anonymous));
    if (is_anonymous) {
        *country = PST_COUNTRY_NONE;
        return POSTERN_OK;
    }
    return read_country(self, record, country);
}

static postern_status ask_record(struct import *self, uint32_t record,
                                 uint16_t *country)
{
    uint16_t *said = &self->said[record];

    if (*said == NOT_READ) {
        PST_TRY(read_record(self, record, country));
        *said = *country == PST_COUNTRY_NONE ? NO_COUNTRY : *country;
    }
    *country = *said == NO_COUNTRY ? PST_COUNTRY_NONE : *said;
    return POSTERN_OK;
}

/* ---- the tree ---------------------------------------------------------- */

/* A part of the tree that is still to be walked. */
struct branch {
    struct pst_address6 first; /* IPv4: in the first 32 bits */
    uint64_t record;           /* a node, nothing, or where the data are */
    unsigned depth;
};

/* Where the IPv4 part of an IPv6 tree begins: at ::/96. It is what that prefix
 * leads to, node or not; *depth is less when it ends earlier. */
static postern_status find_ip4_part(const struct import *self, uint64_t *record,
                                    unsigned *depth)
{
    *record = 0;
    for (*depth = 0; *depth < IP4_DEPTH; ++*depth) {
        MMDB_search_node_s node;

        if (*record >= self->mmdb.metadata.node_count) {
            return POSTERN_OK;
        }
        if (MMDB_read_node(&self->mmdb, (uint32_t)*record, &node) !=
            MMDB_SUCCESS) {
            return refuse_tree(self);
        }
        *record = node.left_record;
    }
    return POSTERN_OK;
}

/* A family of addresses as the tree has it. */
struct family {
    uint64_t root;
    unsigned bits;
    uint64_t shared; /* a node of which the addresses are IPv4; 0: none */
};

static postern_status add(struct import *self, const struct family *family,
                          const struct branch *branch, uint16_t country)
{
    if (family->bits == IP4_BITS) {
        return pst_country_draft_add4(
            &self->draft, (uint32_t)(branch->first.high >> IP4_BITS), country);
    }
    return pst_country_draft_add6(&self->draft, branch->first, country);
}

/* What leads into the separator, libmaxminddb takes for data; and not what
 * leads into the last bytes, which are metadata. */
static postern_status add_leaf(struct import *self, const struct family *family,
                               const struct branch *branch)
{
    uint64_t beyond = branch->record - self->mmdb.metadata.node_count;
    uint16_t country = PST_COUNTRY_NONE;

    if (beyond > 0) {
        if (beyond < PST_MMDB_SEPARATOR_SIZE ||
            beyond >= self->mmdb.data_section_size) {
            return refuse_tree(self);
        }
        PST_TRY(ask_record(self, (uint32_t)(beyond - PST_MMDB_SEPARATOR_SIZE),
                           &country));
    }
    return add(self, family, branch, country);
}

static struct pst_address6 with_bit(struct pst_address6 address, unsigned bit)
{
    if (bit < 64) {
        address.high |= (uint64_t)1 << (63 - bit);
    } else {
        address.low |= (uint64_t)1 << (127 - bit);
    }
    return address;
}

/* Both halves of a branch, in the order in which they go on a stack. */
static postern_status split(struct import *self, const struct family *family,
                            const struct branch *branch,
                            struct branch halves[2])
{
    MMDB_search_node_s node;

    if (branch->depth == family->bits || self->visits == 0 ||
        MMDB_read_node(&self->mmdb, (uint32_t)branch->record, &node) !=
            MMDB_SUCCESS) {
        return refuse_tree(self);
    }
    self->visits--;
    halves[0] = (struct branch){with_bit(branch->first, branch->depth),
                                node.right_record, branch->depth + 1};
    halves[1] =
        (struct branch){branch->first, node.left_record, branch->depth + 1};
    return POSTERN_OK;
}

static postern_status add_shared(struct import *self,
                                 const struct family *family,
                                 const struct branch *branch)
{
    if (branch->depth > PST_COUNTRY_BY_IP4_MOST) {
        return refuse_tree(self);
    }
    return add(self, family, branch,
               (uint16_t)(PST_COUNTRY_BY_IP4 + branch->depth));
}

/* Each step takes one branch off the stack and puts at most its halves there:
 * no more than one branch for each depth and one. */
static postern_status walk(struct import *self, const struct family *family)
{
    struct branch stack[IP6_BITS + 2];
    size_t height = 1;

    stack[0] = (struct branch){.record = family->root};
    while (height > 0) {
        struct branch branch = stack[--height];

        if (branch.record >= self->mmdb.metadata.node_count) {
            PST_TRY(add_leaf(self, family, &branch));
        } else if (branch.record == family->shared && family->shared != 0) {
            PST_TRY(add_shared(self, family, &branch));
        } else {
            PST_TRY(split(self, family, &branch, stack + height));
            height += 2;
        }
    }
    return POSTERN_OK;
}

static postern_status walk_both(struct import *self)
{
    struct family four = {.bits = IP4_BITS};
    struct family six = {.bits = IP6_BITS};
    unsigned depth;

    if (self->mmdb.metadata.ip_version == 4) {
        return walk(self, &four);
    }
    PST_TRY(find_ip4_part(self, &four.root, &depth));
    if (depth == IP4_DEPTH && four.root < self->mmdb.metadata.node_count) {
        six.shared = four.root;
    }
    PST_TRY(walk(self, &four));
    return walk(self, &six);
}

/* ---- the file ---------------------------------------------------------- */

/* Fewer bytes when the file was cut meanwhile: then its end is not sound. */
static bool read_end(int file, off_t from, struct pst_vec *end)
{
    unsigned char *bytes = end->data;
    size_t done = 0;

    while (done < end->count) {
        ssize_t count =
            pread(file, bytes + done, end->count - done, from + (off_t)done);

        if (count <= 0) {
            return count == 0;
        }
        done += (size_t)count;
    }
    return true;
}

static postern_status check_end(const struct import *self, int file,
                                const struct stat *about, struct pst_vec *end)
{
    uint32_t size = about->st_size < PST_MMDB_END_SIZE
                        ? (uint32_t)about->st_size
                        : PST_MMDB_END_SIZE;

    PST_TRY(pst_vec_push(end, &self->draft.allocator, NULL, size));
    if (!read_end(file, about->st_size - (off_t)size, end)) {
        return pst_file_refuse(self->diag, self->path, errno);
    }
    if (!pst_mmdb_end_is_sound((struct pst_mmdb_section){end->data, size},
                               (uint64_t)about->st_size)) {
        return refuse_file(self);
    }
    return POSTERN_OK;
}

static postern_status check_file(const struct import *self, int file)
{
    struct stat about;
    struct pst_vec end;
    postern_status status;

    if (fstat(file, &about) != 0) {
        return pst_file_refuse(self->diag, self->path, errno);
    }
    if (!S_ISREG(about.st_mode)) {
        return refuse(self, POSTERN_ERR_IO, "this is no regular file");
    }
    if ((uintmax_t)about.st_size > UINT32_MAX) {
        return refuse(self, POSTERN_ERR_LIMIT, "the file is 4 GiB or longer");
    }
    pst_vec_init(&end, 1);
    status = check_end(self, file, &about, &end);
    pst_vec_release(&end, &self->draft.allocator);
    return status;
}

/* Before libmaxminddb opens it. A pipe must not make us wait. */
static postern_status check_path(const struct import *self)
{
    int file = open(self->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    postern_status status;

    if (file < 0) {
        return pst_file_refuse(self->diag, self->path, errno);
    }
    status = check_file(self, file);
    close(file);
    return status;
}

static postern_status open_file(struct import *self)
{
    PST_TRY(check_path(self));
    switch (MMDB_open(self->path, MMDB_MODE_MMAP, &self->mmdb)) {
    case MMDB_SUCCESS:
        return POSTERN_OK;
    case MMDB_OUT_OF_MEMORY_ERROR:
        return POSTERN_ERR_MEMORY;
    case MMDB_FILE_OPEN_ERROR:
    case MMDB_IO_ERROR:
        return pst_file_refuse(self->diag, self->path, errno);
    default:
        return refuse_file(self);
    }
}

static postern_status import_ranges(struct import *self)
{
    uint64_t data_size = self->mmdb.data_section_size;

    self->said_size = (size_t)data_size * sizeof *self->said;
    self->said = pst_alloc(&self->draft.allocator, self->said_size);
    if (!self->said) {
        return POSTERN_ERR_MEMORY;
    }
    memset(self->said, 0, self->said_size);
    self->looks = data_size * LOOKS_PER_BYTE + LEAST_LOOKS;
    self->visits = (uint64_t)self->mmdb.metadata.node_count * VISITS_PER_NODE;
    PST_TRY(walk_both(self));
    if (!self->draft.has_country) {
        return refuse(self, POSTERN_ERR_POLICY,
                      "no record of the file has country/iso_code or "
                      "country_code");
    }
    return POSTERN_OK;
}

static postern_status load(struct import *self, postern_country_db **db)
{
    postern_status status = open_file(self);

    if (status != POSTERN_OK) {
        return status;
    }
    status = import_ranges(self);
    if (status == POSTERN_OK) {
        *db = pst_country_draft_finish(&self->draft,
                                       self->mmdb.metadata.build_epoch);
        status = *db ? POSTERN_OK : POSTERN_ERR_MEMORY;
    }
    MMDB_close(&self->mmdb);
    return status;
}

postern_status postern_country_db_load(postern_country_db **db,
                                       const char *path,
                                       const postern_country_options *options,
                                       postern_diag *diag)
{
    postern_country_options known;
    struct import self = {.path = path, .options = &known, .diag = diag};
    postern_allocator allocator;
    postern_status status;

    *db = NULL;
    pst_diag_clear(diag);
    if (!pst_sized_copy(&known, sizeof known, options) || !path) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    allocator = pst_allocator_of(known.allocator);
    pst_country_draft_init(&self.draft, &allocator);
    status = load(&self, db);
    pst_release(&allocator, self.said, self.said_size);
    pst_country_draft_release(&self.draft);
    return pst_diag_plain(diag, status); /* unless there is a reason already */
}
