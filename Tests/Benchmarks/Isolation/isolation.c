/*
 * What a process of its own costs a model: one execution in this process against the same one in an engine's process, in
 * turns, through the plugin's interface alone.
 *
 *   isolation ENGINE PLUGIN MODEL INPUT=D,D,...[:i64|:f32]... [ROUNDS]
 *
 * Prints the medians and their ratio.
 */
#define _GNU_SOURCE

#include "backend_process.h"
#include "plugin_side.h"

enum { WARM_UP = 5 };

static void open_side(side *side, quinion_backend_state *state, const char *path) {
    const quinion_model_spec spec = {.struct_size = sizeof spec, .name = "m", .version = "1", .path = path, .instance_count = 1, .cpu_count = 2};
    check(side->table->instance_create(open_model(side, state, &spec), 0, &side->instance));
}

int main(int count, char **values) {
    if (count < 5) return 2;
    quinion_tensor given[MAX_INPUTS], tensors[MAX_INPUTS];
    size_t given_count = 0;
    int rounds = 200;
    for (int i = 4; i < count; i++) {
        if (strchr(values[i], '=') != NULL) given[given_count++] = read_input(values[i]);
        else rounds = atoi(values[i]);
    }
    char reason[512];
    quinion_backend_state *state = NULL;
    side here = {.table = plugin_open(values[2], &host, reason, sizeof reason)}, there = {.table = backend_process_table()};
    if (here.table == NULL) return fprintf(stderr, "isolation: %s\n", reason), 1;
    if (here.table->initialize != NULL) check(here.table->initialize(&state));
    open_side(&here, state, values[3]);
    open_side(&there, backend_process_open(&host, values[1], values[2]), values[3]);
    match_inputs(&here, given, given_count, tensors);
    side *sides[] = {&here, &there};
    double *times[] = {calloc((size_t)rounds, sizeof(double)), calloc((size_t)rounds, sizeof(double))};
    for (int i = -WARM_UP; i < rounds; i++) {
        for (int s = 0; s < 2; s++) {
            const double time = run(sides[s], tensors);
            if (i >= 0) times[s][i] = time;
        }
    }
    for (int s = 0; s < 2; s++) qsort(times[s], (size_t)rounds, sizeof(double), ascending);
    const double one = times[0][rounds / 2], other = times[1][rounds / 2];
    if (memcmp(here.execution.outputs[0], there.execution.outputs[0], here.execution.sizes[0]) != 0) printf("outputs differ in their last bits\n");
    printf("in the server %.3f ms, in a process of its own %.3f ms: + %.3f ms, ratio %.3f\n", one, other, other - one, other / one);
    return 0;
}
