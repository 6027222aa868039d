import RapportCore

/// What a checkup found.
public struct CheckupReport: Sendable {
    /// One file of the list.
    public struct Part: Sendable, Hashable {
        public var path: String
        /// Bytes of the file as it lies on disk.
        public var size: Int64
        public var encoding: String
        public var delimiter: String
        public var hasHeader: Bool
        public var rows = 0
        /// Tables after the first, which were not read.
        public var furtherTables = 0

        init(path: String, size: Int64, encoding: String, delimiter: String, hasHeader: Bool) {
            self.path = path
            self.size = size
            self.encoding = encoding
            self.delimiter = delimiter
            self.hasHeader = hasHeader
        }
    }

    public struct Column: Sendable, Hashable {
        public var name: String
        public var role: ColumnRole
        /// Rows that have a value there.
        public var filled: Int
        /// Of them, those with nothing wrong.
        public var sound: Int
    }

    public struct Kind: Sendable, Hashable {
        public var finding: Finding
        /// How many values.
        public var values: Int
        /// On how many rows.
        public var rows: Int
        /// In which columns, most first.
        public var columns: [String]
        public var examples: [FoundValue] = []
    }

    /// One reason why rows cannot be written to, and how many first fail by it.
    public struct Step: Sendable, Hashable {
        public var block: Block
        public var name: String
        public var rows: Int
        /// Rows that nothing else stops.
        public var alone: Int
    }

    /// What proves a permission and stands in no column.
    public enum Gap: String, Sendable, Hashable { case date, source, wording }

    public private(set) var parts: [Part]
    public private(set) var rows: Int
    public private(set) var columns: [Column]
    public private(set) var kinds: [Kind]
    public private(set) var steps: [Step]
    /// Rows to whose address mail would go.
    public private(set) var deliverable: Int
    /// Rows that can be written to today.
    public private(set) var writable: Int
    /// How many there are when those that are one are counted once.
    public private(set) var people: Int
    public private(set) var hasAddresses: Bool
    /// Some column says who agreed.
    public private(set) var saysWhoAgreed: Bool
    /// Some column says who must not be written to.
    public private(set) var saysWhoLeft: Bool
    public private(set) var gaps: [Gap]
    /// Where phone numbers were dialled, if that is known.
    public private(set) var home: String?
    public private(set) var unjudgedPhones: Int
    /// Whether rows were compared with each other.
    public private(set) var wasCompared: Bool
    /// Whose export it is, by its columns.
    public private(set) var export: String?

    init(
        parts: [Part], list: CheckedList, found: FoundAll, checker: RowChecker, home: String?, options: Checkup.Options
    ) {
        self.parts = parts
        rows = list.count
        people = found.people
        wasCompared = found.wasCompared
        self.home = home
        unjudgedPhones = list.unjudgedPhones
        export = KnownExport.of(list.columns.map(\.name))?.name
        saysWhoLeft = list.columns.contains { $0.role.saysWhoLeft }
        hasAddresses = list.columns.contains { $0.role == .email }
        saysWhoAgreed = checker.standing.saysWhoAgreed
        gaps = []
        if saysWhoAgreed {
            if !checker.standing.provesDate { gaps.append(.date) }
            if !checker.standing.provesSource { gaps.append(.source) }
            if !checker.standing.provesWording { gaps.append(.wording) }
        }
        let canWrite = hasAddresses && saysWhoAgreed
        deliverable = hasAddresses ? found.blocks.count { $0.isDisjoint(with: .delivery) } : 0
        writable = canWrite ? found.blocks.count { $0.isEmpty } : 0
        steps = Block.order.map { block, name in
            let earlier = Block(rawValue: block.rawValue - 1)
            return Step(
                block: block, name: name, rows: found.blocks.count { $0.contains(block) && $0.isDisjoint(with: earlier) },
                alone: found.blocks.count { $0 == block })
        }
        kinds = []
        columns = []
        count(found.hits, list)
    }

    private mutating func count(_ hits: [Hit], _ list: CheckedList) {
        var values = [Int](repeating: 0, count: Finding.allCases.count)
        var rowsOf = values
        var lastRow = [Int32](repeating: -1, count: values.count)
        var byColumn: [[Int]] = Array(repeating: Array(repeating: 0, count: list.columns.count), count: values.count)
        var unsound = [Int](repeating: 0, count: list.columns.count)
        var last: (row: Int32, column: Int16) = (-1, -1)
        for hit in hits {
            let number = Int(hit.number)
            values[number] += 1
            if lastRow[number] != hit.row {
                lastRow[number] = hit.row
                rowsOf[number] += 1
            }
            guard hit.column >= 0 else { continue }
            byColumn[number][Int(hit.column)] += 1
            if hit.finding.gravity != .look, last != (hit.row, hit.column) {
                unsound[Int(hit.column)] += 1
                last = (hit.row, hit.column)
            }
        }
        for finding in Finding.allCases where values[Int(finding.number)] > 0 {
            let counts = byColumn[Int(finding.number)]
            let names = counts.indices.filter { counts[$0] > 0 }.sorted { (counts[$0], $1) > (counts[$1], $0) }.map {
                list.columns[$0].name
            }
            kinds.append(
                Kind(finding: finding, values: values[Int(finding.number)], rows: rowsOf[Int(finding.number)], columns: names))
        }
        columns = list.columns.map {
            Column(name: $0.name, role: $0.role, filled: list.filled[$0.index], sound: list.filled[$0.index] - unsound[$0.index])
        }
    }

    /// Keeps a value as an example where there are too few, and none like it.
    mutating func take(_ value: FoundValue, _ hit: Hit, most: Int) {
        guard let index = kinds.firstIndex(where: { $0.finding == hit.finding }) else { return }
        guard kinds[index].examples.count < most, !kinds[index].examples.contains(where: { $0.value == value.value }) else {
            return
        }
        kinds[index].examples.append(value)
    }

    public func kind(_ finding: Finding) -> Kind? { kinds.first { $0.finding == finding } }

    /// What would bring most rows back if it were mended, and how many.
    public var firstMend: Step? {
        steps.filter { [.mistyped, .unproven, .noAddress, .contradictory].contains($0.block) && $0.alone > 0 }
            .max { ($0.alone, $1.block.rawValue) < ($1.alone, $0.block.rawValue) }
    }
}
