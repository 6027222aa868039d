public import RapportCore

/// What a column of a list holds, for predicting.
public struct PredictionColumn: Sendable {
    /// How a column is used.
    public enum Kind: String, Sendable {
        case number, category, date
        /// Left out; `note` says why.
        case ignored
    }

    enum Values: Sendable {
        /// `nan`: a gap.
        case numbers([Double])
        /// An index into `levels`; -1: a gap.
        case levels([Int32])
        case none
    }

    /// The same in every language.
    public let name: String
    public let kind: Kind
    /// What to know about it.
    public internal(set) var note: Remark?
    /// What people read as its name.
    public let title: Remark
    let values: Values
    /// The texts of a category, in the order of their first appearance.
    let levels: [String]

    init(_ name: String, _ kind: Kind, _ values: Values, levels: [String] = [], note: Remark? = nil, title: Remark? = nil) {
        self.name = name
        self.kind = kind
        self.values = values
        self.levels = levels
        self.note = note
        self.title = title ?? Remark("cli.predict.value", ["value": name])
    }

    /// How a row's value is shown to people; `nil`: a gap.
    func text(_ row: Int) -> String? {
        switch values {
        case .numbers(let numbers):
            let number = numbers[row]
            guard !number.isNaN else { return nil }
            return kind == .date ? Self.day(number) : Self.short(number)
        case .levels(let codes): return codes[row] < 0 ? nil : levels[Int(codes[row])]
        case .none: return nil
        }
    }
}
