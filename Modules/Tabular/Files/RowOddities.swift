/// What was odd about the rows of a file that were read all the same: how many of each kind, and where the first of them stand.
public struct RowOddities: Sendable {
    public struct Kind: Sendable {
        /// `TabularRow.Note.name`.
        public let name: String
        public fileprivate(set) var rows = 0
        /// The physical lines of the first five.
        public fileprivate(set) var lines: [Int64] = []
    }

    /// In the order in which they were met.
    public private(set) var kinds: [Kind] = []

    public init() {}

    public mutating func take(_ row: TabularRow) {
        for note in row.notes {
            let place = kinds.firstIndex { $0.name == note.name } ?? kinds.endIndex
            if place == kinds.endIndex { kinds.append(Kind(name: note.name)) }
            kinds[place].rows += 1
            if kinds[place].lines.count < 5 { kinds[place].lines.append(row.line) }
        }
    }
}
