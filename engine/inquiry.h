/*
 * Finding out what a decision needs and the request does not say: groups,
 * roles, location, country. Only what a rule could still permit by is asked,
 * and each at most once in a decision. [ARC-03] [LOC-06]
 *
 * What was found out about groups and roles is kept in a table of fixed size,
 * those that the originator has in front. When it is full the others give way
 * to new ones and may be asked again; of more than PST_MEMBERSHIPS groups that
 * it has, without one that permits, the rest does not count.
 */
#ifndef PST_INQUIRY_H
#define PST_INQUIRY_H

#include <postern/engine.h>

enum { PST_MEMBERSHIPS = 64, PST_NEEDS = 64 };

struct pst_memberships {
    uint32_t held;
    uint32_t count; /* asked for and still known */
    bool overflowed;
    postern_id ids[PST_MEMBERSHIPS];
};

struct pst_inquiry {
    struct pst_memberships groups;
    struct pst_memberships roles;
    bool location_asked;
    bool country_asked;
    char country[3];  /* that the answer about the location has told */
    bool roles_noted; /* those that do not count had their notes */
    size_t need_count;
    postern_need needs[PST_NEEDS];
};

struct pst_run;

/* Nothing is found out yet; run->request has no groups and roles. */
void pst_inquiry_begin(struct pst_run *run);

/* Makes room in a decision of many targets. */
void pst_inquiry_tidy(struct pst_run *run);

/* Forgets which roles count: for another target others do. */
void pst_inquiry_forget_roles(struct pst_run *run);

/* Finds out more for the rules of run->links. True when run->request has
 * changed, so that it is worth deciding again. */
bool pst_inquire(struct pst_run *run);

/* Finds out for an explanation, from resources alone, the groups and roles that
 * no decision needed, so that it does not call false what only was not asked.
 */
void pst_inquire_for_links(struct pst_run *run);

/* ---- single attributes ------------------------------------------------- */

/* Whom an answer may be had from. */
enum pst_sources {
    PST_FROM_RESOURCES, /* and from what the request tells */
    PST_FROM_ANYBODY
};

/* Whether the originator is in a group. (groups.c) LATER has noted the need. */
postern_reply pst_find_group(struct pst_run *run, const postern_id *group,
                             enum pst_sources sources);

/* Whether a role that the request presents counts. (roles.c) */
postern_reply pst_find_role(struct pst_run *run, const postern_id *role,
                            enum pst_sources sources);
/* A remark on a role, as long as roles are to be noted. */
void pst_note_role(struct pst_run *run, postern_str role, const char *why);
/* Whether the request presents it, by itself or by a token. [ROLE-01] */
bool pst_is_presented(const struct pst_run *run, const postern_id *role);

/* The location of the request, as far as it can be believed. (places.c) */
void pst_set_location(struct pst_run *run);
/* Both are for once; true when run->request has changed. */
bool pst_find_point(struct pst_run *run);
bool pst_find_country(struct pst_run *run);

/* ---- what the caller told, and what it is asked to find out ------------- */

/* The answer to an earlier need. False when there is none; what is over,
 * contradicts itself, or is not a clear yes or no, is UNKNOWN. (known.c) */
bool pst_is_told(const struct pst_run *run, postern_need_kind kind,
                 const postern_id *id, postern_known *answer);

/* The same for the token of a tokenID. */
bool pst_is_token_told(const struct pst_run *run, postern_str token_id,
                       postern_known *answer);

/* Notes a need, once; without room for it it is forgotten. */
void pst_need(struct pst_run *run, postern_need_kind kind,
              const postern_id *id);
void pst_need_text(struct pst_run *run, postern_need_kind kind,
                   postern_str text);

#endif
