/// Something to say, by the key of its text and what is filled into it: what finds it out knows no language.
public struct Remark: Sendable, Hashable {
    public let key: String
    let values: [String: String]
    /// Chooses the form of a text that depends on a number.
    let count: Int?
    /// Values that are texts themselves.
    let parts: [String: Remark]

    public init(_ key: String, _ values: [String: String] = [:], count: Int? = nil, parts: [String: Remark] = [:]) {
        self.key = key
        self.values = values
        self.count = count
        self.parts = parts
    }

    public func text(_ texts: Texts) -> String {
        let all = values.merging(parts.mapValues { $0.text(texts) }) { value, _ in value }
        return count.map { texts(key, count: Int64($0), all) } ?? texts(key, all)
    }
}
