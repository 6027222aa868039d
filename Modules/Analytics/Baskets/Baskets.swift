public import RapportCore
import RapportTabular

/// Baskets of things bought together. A thing that stands twice in a basket counts once.
public struct Baskets: Sendable {
    /// The things, in the order of their names.
    public let items: [String]
    public let count: Int
    /// Where the things of each basket begin; one more at the end.
    let starts: [Int]
    /// Basket after basket, each once, ascending.
    let members: [Int32]
    /// Whether each basket is of a Saturday or Sunday; empty without dates.
    let isWeekend: [Bool]
    public let notes: [Remark]

    /// Reads a CSV file with a row for each thing in a basket.
    ///
    /// - Parameters:
    ///   - date: the column of the day, for telling weekdays from weekends.
    /// - Throws: `Problem` with file and column.
    public init(_ path: String, basket: String, item: String, date: String? = nil) throws {
        let file = try DataFile.open(path)
        let basketAt = try file.column(basket, option: "--basket")
        let itemAt = try file.column(item, option: "--item")
        let dateAt = try date.map { try file.column($0, option: "--date") }
        guard basketAt != itemAt else {
            throw Problem(
                "baskets.same_column", "--basket and --item name the same column", at: Problem.Place(file: path, path: basket))
        }
        let (sink, told) = try file.scan { Sink(basket: basketAt, item: itemAt, date: dateAt) }
        var notes = told
        if sink.skipped > 0 { notes.append(Remark("cli.baskets.note.left_out", ["file": path], count: sink.skipped)) }
        guard !sink.rows.isEmpty else {
            throw Problem("baskets.empty", "there is no row with a basket and a thing", at: Problem.Place(file: path))
        }
        // By name: what is printed in order can then be compared by number.
        let texts = sink.items.texts
        let order = texts.indices.sorted { texts[$0].utf8.lexicographicallyPrecedes(texts[$1].utf8) }
        var places = [Int32](repeating: 0, count: texts.count)
        for (place, index) in order.enumerated() { places[index] = Int32(place) }
        items = order.map { texts[$0] }
        let gathered = Self.gathered(sink.rows, baskets: sink.baskets.count, items: places)
        (starts, members) = (gathered.starts, gathered.members)
        count = gathered.kept.count
        let weekends = try dateAt == nil ? [] : Self.weekends(sink, path: path, column: date ?? "")
        isWeekend = weekends.isEmpty ? [] : gathered.kept.map { weekends[$0] }
        self.notes = notes
    }

    /// From lists of names, for tests and for baskets from elsewhere.
    public init(_ lists: [[String]], isWeekend: [Bool] = []) {
        items = Set(lists.joined()).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        count = lists.count
        let places = Dictionary(uniqueKeysWithValues: items.enumerated().map { ($1, Int32($0)) })
        var starts = [0]
        var members: [Int32] = []
        for list in lists {
            members += Set(list).compactMap { places[$0] }.sorted()
            starts.append(members.count)
        }
        self.starts = starts
        self.members = members
        self.isWeekend = isWeekend
        notes = []
    }

    /// A basket of which no row names a thing is none.
    private static func gathered(
        _ rows: [(basket: Int32, item: Int32)], baskets: Int, items: [Int32]
    ) -> (starts: [Int], members: [Int32], kept: [Int]) {
        var ends = [Int](repeating: 0, count: baskets + 1)
        for row in rows { ends[Int(row.basket) + 1] += 1 }
        for basket in 0..<baskets { ends[basket + 1] += ends[basket] }
        var next = ends
        var sorted = [Int32](repeating: 0, count: rows.count)
        for row in rows {
            sorted[next[Int(row.basket)]] = items[Int(row.item)]
            next[Int(row.basket)] += 1
        }
        var starts = [0]
        starts.reserveCapacity(baskets + 1)
        var members: [Int32] = []
        members.reserveCapacity(rows.count)
        var kept: [Int] = []
        for basket in 0..<baskets where ends[basket] < ends[basket + 1] {
            kept.append(basket)
            sorted[ends[basket]..<ends[basket + 1]].sort()
            let first = members.count
            for item in sorted[ends[basket]..<ends[basket + 1]] where members.count == first || members[members.count - 1] != item
            {
                members.append(item)
            }
            starts.append(members.count)
        }
        return (starts, members, kept)
    }

    private static func weekends(_ sink: Sink, path: String, column: String) throws -> [Bool] {
        let texts = sink.dates.texts
        let place = Problem.Place(file: path, path: column)
        let filled = texts.filter { !$0.isEmpty }
        guard
            let format = DateFormat.fitting(
                stride(from: 0, to: filled.count, by: max(1, filled.count / 2_000)).map { filled[$0] }
            ).first
        else { throw Problem("baskets.bad_date", "the column \(column) has no dates that can be read", at: place) }
        let weekend = try texts.map { text -> Bool in
            guard let moment = format.timestamp(text, zone: nil) else {
                throw Problem("baskets.bad_date", "\"\(text)\" is no date written as \(format.text)", at: place)
            }
            let days = Int((Double(moment.milliseconds) / 86_400_000).rounded(.down))
            return ((days + 3) % 7 + 7) % 7 >= 5
        }
        return sink.basketDates.map { weekend[Int($0)] }
    }

    private final class Sink: RowSink {
        var baskets = LevelIndex()
        var items = LevelIndex()
        var dates = LevelIndex()
        /// Of each basket, by its first row.
        var basketDates: [Int32] = []
        var rows: [(basket: Int32, item: Int32)] = []
        var skipped = 0
        private let basketAt: Int
        private let itemAt: Int
        private let dateAt: Int?
        private var basket: Int32 = -1
        private var item: Int32 = -1
        private var date: Int32 = -1

        init(basket: Int, item: Int, date: Int?) {
            basketAt = basket
            itemAt = item
            dateAt = date
        }

        func take(_ cell: UnsafeBufferPointer<UInt8>, column: Int) {
            if column == basketAt {
                let cell = CellNumber.trimmed(cell)
                basket = cell.isEmpty ? -1 : baskets.code(of: cell)
            }
            if column == itemAt {
                let cell = CellNumber.trimmed(cell)
                item = cell.isEmpty ? -1 : items.code(of: cell)
            }
            if column == dateAt { date = dates.code(of: CellNumber.trimmed(cell)) }
        }

        func endRow(line: Int64) {
            guard basket >= 0 else {
                skipped += 1
                return
            }
            if dateAt != nil, basketDates.count == Int(basket) { basketDates.append(date) }
            if item < 0 {
                skipped += 1
            } else {
                rows.append((basket, item))
            }
        }
    }
}
