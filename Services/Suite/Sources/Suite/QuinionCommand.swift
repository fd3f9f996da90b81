package import ArgumentParser

/// The command line: `quinion serve`, `quinion ingest invoice.pdf`, `quinion search "late delivery"`.
package struct QuinionCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "quinion",
        abstract: "Documents to features, predictions and reports, on your own machine.",
        discussion: """
            Start with `quinion demo`, or run `quinion serve` in one terminal and `quinion ingest FILE…` in another.

            EXIT CODES
              0   done
              1   a document or report failed, or nothing was found
              64  the command line is not understood
              66  a file cannot be read
              69  the service cannot be reached or refused the request
              78  the configuration is not valid
            """,
        version: "quinion 0.1.0",
        subcommands: [
            Serve.self, Demo.self, Ingest.self, Documents.self, Show.self, Search.self, Report.self, Models.self,
            Features.self, Bench.self,
        ]
    )

    package init() {}
}

/// What the process ends with, beside 0; the numbers are sysexits.h's.
enum ExitStatus {
    static let failed = ExitCode(1)
    static let noInput = ExitCode(66)
    static let unavailable = ExitCode(69)
    static let configuration = ExitCode(78)
}
