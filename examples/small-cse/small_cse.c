/* A CSE in a page. Requests: FROM c|r|u|d|n TARGET [NAME], one a line. */
#include <postern/postern.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

struct cse {
    postern_store *store;
    postern_engine *engine;
    postern_reader *reader; /* one for each thread that decides */
};

static postern_status create(struct cse *cse, postern_str creator,
                             postern_str parent, postern_str name,
                             postern_diag *diag)
{
    static unsigned made;
    postern_resource container;
    char id[16]; /* the CSE's choice, never the originator's */

    snprintf(id, sizeof id, "new-%u", ++made);
    postern_resource_init(&container);
    container.id = postern_str_of(id);
    container.name = name;
    container.parent_id = parent;
    container.creator = creator;
    container.type = 3;
    return postern_store_put(cse->store, &container, NULL, diag);
}

static postern_str word(const char **line)
{
    const char *begin = *line + strspn(*line, " \n");

    *line = begin + strcspn(begin, " \n");
    return (postern_str){begin, (size_t)(*line - begin)};
}

static void answer(struct cse *cse, const char *line)
{
    static const char letters[] = "crudn"; /* in the order of their codes */
    postern_str from = word(&line), operation = word(&line), to = word(&line);
    postern_str name = word(&line);
    const char *letter = to.len ? strchr(letters, operation.data[0]) : NULL;
    postern_status carried_out = POSTERN_OK;
    postern_primitive asked;
    postern_answer decided;
    postern_diag diag;

    postern_primitive_init(&asked);
    if (letter) {
        asked.from = from;
        asked.to = to;
        asked.operation = (int)(letter - letters) + 1;
        asked.child_type = *letter == 'c' ? 3 : 0; /* a container */
        asked.time_s = time(NULL);
        asked.time_known = true;
    }
    postern_authorize(cse->reader, &asked, NULL, &decided);
    if (decided.rsc == POSTERN_RSC_CREATED) {
        carried_out = create(cse, asked.from, decided.target, name, &diag);
    } else if (decided.rsc == POSTERN_RSC_DELETED) {
        carried_out =
            postern_store_delete(cse->store, decided.target, NULL, &diag);
    }
    printf("%d %s\n", carried_out ? POSTERN_RSC_BAD_REQUEST : decided.rsc,
           carried_out ? diag.message : decided.message.data);
}

int main(void)
{
    const char *path = "policy.yaml";
    postern_engine_options options;
    postern_policy *policy;
    struct cse cse = {0};
    postern_diag diag;
    char line[512];

    if (postern_policy_load_files(&policy, &path, 1, NULL, &diag) ||
        postern_store_of_policy(&cse.store, policy, NULL, &diag)) {
        fprintf(stderr, "%s:%u: %s\n", diag.source, diag.line, diag.message);
        return 2;
    }
    postern_engine_options_init(&options);
    options.prp = postern_store_prp(cse.store);
    if (postern_engine_new(&cse.engine, &options) ||
        postern_reader_new(cse.engine, &cse.reader)) {
        return 2; /* no memory */
    }
    while (fgets(line, sizeof line, stdin)) {
        answer(&cse, line);
    }
    postern_reader_free(cse.reader);
    postern_engine_free(cse.engine);
    postern_store_free(cse.store);
    postern_policy_free(policy);
    return 0;
}
