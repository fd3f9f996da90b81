import Glibc

/// The exponential function of the C library.
enum Exponential {
    static func of(_ x: Double) -> Double { exp(x) }
}
