/// A hash that is the same on every machine and in every release, so that a client keeps its version.
enum StableHash {
    /// FNV-1a over both texts with a NUL between them, mixed by MurmurHash3's finalizer, since FNV's low bits alone are not
    /// even.
    static func of(_ first: String, _ second: String, below bound: Int) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        first.utf8.forEach(add)
        add(0)
        second.utf8.forEach(add)
        hash ^= hash >> 33
        hash &*= 0xFF51_AFD7_ED55_8CCD
        hash ^= hash >> 33
        hash &*= 0xC4CE_B9FE_1A85_EC53
        hash ^= hash >> 33
        return Int(hash % UInt64(bound))
    }
}
