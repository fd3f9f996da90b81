import Glibc

/// The error number of a failed system call.
struct SystemError: Error, CustomStringConvertible {
    let number: CInt

    init(_ number: CInt = errno) { self.number = number }

    var description: String { String(cString: strerror(number)) }
}
