import ArgumentParser
import DocumentRecognition
import Foundation

/// Entry of the `quinion` executable; ends the process with the documented exit codes.
package func main() async -> Never {
    // The embedded document recognition starts this executable again, inside the sandbox, to parse pages.
    if CommandLine.arguments.dropFirst().first == "recognition-worker" { RecognitionWorker.run() }
    do {
        var command = try QuinionCommand.parseAsRoot()
        if var asynchronous = command as? any AsyncParsableCommand {
            try await asynchronous.run()
        } else {
            try command.run()
        }
        exit(0)
    } catch let error as CommandError {
        Terminal.standard.note("quinion: \(error.message)")
        exit(error.status.rawValue)
    } catch {
        QuinionCommand.exit(withError: error)
    }
}
