/// `view:feature`, `view@v2:feature`, `view@latest:feature`, or `view` for all of its features.
package struct FeatureReference: Hashable, Sendable {
    package var view: String
    /// The newest when nil.
    package var version: Int?
    /// All when nil.
    package var feature: String?

    /// Nil where the text is none of the forms.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = parts.first, !first.isEmpty else { return nil }
        feature = parts.count == 2 ? String(parts[1]) : nil
        guard feature != "" else { return nil }
        let names = first.split(separator: "@", omittingEmptySubsequences: false)
        guard names.count <= 2, !names[0].isEmpty else { return nil }
        view = String(names[0])
        guard names.count == 2, names[1] != "latest" else {
            version = nil
            return
        }
        guard names[1].first == "v", let number = Int(names[1].dropFirst()), number >= 0 else { return nil }
        version = number
    }
}
