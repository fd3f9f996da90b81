#define _GNU_SOURCE

#include "checks.h"

#include <dirent.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "plugin.h"
#include "verdict.h"

enum { THREADS = 3, RUNS_PER_THREAD = 10, SETTLING_ROUNDS = 6, COUNTED_ROUNDS = 12 };

/* Loading */

static void table(const arguments *arguments) {
    char reason[1024];
    const quinion_backend *table = plugin_open(arguments->plugin, &watching_host, reason, sizeof reason);
    if (table == NULL) fail("%s", reason);
    if (table->name == NULL || table->name[0] == '\0') fail("its table has no name");
}

/* The host compares versions, so that it can name both in its message. */
static void table_for_another_host(const arguments *arguments) {
    char reason[1024];
    quinion_host other = watching_host;
    other.abi_major += 1;
    if (plugin_open(arguments->plugin, &other, reason, sizeof reason) != NULL) fail("it claims to speak ABI %u", other.abi_major);
    if (strstr(reason, "speaks ABI") == NULL) fail("asked by a host of ABI %u: %s", other.abi_major, reason);
}

static void initialization(const arguments *arguments) {
    backend backend = backend_open(arguments);
    if (backend.table->finalize != NULL) backend.table->finalize(backend.state);
}

/* Description */

static void check_ports(const quinion_tensor_info *infos, size_t count, const char *what) {
    if (count < 1 || count > 1024 || infos == NULL) fail("it declares %zu %ss", count, what);
    for (size_t i = 0; i < count; i++) {
        const quinion_tensor_info *info = &infos[i];
        if (info->name == NULL || info->name[0] == '\0') fail("%s %zu has no name", what, i);
        if (info->datatype < QUINION_BOOL || info->datatype > QUINION_BYTES) fail("%s '%s' has no datatype", what, info->name);
        if (info->rank > 64 || (info->rank > 0 && info->shape == NULL)) fail("%s '%s' has no shape", what, info->name);
        for (uint32_t d = 0; d < info->rank; d++) {
            if (info->shape[d] < -1) fail("%s '%s' has dimension %lld", what, info->name, (long long)info->shape[d]);
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(infos[j].name, info->name) == 0) fail("%s '%s' is declared twice", what, info->name);
        }
    }
}

static void description(const arguments *arguments) {
    backend backend = backend_open(arguments);
    model model = model_load(&backend, 1);
    if (model.info.platform == NULL || model.info.platform[0] == '\0') fail("model_info has no platform");
    if (model.info.struct_size != sizeof model.info) fail("model_info changed struct_size");
    check_ports(model.info.inputs, model.info.input_count, "input");
    check_ports(model.info.outputs, model.info.output_count, "output");
    model_unload(&model);
}

/* Files and parameters that are at fault */

static void demand_refusal(const backend *backend, const quinion_model_spec *spec, const char *what, const char *named) {
    char message[1024];
    quinion_model *model = NULL;
    quinion_error *error = backend->table->model_create(backend->state, spec, &model);
    if (error == NULL) fail("model_create accepts %s", what);
    const quinion_error_code code = error_take(error, message, sizeof message);
    if (message[0] == '\0') fail("%s: the error has no message", what);
    if (code < QUINION_INTERNAL || code > QUINION_CANCELLED) fail("%s: the error has code %d", what, (int)code);
    if (named != NULL && strstr(message, named) == NULL) fail("%s: the message does not name '%s': %s", what, named, message);
}

static void unknown_parameter(const arguments *arguments) {
    struct arguments more = *arguments;
    if (more.parameter_count == MAX_SETTINGS) skip("there are too many parameters already");
    more.parameters[more.parameter_count++] = (quinion_parameter){"no_such_parameter", "1"};
    backend backend = backend_open(arguments);
    const quinion_model_spec spec = model_spec(&more, NULL, 1);
    demand_refusal(&backend, &spec, "an unknown parameter", "no_such_parameter");
}

