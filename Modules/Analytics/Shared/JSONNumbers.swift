public import RapportCore

extension JSONValue {
    /// A number as JSON has it; null where it is missing or not finite.
    public static func number(_ value: Double?) -> JSONValue { NumberText.json(value).map { .decimal($0) } ?? .null }

    public static func number(_ value: Int) -> JSONValue { .integer(Int64(value)) }

    public static func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
}

extension CivilDate {
    /// `YYYY-MM-DD`.
    public var text: String {
        func padded(_ number: Int, _ width: Int) -> String {
            String(repeating: "0", count: max(0, width - String(number).count)) + String(number)
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    /// The day that `YYYY-MM-DD` names.
    public init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, text.utf8.count == 10, let year = parts[0], let month = parts[1], let day = parts[2] else {
            return nil
        }
        self.init(year: year, month: month, day: day)
    }
}
