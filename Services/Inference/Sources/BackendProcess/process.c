#define _GNU_SOURCE

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "model.h"

enum { ENDING_MILLISECONDS = 5000 };

extern char **environ;

/* Starting */

static bool spawn(const char *program, int control, pid_t *id) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    char *const words[] = {(char *)program, NULL};
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, control, WIRE_CONTROL_FILE);
    /* A group of its own: what a terminal sends to the server's group is for the server to decide on. */
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    const int error = posix_spawn(id, program, &actions, &attributes, words, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    errno = error;
    return error == 0;
}

static void set_reason(quinion_model *model, quinion_error_code code, const char *format, const char *detail) {
    pthread_mutex_lock(&model->lock);
    model->reason_code = code;
    snprintf(model->reason, sizeof model->reason, format, detail);
    pthread_mutex_unlock(&model->lock);
}

/* The log */

static void take_log(const quinion_model *model, wire_message *message) {
    const quinion_host *host = model->backend->host;
    if (message->kind == WIRE_LOG) {
        const bool is_models = wire_get_u32(message) != 0;
        const quinion_log_level level = (quinion_log_level)wire_get_u32(message);
        host->log(is_models ? model->scope : NULL, level, wire_get_text(message));
    } else if (message->kind == WIRE_COUNTER) {
        const char *name = wire_get_text(message);
        host->counter_add(model->scope, name, wire_get_u64(message));
    } else {
        const char *name = wire_get_text(message);
        double value;
        wire_get(message, &value, sizeof value);
        if (!message->is_broken) host->gauge_set(model->scope, name, value);
    }
}

static bool is_log(const wire_message *message) {
    return message->kind == WIRE_LOG || message->kind == WIRE_COUNTER || message->kind == WIRE_GAUGE;
}

bool process_listen(quinion_model *model, engine_process *process) {
    wire_message message;
    if (!wire_receive(process->control, &message, NULL, 0)) return false;
    const bool is_expected = is_log(&message);
    if (is_expected) take_log(model, &message);
    wire_free(&message);
    return is_expected;
}

/* Says something and waits for the answer, taking what is logged meanwhile. */
static bool converse(quinion_model *model, engine_process *process, wire_message *message, const int *files, size_t file_count,
                     wire_message *answer) {
    if (!wire_send(process->control, message, files, file_count)) return false;
    while (wire_receive(process->control, answer, NULL, 0)) {
        if (!is_log(answer)) return true;
        take_log(model, answer);
        wire_free(answer);
    }
    return false;
}

/* The model's description */

void model_free_infos(quinion_tensor_info *infos, size_t count) {
    for (size_t i = 0; infos != NULL && i < count; i++) {
        free((void *)infos[i].name);
        free((void *)infos[i].shape);
    }
    free(infos);
}

static quinion_tensor_info *get_infos(wire_message *message, size_t *count) {
    const uint32_t total = wire_get_u32(message);
    *count = 0;
    if (message->is_broken || total > message->size) return NULL;
    quinion_tensor_info *infos = calloc(total + 1, sizeof *infos);
    for (uint32_t i = 0; infos != NULL && i < total; i++, ++*count) {
        infos[i].name = strdup(wire_get_text(message));
        infos[i].datatype = (quinion_datatype)wire_get_u32(message);
        infos[i].rank = wire_get_u32(message);
        if (infos[i].rank > WIRE_RANK_LIMIT) message->is_broken = true;
        int64_t *shape = calloc(WIRE_RANK_LIMIT, sizeof *shape);
        if (!message->is_broken && shape != NULL) wire_get(message, shape, infos[i].rank * sizeof *shape);
        infos[i].shape = shape;
    }
    return infos;
}

static bool same_infos(const quinion_tensor_info *one, const quinion_tensor_info *other, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(one[i].name, other[i].name) != 0 || one[i].datatype != other[i].datatype || one[i].rank != other[i].rank ||
            memcmp(one[i].shape, other[i].shape, one[i].rank * sizeof *one[i].shape) != 0) {
            return false;
        }
    }
    return true;
}

static void report_engine(const quinion_model *model, const char *engine) {
    char text[256];
    snprintf(text, sizeof text, "the model runs in a process of its own: %s", engine[0] == '\0' ? "its engine has no name" : engine);
    model->backend->host->log(model->scope, QUINION_LOG_INFO, text);
}

