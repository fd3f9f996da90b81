/// A reason why a model was not imported, naming the file and, where one is at fault, its key or tensor.
package struct ModelImportError: Error, Sendable, CustomStringConvertible {
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        package let description: String

        private init(_ description: String) { self.description = description }

        /// A file of the source is missing or could not be read.
        package static let sourceUnreadable = Code("source_unreadable")
        /// A file of the source contradicts its format or another file.
        package static let sourceInvalid = Code("source_invalid")
        /// The source is sound, but of a kind that cannot be imported.
        package static let unsupported = Code("unsupported")
        /// The model's name cannot be one.
        package static let nameInvalid = Code("name_invalid")
        /// The repository holds another model under this name.
        package static let entryExists = Code("entry_exists")
        /// Another import is writing to the repository.
        package static let repositoryBusy = Code("repository_busy")
        /// The repository could not be read or written.
        package static let repositoryUnwritable = Code("repository_unwritable")
    }

    package var code: Code
    package var message: String
    package var file: String?
    package var key: String?
    package var cause: (any Error)?

    package init(
        _ code: Code,
        _ message: String,
        file: String? = nil,
        key: String? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.file = file
        self.key = key
        self.cause = cause
    }

    package var description: String {
        var description = ""
        if let file { description += "\(file): " }
        if let key { description += "\(key): " }
        description += message
        if let cause { description += " (\(cause))" }
        return description
    }
}
