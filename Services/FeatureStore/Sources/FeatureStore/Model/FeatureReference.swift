/// `view:feature`, `view@v2:feature`, `view@latest:feature`, or `view` for all of its features.
package struct FeatureReference: Hashable, Sendable {
    package var view: String
    /// The newest when nil.
    package var version: Int?
    /// All when nil.
    package var feature: String?

    /// Nil where the text is none of the forms.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = parts.first else { return nil }
        feature = parts.count == 2 ? String(Substring(parts[1])) : nil
        guard feature != "" else { return nil }
        let names = first.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard names.count <= 2, !names[0].isEmpty else { return nil }
        view = String(Substring(names[0]))
        guard names.count == 2 else { return }
        let suffix = Substring(names[1])
        guard suffix != "latest" else { return }
        guard suffix.first == "v", let number = Int(suffix.dropFirst()), number >= 0 else { return nil }
        version = number
    }
}