/* Keeps the first description; a later process must give the same. */
static bool take_description(quinion_model *model, wire_message *message) {
    char *platform = strdup(wire_get_text(message));
    const char *engine = wire_get_text(message);
    size_t input_count = 0, output_count = 0;
    quinion_tensor_info *inputs = get_infos(message, &input_count), *outputs = get_infos(message, &output_count);
    bool is_sound = !message->is_broken && platform != NULL && inputs != NULL && outputs != NULL;
    if (is_sound && model->platform == NULL) {
        model->platform = platform, model->inputs = inputs, model->outputs = outputs;
        model->input_count = input_count, model->output_count = output_count;
        report_engine(model, engine);
        return true;
    }
    is_sound = is_sound && input_count == model->input_count && output_count == model->output_count &&
               same_infos(inputs, model->inputs, input_count) && same_infos(outputs, model->outputs, output_count);
    free(platform);
    model_free_infos(inputs, input_count);
    model_free_infos(outputs, output_count);
    if (!is_sound) {
        set_reason(model, QUINION_UNAVAILABLE, "the engine's process describes %s",
                   model->platform == NULL ? "no model" : "other inputs or outputs than the model had");
    }
    return is_sound;
}

bool process_start(quinion_model *model, engine_process *process) {
    int ends[2];
    *process = (engine_process){.id = -1, .control = -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        set_reason(model, QUINION_UNAVAILABLE, "no socket for the engine's process: %s", strerror(errno));
        return false;
    }
    process->control = ends[0];
    const bool is_spawned = spawn(model->backend->engine, ends[1], &process->id);
    if (!is_spawned) {
        process->id = -1;
        char detail[512];
        snprintf(detail, sizeof detail, "%s: %s", model->backend->engine, strerror(errno));
        set_reason(model, QUINION_UNAVAILABLE, "the engine's process cannot be started: %s", detail);
    }
    close(ends[1]);
    wire_message answer;
    if (!is_spawned) return false;
    if (!converse(model, process, &model->start, NULL, 0, &answer)) {
        set_reason(model, QUINION_UNAVAILABLE, "the engine's process ended while it loaded the model%s", "");
        return false;
    }
    bool is_loaded = false;
    if (answer.kind == WIRE_FAILURE) {
        const quinion_error_code code = (quinion_error_code)wire_get_u32(&answer);
        set_reason(model, code, "%s", wire_get_text(&answer));
    } else {
        is_loaded = take_description(model, &answer);
    }
    wire_free(&answer);
    return is_loaded;
}

/* Instances */

quinion_error *process_open_instance(quinion_model *model, engine_process *process, quinion_instance *instance) {
    const quinion_host *host = model->backend->host;
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return host->error_create(QUINION_UNAVAILABLE, "no socket for an instance");
    }
    const int files[] = {ends[1], instance->inputs.file, instance->outputs.file};
    wire_message message = wire_begin(WIRE_OPEN), answer;
    wire_put_u32(&message, instance->index);
    wire_put(&message, &instance->processors, sizeof instance->processors);
    const bool is_answered = converse(model, process, &message, files, 3, &answer);
    wire_free(&message);
    close(ends[1]);
    quinion_error *error = NULL;
    if (!is_answered) {
        error = host->error_create(QUINION_UNAVAILABLE, "the engine's process ended while it made an instance");
    } else if (answer.kind == WIRE_FAILURE) {
        const quinion_error_code code = (quinion_error_code)wire_get_u32(&answer);
        error = host->error_create(code, wire_get_text(&answer));
    }
    if (is_answered) wire_free(&answer);
    if (error != NULL) {
        close(ends[0]);
        return error;
    }
    pthread_mutex_lock(&model->lock);
    instance->socket = ends[0];
    pthread_mutex_unlock(&model->lock);
    return NULL;
}

void process_close_instance(quinion_model *model, engine_process *process, quinion_instance *instance) {
    wire_message message = wire_begin(WIRE_CLOSE), answer;
    wire_put_u32(&message, instance->index);
    if (converse(model, process, &message, NULL, 0, &answer)) wire_free(&answer);
    wire_free(&message);
}

/* Ending */

void process_end(engine_process *process, char *how, size_t how_size) {
    int status = 0;
    pid_t ended = 0;
    if (process->control >= 0) close(process->control);
    snprintf(how, how_size, "it was never started");
    if (process->id < 0) return;
    const struct timespec period = {.tv_nsec = 5000000};
    for (int waited = 0; waited < ENDING_MILLISECONDS && ended == 0; waited += 5) {
        ended = waitpid(process->id, &status, WNOHANG);
        if (ended == 0) nanosleep(&period, NULL);
    }
    if (ended == 0) {
        kill(process->id, SIGKILL);
        while (waitpid(process->id, &status, 0) < 0 && errno == EINTR) {}
    }
    if (WIFSIGNALED(status)) snprintf(how, how_size, "signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
    else snprintf(how, how_size, "exit status %d", WEXITSTATUS(status));
    *process = (engine_process){.id = -1, .control = -1};
}
