/*
 * A provider, subscribers with two resources each, and a gate: a column that is
 * open once its policy is accepted, and one that stays closed. What goes wrong
 * is said on stderr.
 */
#ifndef BENCH_GATE_WORLD_H
#define BENCH_GATE_WORLD_H

#include "support/memory_storage.h"
#include "support/temp_folder.h"

#include <postern/gate.h>

#define GATE_NOW INT64_C(1795348800) /* 2026-11-22T12:00:00Z */
#define GATE_ORIGINATOR "//acme.example/in-cse/Cmeter"
#define GATE_STRANGER "//acme.example/in-cse/Cother"

enum gate_resource { GATE_OPEN, GATE_CLOSED };

struct gate_world {
    struct memory_storage memory;
    postern_sqlite *sqlite; /* NULL: in memory */
    struct temp_folder folder;
    postern_ppm_manager_options options;
    postern_ppm_manager *manager;
    postern_cse cse;
    postern_gate_options gate_options;
    postern_gate *gate;
    postern_gate_reader *reader;
    size_t count; /* of subscribers */
    /* What was shown last. */
    char subscriber[32];
    char hash[65];
};

/* To be closed whatever the answer. */
bool gate_world_open_in_memory(struct gate_world *world);
bool gate_world_open_on_disk(struct gate_world *world);
void gate_world_close(struct gate_world *world);

/* Registers everybody; nothing is accepted. */
bool gate_world_fill(struct gate_world *world, size_t count);

/* Shows its policy to a subscriber, who accepts what was shown last. */
bool gate_world_show(struct gate_world *world, size_t number);
bool gate_world_accept(struct gate_world *world);
bool gate_world_accept_all(struct gate_world *world);
bool gate_world_withdraw(struct gate_world *world, size_t number);

/* Opens the gate. */
bool gate_world_guard(struct gate_world *world);

/* A law by which data is kept so many years: all consents go on. */
bool gate_world_law(struct gate_world *world, uint32_t years);

/* The resource ID of one of a subscriber. */
void gate_world_target(char *text, size_t size, enum gate_resource resource,
                       size_t number);

/* A question from the Netherlands, to retrieve; its target is not set. */
void gate_world_question(postern_gate_question *question,
                         const char *originator);

#endif
