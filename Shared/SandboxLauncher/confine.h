// From a forked child to the confined program.
#ifndef QUINION_CONFINE_H
#define QUINION_CONFINE_H

#include "options.h"

/// Waits for one byte over `channel`, confines the calling process and becomes the program. Why it fails goes over
/// `channel` as text; the channel just closes on success.
_Noreturn void confine_and_execute(const struct options *options, int channel, pid_t supervisor);

#endif
