/*
 * A backend whose engines run in processes of their own, one per model version: behind the same interface as a plugin, so
 * that nothing else knows the difference. What a crash costs is the executions that run in it; the process is started again,
 * first after 100 ms and then ever later, and executions that come meanwhile wait for it, at most 10 s.
 */
#ifndef QUINION_BACKEND_PROCESS_H
#define QUINION_BACKEND_PROCESS_H

#include "quinion_backend.h"

/* Its `initialize` is NULL: the state comes from backend_process_open, and `finalize` frees it. */
const quinion_backend *backend_process_table(void);

/* For models of the plugin at `plugin`, run by the program `engine` (quinion-engine). NULL without memory. */
quinion_backend_state *backend_process_open(const quinion_host *host, const char *engine, const char *plugin);

#endif