static const char *extension_of(const char *path) {
    const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
    return dot != NULL && (slash == NULL || dot > slash) ? dot : "";
}

static void write_file(const char *path, const void *bytes, size_t size) {
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0 || write(file, bytes, size) != (ssize_t)size) fail("cannot write %s", path);
    close(file);
}

/* Half a model, if it is one file. */
static size_t read_half(const char *path, char **bytes) {
    struct stat status;
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > 1 << 28) return 0;
    const size_t half = (size_t)status.st_size / 2;
    *bytes = malloc(half + 1);
    const ssize_t count = read(file, *bytes, half);
    close(file);
    return count > 0 ? (size_t)count : 0;
}

static void broken_files(const arguments *arguments) {
    backend backend = backend_open(arguments);
    char folder[] = "/tmp/conformance-XXXXXX", path[512], noise[4096], *half = NULL;
    if (mkdtemp(folder) == NULL) fail("cannot make a folder");
    snprintf(path, sizeof path, "%s/model%s", folder, extension_of(arguments->model));
    const quinion_model_spec spec = model_spec(arguments, path, 1);
    demand_refusal(&backend, &spec, "a file that does not exist", NULL);
    write_file(path, "", 0);
    demand_refusal(&backend, &spec, "an empty file", NULL);
    for (size_t i = 0; i < sizeof noise; i++) noise[i] = (char)(i * 2654435761u >> 13);
    write_file(path, noise, sizeof noise);
    demand_refusal(&backend, &spec, "a file of noise", NULL);
    const size_t size = read_half(arguments->model, &half);
    if (size > 0) {
        write_file(path, half, size);
        demand_refusal(&backend, &spec, "half a model", NULL);
    }
    free(half);
    unlink(path);
    rmdir(folder);
    model model = model_load(&backend, 1);
    model_unload(&model);
}

/* Execution */

typedef struct {
    backend backend;
    model model;
    quinion_instance *instance;
    inputs inputs;
} stage;

static void stage_open(stage *stage, const arguments *arguments) {
    stage->backend = backend_open(arguments);
    stage->model = model_load(&stage->backend, 1);
    stage->instance = instance_open(&stage->model, 0);
    stage->inputs = inputs_make(arguments, &stage->model.info, 2, NULL);
}

static void stage_close(stage *stage) {
    inputs_free(&stage->inputs);
    instance_close(&stage->model, stage->instance);
    model_unload(&stage->model);
    if (stage->backend.table->finalize != NULL) stage->backend.table->finalize(stage->backend.state);
}

static void execution(const arguments *arguments) {
    stage stage;
    stage_open(&stage, arguments);
    quinion_execution one = execution_make(&stage.model.info, NULL, 0x00), other = execution_make(&stage.model.info, NULL, 0xFF);
    execution_succeed(&stage.model, stage.instance, &stage.inputs, &one);
    execution_succeed(&stage.model, stage.instance, &stage.inputs, &other);
    for (size_t i = 0; i < stage.model.info.output_count; i++) {
        const unsigned char *a = one.outputs[i].data, *b = other.outputs[i].data;
        for (uint64_t byte = 0; byte < one.outputs[i].byte_size && byte < other.outputs[i].byte_size; byte++) {
            if (a[byte] == 0x00 && b[byte] == 0xFF) {
                fail("byte %llu of output '%s' is never written", (unsigned long long)byte, stage.model.info.outputs[i].name);
            }
        }
    }
    executions_agree(&stage.model.info, &one, &other);
    execution_free(&one);
    execution_free(&other);
    stage_close(&stage);
}

static void every_size(const arguments *arguments) {
    stage stage;
    stage_open(&stage, arguments);
    const int64_t sizes[] = {1, 2, 7, 3, 16, 1};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        inputs inputs = inputs_make(arguments, &stage.model.info, sizes[i], NULL);
        quinion_execution execution = execution_make(&stage.model.info, NULL, 0x5A);
        execution_succeed(&stage.model, stage.instance, &inputs, &execution);
        execution_free(&execution);
        inputs_free(&inputs);
    }
    stage_close(&stage);
}

