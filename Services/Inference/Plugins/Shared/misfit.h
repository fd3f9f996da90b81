/* Whose fault a failed execution is. */
#ifndef QUINION_MISFIT_H
#define QUINION_MISFIT_H

#include <stdbool.h>

/*
 * Whether the engine's message is about shapes or indices. The host has checked each input alone; where dimensions are free,
 * inputs may still not fit each other or the graph, which is the request's fault. Engines tell such requests from faults of
 * their own only in their texts.
 */
bool is_misfit(const char *message);

#endif
