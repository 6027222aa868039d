import Foundation
public import RapportPluginKit

/// Takes secrets out of text that a child wrote before anybody sees it.
public struct SecretMask: Sendable {
    private let forms: [String]

    /// Shorter secrets than four characters would mask half of every text, and protect nothing.
    public init(_ secrets: [Secret]) {
        var forms: Set<String> = []
        for secret in secrets {
            // A key of several lines is logged line by line.
            for text in [secret.exposed] + secret.exposed.split(whereSeparator: \.isNewline).map(String.init)
            where text.utf8.count >= 4 {
                forms.insert(text)
                forms.insert(Data(text.utf8).base64EncodedString())
                if let escaped = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) { forms.insert(escaped) }
            }
        }
        // The longest first: one secret may be a part of another.
        self.forms = forms.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
    }

    public func mask(_ text: String) -> String {
        forms.reduce(text) { $0.replacingOccurrences(of: $1, with: "•••") }
    }
}