static void single_outputs(const arguments *arguments) {
    stage stage;
    stage_open(&stage, arguments);
    quinion_execution all = execution_make(&stage.model.info, NULL, 0x5A);
    execution_succeed(&stage.model, stage.instance, &stage.inputs, &all);
    for (uint32_t i = 0; i < stage.model.info.output_count; i++) {
        quinion_execution one = execution_make(&stage.model.info, &i, 0x5A);
        execution_succeed(&stage.model, stage.instance, &stage.inputs, &one);
        executions_agree(&stage.model.info, &all, &one);
        execution_free(&one);
    }
    execution_free(&all);
    stage_close(&stage);
}

/* The instance must give the same answer as before. */
static void demand_recovery(stage *stage, const quinion_execution *before) {
    quinion_execution after = execution_make(&stage->model.info, NULL, 0x5A);
    execution_succeed(&stage->model, stage->instance, &stage->inputs, &after);
    executions_agree(&stage->model.info, before, &after);
    execution_free(&after);
}

static void check_failure(quinion_error *error, const quinion_execution *execution, const char *what) {
    char message[1024];
    if (execution->violation[0] != '\0') fail("%s: %s", what, execution->violation);
    if (error == NULL) return;
    error_take(error, message, sizeof message);
    if (message[0] == '\0') fail("%s: the error has no message", what);
}

/* Each input alone suits the model, together they may not: an error or an answer, and a sound instance. */
static void inputs_that_do_not_fit(const arguments *arguments) {
    stage stage;
    stage_open(&stage, arguments);
    quinion_execution before = execution_make(&stage.model.info, NULL, 0x5A);
    execution_succeed(&stage.model, stage.instance, &stage.inputs, &before);
    for (size_t i = 0; i < stage.model.info.input_count; i++) {
        inputs inputs = inputs_make(arguments, &stage.model.info, 2, &stage.model.info.inputs[i]);
        quinion_execution execution = execution_make(&stage.model.info, NULL, 0x5A);
        check_failure(execution_run(&stage.model, stage.instance, &inputs, &execution), &execution, "inputs that do not fit");
        execution_free(&execution);
        inputs_free(&inputs);
        demand_recovery(&stage, &before);
    }
    execution_free(&before);
    stage_close(&stage);
}

