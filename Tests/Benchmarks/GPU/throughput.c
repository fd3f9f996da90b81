/*
 * How many executions a second a plugin gives, through its interface alone: the server's path without its HTTP.
 *
 *   throughput PLUGIN MODEL INSTANCES INPUT=D,D,...:i64|:f32[:FILE]... [KEY:=VALUE]...
 *
 * Each line of standard input is an order: "run SECONDS" keeps every instance busy for so long and answers
 * "EXECUTIONS SECONDS P50_MS"; "output FILE" writes the first output of the last run there.
 */
#define _GNU_SOURCE

#include <pthread.h>
#include <stdatomic.h>

#include "plugin_side.h"

enum { MAX_INSTANCES = 64, MAX_TIMES = 1 << 20 };

typedef struct {
    side side;
    quinion_model *model;
    uint32_t index;
    pthread_t thread;
    double *times;
    size_t count;
} worker;

static quinion_tensor tensors[MAX_INPUTS];
static worker workers[MAX_INSTANCES];
static pthread_barrier_t start, stop;
static double deadline;

/* An instance belongs to one thread, from its creation on. */
static void *work(void *opaque) {
    worker *worker = opaque;
    check(worker->side.table->instance_create(worker->model, worker->index, &worker->side.instance));
    while (1) {
        pthread_barrier_wait(&start);
        worker->count = 0;
        do {
            worker->times[worker->count++] = run(&worker->side, tensors);
        } while (milliseconds() < deadline && worker->count < MAX_TIMES);
        pthread_barrier_wait(&stop);
    }
    return NULL;
}

static void answer_run(uint32_t instances, double seconds) {
    const double begin = milliseconds();
    deadline = begin + seconds * 1e3;
    pthread_barrier_wait(&start);
    pthread_barrier_wait(&stop);
    const double taken = (milliseconds() - begin) / 1e3;
    size_t executions = 0;
    for (uint32_t i = 0; i < instances; i++) executions += workers[i].count;
    qsort(workers[0].times, workers[0].count, sizeof(double), ascending);
    printf("%zu %.6f %.4f\n", executions, taken, workers[0].times[workers[0].count / 2]);
    fflush(stdout);
}

static void answer_output(const char *path) {
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(workers[0].side.execution.outputs[0], 1, workers[0].side.execution.sizes[0], file) == 0 || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
    puts("written");
    fflush(stdout);
}

int main(int count, char **values) {
    if (count < 5) return fprintf(stderr, "usage: throughput PLUGIN MODEL INSTANCES INPUT=D,D,...:TYPE[:FILE]... [KEY:=VALUE]...\n"), 2;
    const uint32_t instances = (uint32_t)atoi(values[3]);
    if (instances < 1 || instances > MAX_INSTANCES) return fprintf(stderr, "1 to %d instances\n", MAX_INSTANCES), 2;
    quinion_tensor given[MAX_INPUTS];
    quinion_parameter parameters[MAX_INPUTS];
    size_t given_count = 0, parameter_count = 0;
    for (int i = 4; i < count; i++) {
        char *value = strstr(values[i], ":=");
        if (value != NULL) {
            *value = '\0';
            parameters[parameter_count++] = (quinion_parameter){values[i], value + 2};
        } else {
            given[given_count++] = read_input(values[i]);
        }
    }
    char reason[512];
    quinion_backend_state *state = NULL;
    side first = {.table = plugin_open(values[1], &host, reason, sizeof reason)};
    if (first.table == NULL) return fprintf(stderr, "throughput: %s\n", reason), 1;
    if (first.table->initialize != NULL) check(first.table->initialize(&state));
    const quinion_model_spec spec = {.struct_size = sizeof spec, .name = "m", .version = "1", .path = values[2], .instance_count = instances,
                                     .cpu_count = 2, .parameter_count = parameter_count, .parameters = parameters};
    quinion_model *model = open_model(&first, state, &spec);
    match_inputs(&first, given, given_count, tensors);
    pthread_barrier_init(&start, NULL, instances + 1);
    pthread_barrier_init(&stop, NULL, instances + 1);
    for (uint32_t i = 0; i < instances; i++) {
        workers[i] = (worker){.side = first, .model = model, .index = i, .times = calloc(MAX_TIMES, sizeof(double))};
        pthread_create(&workers[i].thread, NULL, work, &workers[i]);
    }
    char order[4096];
    while (fgets(order, sizeof order, stdin) != NULL) {
        order[strcspn(order, "\n")] = '\0';
        if (strncmp(order, "run ", 4) == 0) answer_run(instances, atof(order + 4));
        else if (strncmp(order, "output ", 7) == 0) answer_output(order + 7);
        else return fprintf(stderr, "unknown order '%s'\n", order), 2;
    }
    return 0;
}
