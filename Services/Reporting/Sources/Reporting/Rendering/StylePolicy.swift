import Crypto
import FoundationEssentials

/// What an HTML report may do in a browser: show itself, its style sheet and the pictures it carries.
enum StylePolicy {
    /// Content-Security-Policy that allows the style element with exactly this text.
    static func header(styleText: String) -> String {
        let digest = Data(SHA256.hash(data: Data(styleText.utf8))).base64EncodedString()
        return "default-src 'none'; style-src 'sha256-\(digest)'; img-src data:; base-uri 'none'; form-action 'none';"
            + " frame-ancestors 'none'"
    }

    /// The policy an HTML report states in its head; `frame-ancestors` is only heard as a header.
    static func meta(styleText: String) -> String {
        header(styleText: styleText).replacing("; frame-ancestors 'none'", with: "")
    }
}
