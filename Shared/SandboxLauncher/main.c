// Starts programs that read untrusted bytes. See --help, and README.md beside this file for what holds and how.
#include "options.h"
#include "supervisor.h"
#include "support.h"

int main(int argc, char **argv) {
    struct options options = options_parse(argc, argv);
    return options.report_support ? support_report() : supervise(&options);
}
