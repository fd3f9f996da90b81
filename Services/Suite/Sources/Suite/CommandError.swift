package import ArgumentParser

/// A command that cannot go on: what a person reads and what the process ends with.
package struct CommandError: Error, CustomStringConvertible {
    package let status: ExitCode
    package let message: String

    init(_ status: ExitCode, _ message: String) {
        self.status = status
        self.message = message
    }

    package var description: String { message }
}
