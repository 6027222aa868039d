/// What a message says, in every language it is written in, with the personal tokens it uses.
public struct MessageTemplate: Sendable, Hashable {
    public struct Body: Sendable, Hashable {
        public var subject: String
        public var text: String
        /// Absent for channels that carry text only.
        public var html: String?

        public init(subject: String, text: String, html: String? = nil) {
            self.subject = subject
            self.text = text
            self.html = html
        }
    }

    /// A value taken from the person's record. Where it is missing, unproven or odd, the fallback stands in its place, so the
    /// sentence around it must read well with either.
    public struct Token: Sendable, Hashable {
        /// The declared field the value comes from.
        public var field: String
        /// Neutral words by language; `""` is the one for every language without its own.
        public var fallback: [String: String]

        public init(field: String, fallback: [String: String]) {
            self.field = field
            self.fallback = fallback
        }
    }

    public var name: String
    /// By BCP 47 tag in lower case.
    public var bodies: [String: Body]
    /// The language for people whose own is not there.
    public var fallbackLanguage: String
    public var tokens: [String: Token]

    public init(name: String, bodies: [String: Body], fallbackLanguage: String, tokens: [String: Token] = [:]) {
        self.name = name
        self.bodies = bodies
        self.fallbackLanguage = fallbackLanguage
        self.tokens = tokens
    }

    /// The language that a person who reads `wanted` gets: `de-AT`, then `de`, then each house language, then the fallback
    /// (RFC 4647, section 3.4, "lookup").
    public func language(for wanted: String?, house: [String] = []) -> String {
        for candidate in [wanted].compactMap({ $0 }) + house {
            var range = candidate.lowercased().replacing("_", with: "-")
            while !range.isEmpty {
                if bodies[range] != nil { return range }
                guard let dash = range.lastIndex(of: "-") else { break }
                range = String(range[..<dash])
            }
        }
        return fallbackLanguage
    }

    /// The neutral words for `token` in `language`.
    func fallback(for token: Token, in language: String) -> String {
        let base = language.split(separator: "-").first.map(String.init) ?? language
        return token.fallback[language] ?? token.fallback[base] ?? token.fallback[""] ?? ""
    }
}