static void outputs_without_room(const arguments *arguments) {
    stage stage;
    stage_open(&stage, arguments);
    quinion_execution before = execution_make(&stage.model.info, NULL, 0x5A);
    execution_succeed(&stage.model, stage.instance, &stage.inputs, &before);
    for (int i = 0; i < 3; i++) {
        quinion_execution refused = execution_make(&stage.model.info, NULL, 0x5A);
        refused.refuses = true;
        quinion_error *error = execution_run(&stage.model, stage.instance, &stage.inputs, &refused);
        if (error == NULL) fail("execute succeeds although output_allocate failed");
        check_failure(error, &refused, "outputs without room");
        execution_free(&refused);
        demand_recovery(&stage, &before);
    }
    execution_free(&before);
    stage_close(&stage);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void cancellation(const arguments *arguments) {
    stage stage;
    stage_open(&stage, arguments);
    quinion_execution before = execution_make(&stage.model.info, NULL, 0x5A);
    execution_succeed(&stage.model, stage.instance, &stage.inputs, &before);
    const double start = now();
    demand_recovery(&stage, &before);
    const double whole = now() - start;
    quinion_execution cancelled = execution_make(&stage.model.info, NULL, 0x5A);
    cancelled.is_cancelled = true;
    char message[1024];
    quinion_error *error = execution_run(&stage.model, stage.instance, &stage.inputs, &cancelled);
    printf("# cancelled from the start it ends after %.1f ms, an execution takes %.1f ms\n", now() - start - whole, whole);
    fflush(stdout);
    if (error != NULL) {
        const quinion_error_code code = error_take(error, message, sizeof message);
        if (code != QUINION_CANCELLED) fail("a cancelled execution ends with code %d: %s", (int)code, message);
    }
    execution_free(&cancelled);
    demand_recovery(&stage, &before);
    execution_free(&before);
    stage_close(&stage);
}

static void errors_have_owners(const arguments *arguments) {
    stage stage;
    stage_open(&stage, arguments);
    inputs inputs = inputs_make(arguments, &stage.model.info, 2, &stage.model.info.inputs[0]);
    char message[64];
    for (int i = 0; i < 5; i++) {
        quinion_execution execution = execution_make(&stage.model.info, NULL, 0x5A);
        execution.refuses = i % 2 == 0;
        quinion_error *error = execution_run(&stage.model, stage.instance, &inputs, &execution);
        if (error != NULL) error_take(error, message, sizeof message);
        execution_free(&execution);
    }
    if (errors_alive() != 0) fail("%ld errors were neither returned nor released", errors_alive());
    inputs_free(&inputs);
    stage_close(&stage);
}

/* Threads */

/* Runs and demands what another thread got of the same inputs. */
static void execution_agrees(const model *model, quinion_instance *instance, const inputs *inputs, const quinion_execution *expected) {
    quinion_execution execution = execution_make(&model->info, NULL, 0x5A);
    execution_succeed(model, instance, inputs, &execution);
    executions_agree(&model->info, expected, &execution);
    execution_free(&execution);
}

typedef struct {
    const model *model;
    const inputs *inputs;
    const quinion_execution *expected;
    uint32_t index;
} worker;

static void *work(void *argument) {
    const worker *worker = argument;
    quinion_instance *instance = instance_open(worker->model, worker->index);
    for (int i = 0; i < RUNS_PER_THREAD; i++) execution_agrees(worker->model, instance, worker->inputs, worker->expected);
    instance_close(worker->model, instance);
    return NULL;
}

/* Three instances at the same time, while another model is made and destroyed. */
static void concurrency(const arguments *arguments) {
    stage stage;
    stage_open(&stage, arguments);
    quinion_execution expected = execution_make(&stage.model.info, NULL, 0x5A);
    execution_succeed(&stage.model, stage.instance, &stage.inputs, &expected);
    model model = model_load(&stage.backend, THREADS);
    pthread_t threads[THREADS];
    worker workers[THREADS];
    for (uint32_t i = 0; i < THREADS; i++) {
        workers[i] = (worker){&model, &stage.inputs, &expected, i};
        if (pthread_create(&threads[i], NULL, work, &workers[i]) != 0) fail("cannot make a thread");
    }
    for (int i = 0; i < 2; i++) {
        quinion_model *second = NULL;
        const quinion_model_spec spec = model_spec(arguments, NULL, 1);
        quinion_error *error = stage.backend.table->model_create(stage.backend.state, &spec, &second);
        if (error != NULL) fail("model_create fails while instances execute");
        stage.backend.table->model_destroy(second);
    }
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    model_unload(&model);
    execution_free(&expected);
    stage_close(&stage);
}

typedef struct {
    const stage *stage;
    const quinion_execution *expected;
} visitor;

static void *visit(void *argument) {
    const visitor *visitor = argument;
    const stage *stage = visitor->stage;
    execution_agrees(&stage->model, stage->instance, &stage->inputs, visitor->expected);
    return NULL;
}

/* One instance on several threads, one after the other. */
static void any_thread(const arguments *arguments) {
    stage stage;
    stage_open(&stage, arguments);
    quinion_execution expected = execution_make(&stage.model.info, NULL, 0x5A);
    execution_succeed(&stage.model, stage.instance, &stage.inputs, &expected);
    for (int i = 0; i < THREADS && stage.backend.table->any_thread; i++) {
        pthread_t thread;
        visitor visitor = {&stage, &expected};
        if (pthread_create(&thread, NULL, visit, &visitor) != 0) fail("cannot make a thread");
        pthread_join(thread, NULL);
    }
    execution_free(&expected);
    stage_close(&stage);
}

/* What is left behind */

static int count_entries(const char *folder) {
    DIR *directory = opendir(folder);
    int count = 0;
    while (directory != NULL && readdir(directory) != NULL) count++;
    if (directory != NULL) closedir(directory);
    return count;
}

static void round_trip(const backend *backend) {
    model model = model_load(backend, 1);
    quinion_instance *instance = instance_open(&model, 0);
    inputs inputs = inputs_make(backend->arguments, &model.info, 2, NULL);
    quinion_execution execution = execution_make(&model.info, NULL, 0x5A);
    execution_succeed(&model, instance, &inputs, &execution);
    execution_free(&execution);
    inputs_free(&inputs);
    instance_close(&model, instance);
    model_unload(&model);
}

static void leaks(const arguments *arguments) {
    backend backend = backend_open(arguments);
    for (int i = 0; i < SETTLING_ROUNDS; i++) round_trip(&backend);
    const int threads = count_entries("/proc/self/task"), files = count_entries("/proc/self/fd");
    for (int i = 0; i < COUNTED_ROUNDS; i++) round_trip(&backend);
    const int more_threads = count_entries("/proc/self/task") - threads, more_files = count_entries("/proc/self/fd") - files;
    if (more_threads > 0) fail("%d models loaded and unloaded leave %d threads", COUNTED_ROUNDS, more_threads);
    if (more_files > 0) fail("%d models loaded and unloaded leave %d open files", COUNTED_ROUNDS, more_files);
}

static void process_state(const arguments *arguments) {
    char folder[4096], folder_after[4096], locale[256];
    struct sigaction actions[65] = {0}, after = {0};
    if (getcwd(folder, sizeof folder) == NULL) fail("getcwd failed");
    snprintf(locale, sizeof locale, "%s", setlocale(LC_ALL, NULL));
    for (int number = 1; number < 65; number++) sigaction(number, NULL, &actions[number]);
    stage stage;
    stage_open(&stage, arguments);
    quinion_execution execution = execution_make(&stage.model.info, NULL, 0x5A);
    execution_succeed(&stage.model, stage.instance, &stage.inputs, &execution);
    execution_free(&execution);
    stage_close(&stage);
    if (getcwd(folder_after, sizeof folder_after) == NULL || strcmp(folder, folder_after) != 0) fail("it changes the working directory");
    if (strcmp(locale, setlocale(LC_ALL, NULL)) != 0) fail("it changes the locale");
    for (int number = 1; number < 65; number++) {
        if (sigaction(number, NULL, &after) == 0 && after.sa_handler != actions[number].sa_handler) {
            fail("it changes the handler of signal %d", number);
        }
    }
}

const check checks[] = {
    {"the table suits this version of the interface", table},
    {"a host of another version gets the table too", table_for_another_host},
    {"the engine starts and stops", initialization},
    {"the model is described", description},
    {"an unknown parameter is refused by its name", unknown_parameter},
    {"missing and broken files are errors", broken_files},
    {"inputs are only read, outputs written whole", execution},
    {"sizes may change from run to run", every_size},
    {"each output can be asked for alone", single_outputs},
    {"inputs that do not fit each other do no harm", inputs_that_do_not_fit},
    {"no room for outputs is an error", outputs_without_room},
    {"cancellation does no harm", cancellation},
    {"every error is returned or released", errors_have_owners},
    {"instances execute at the same time", concurrency},
    {"no thread or open file is left behind", leaks},
    {"the process is left as it was", process_state},
    {"an instance runs on any thread, where the table says so", any_thread},
};
const size_t check_count = sizeof checks / sizeof *checks;
