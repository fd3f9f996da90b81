// What the running kernel, or the container around us, offers.
#ifndef QUINION_SUPPORT_H
#define QUINION_SUPPORT_H

/// Prints one JSON object. Returns 0.
int support_report(void);

#endif
