/// The sentences that people read, by dotted key, in one language.
///
/// A text holds placeholders: `Sent to {name}.` A text that depends on a number has a `.one` and a `.other` form.
public struct Texts: Sendable {
    /// BCP 47.
    public let language: String
    private var entries: [String: String]

    public init(language: String, entries: [String: String]) {
        self.language = language
        self.entries = entries
    }

    public var keys: [String] { entries.keys.sorted() }

    /// The text of `key` with its placeholders filled in; the key itself where there is no such text, so that a gap shows.
    public func callAsFunction(_ key: String, _ values: [String: String] = [:]) -> String {
        fill(entries[key] ?? key, values)
    }

    /// The `.one` or `.other` form of `key`, with `{count}` and the other placeholders filled in.
    public func callAsFunction(_ key: String, count: Int64, _ values: [String: String] = [:]) -> String {
        let form = entries[key + (count == 1 ? ".one" : ".other")] ?? entries[key + ".other"] ?? entries[key] ?? key
        return fill(form, values.merging(["count": String(count)]) { given, _ in given })
    }

    /// Whether there is such a text.
    public func has(_ key: String) -> Bool { entries[key] != nil || entries[key + ".other"] != nil }

    /// A decision's or a delivery's reason in a few words; its code where there are none.
    public func reason(_ code: String) -> String { has("reason.\(code)") ? self("reason.\(code)") : code }

    /// These texts, with those of `base` where one is missing here.
    public func over(_ base: Texts) -> Texts {
        Texts(language: language, entries: entries.merging(base.entries) { mine, _ in mine })
    }

    /// One pass over the text, so that a value that holds braces is never filled in itself.
    private func fill(_ text: String, _ values: [String: String]) -> String {
        guard text.contains("{"), !values.isEmpty else { return text }
        var out = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            out += rest[..<open]
            guard let close = rest[open...].firstIndex(of: "}") else { break }
            let name = String(rest[rest.index(after: open)..<close])
            out += values[name] ?? String(rest[open...close])
            rest = rest[rest.index(after: close)...]
        }
        return out + rest
    }
}
