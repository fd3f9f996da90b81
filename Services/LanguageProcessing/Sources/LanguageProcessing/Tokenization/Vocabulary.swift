/// A WordPiece vocabulary: the pieces' bytes in one buffer, and a trie over them for the longest match.
///
/// The trie is one open-addressed table of edges (node, byte) → node, so 30,000 pieces take about 3 MB and no `String`.
package struct Vocabulary: Sendable {
    private var bytes: [UInt8] = []
    /// Piece `id` lies at `starts[id]..<ends[id]` of `bytes`; an id that no piece has is empty.
    private var starts: [UInt32] = []
    private var ends: [UInt32] = []
    private var trie: ByteTrie
    /// Where the match of a piece inside a word begins: the node after the prefix "##".
    private var continuation: UInt32?

    /// Number of ids: one more than the greatest.
    package var count: Int { starts.count }

    /// Largest id accepted, so that a damaged file cannot ask for gigabytes.
    static let maximumID = 4_000_000

    init(pieces: some Collection<(piece: ArraySlice<UInt8>, id: Int)>, continuingPrefix: String) throws {
        trie = ByteTrie(expecting: pieces.reduce(0) { $0 + $1.piece.count })
        for (piece, id) in pieces {
            guard (0...Self.maximumID).contains(id) else {
                throw LanguageProcessingError(.tokenizerFile, "model.vocab: id \(id) is outside 0...\(Self.maximumID)")
            }
            if id >= starts.count {
                let missing = repeatElement(UInt32(0), count: id + 1 - starts.count)
                starts.append(contentsOf: missing)
                ends.append(contentsOf: missing)
            }
            starts[id] = UInt32(bytes.count)
            bytes.append(contentsOf: piece)
            ends[id] = UInt32(bytes.count)
            try trie.insert(piece, value: Int32(id))
        }
        continuation = trie.node(after: Array(continuingPrefix.utf8))
    }

    /// The id of exactly this piece.
    package func id(of piece: String) -> Int32? {
        trie.value(of: Array(piece.utf8))
    }

    /// The piece's text; nil for an id without one.
    package func piece(_ id: Int32) -> String? {
        guard starts.indices.contains(Int(id)), ends[Int(id)] > starts[Int(id)] else { return nil }
        return String(decoding: bytes[Int(starts[Int(id)])..<Int(ends[Int(id)])], as: UTF8.self)
    }

    /// Greedy longest-match-first WordPiece: calls `emit(id, firstByte, endByte)` for each piece of `word`.
    ///
    /// - Returns: false, after having called `emit` or not, when some part of the word is not covered: the word is unknown.
    @inline(__always)
    func split(
        _ word: UnsafeBufferPointer<UInt8>, emit: (_ id: Int32, _ start: Int, _ end: Int) -> Void
    ) -> Bool {
        var start = 0
        while start < word.count {
            guard let root = start == 0 ? ByteTrie.root : continuation,
                let match = trie.longestMatch(in: word, from: start, at: root)
            else { return false }
            emit(match.value, start, match.end)
            start = match.end
        }
        return true
    }
}
