public import RapportCore
import RapportTabular

/// Who took what, how much of it and when.
public struct Interactions: Sendable {
    let users: LevelIndex
    let items: LevelIndex
    let rows: Rows
    public let notes: [Remark]
    public var hasDates: Bool { !rows.moment.isEmpty }
    public var count: Int { rows.user.count }
    public var userCount: Int { users.count }
    public var itemCount: Int { items.count }

    /// Columns of equal length.
    struct Rows: Sendable {
        var user: [Int32] = []
        var item: [Int32] = []
        /// Empty: each counts one.
        var weight: [Float] = []
        /// Empty without dates. Days since 1970, or the numbers that were given; `nan` for none.
        var moment: [Double] = []
        /// Rows from here on are of the hold-out's file.
        var held: Int?
    }

    init(users: LevelIndex, items: LevelIndex, rows: Rows) {
        self.users = users
        self.items = items
        self.rows = rows
        notes = []
    }

    /// Reads a CSV file with a row for each thing that somebody took.
    ///
    /// - Parameters:
    ///   - weight: how much: pieces, plays, money. Several rows of one person and thing add up; below zero is taken back.
    ///   - test: another file with the same columns, which is not learnt from: recommendations are tried on it.
    /// - Throws: `Problem` with file and column.
    public init(_ path: String, user: String, item: String, weight: String? = nil, date: String? = nil, test: String? = nil)
        throws
    {
        let sink = Sink()
        notes = try Self.read(path, into: sink, user, item, weight, date)
        guard sink.rows.user.count > 0 else {
            throw Problem("recommend.empty", "there is no row with a user and an item", at: Problem.Place(file: path))
        }
        if let test {
            sink.rows.held = sink.rows.user.count
            _ = try Self.read(test, into: sink, user, item, weight, date)
        }
        users = sink.users
        items = sink.items
        var rows = sink.rows
        if let date { rows.moment = try Self.moments(sink, path, date) }
        self.rows = rows
    }

    private static func read(
        _ path: String, into sink: Sink, _ user: String, _ item: String, _ weight: String?, _ date: String?
    ) throws -> [Remark] {
        let file = try DataFile.open(path)
        sink.userAt = try file.column(user, option: "--user")
        sink.itemAt = try file.column(item, option: "--item")
        sink.weightAt = try weight.map { try file.column($0, option: "--weight") }
        sink.dateAt = try date.map { try file.column($0, option: "--date") }
        guard sink.userAt != sink.itemAt else {
            throw Problem(
                "recommend.same_column", "--user and --item name the same column", at: Problem.Place(file: path, path: user))
        }
        let before = sink.mark
        let (_, told) = try file.scan {
            sink.reset(to: before)
            return sink
        }
        var notes = told
        if sink.skipped > 0 {
            notes.append(Remark("cli.recommend.note.left_out", ["file": path], count: sink.skipped))
        }
        return notes
    }

    private static func moments(_ sink: Sink, _ path: String, _ column: String) throws -> [Double] {
        let texts = sink.dates.texts
        let codes = sink.dateCodes
        let numbers = texts.map { text -> Double in
            var text = text
            if case .number(let number) = text.withUTF8({ CellNumber.read($0) }) { return number }
            return .nan
        }
        if numbers.allSatisfy({ !$0.isNaN }) { return codes.map { numbers[Int($0)] } }
        guard let days = PredictionColumn.Builder.days(texts, codes, []) else {
            throw Problem(
                "recommend.bad_date", "the column \(column) has no dates that can be read",
                at: Problem.Place(file: path, path: column))
        }
        return days
    }

    private final class Sink: RowSink {
        var users = LevelIndex()
        var items = LevelIndex()
        var dates = LevelIndex()
        var dateCodes: [Int32] = []
        var rows = Rows()
        var skipped = 0
        var userAt = 0
        var itemAt = 0
        var weightAt: Int?
        var dateAt: Int?
        private var user: Int32 = -1
        private var item: Int32 = -1
        private var weight: Double = 1
        private var date: Int32 = -1

        var mark: Int { rows.user.count }

        func reset(to count: Int) {
            rows.user.removeLast(rows.user.count - count)
            rows.item.removeLast(rows.item.count - count)
            if weightAt != nil { rows.weight.removeLast(rows.weight.count - count) }
            if dateAt != nil { dateCodes.removeLast(dateCodes.count - count) }
            skipped = 0
        }

        func take(_ cell: UnsafeBufferPointer<UInt8>, column: Int) {
            if column == userAt {
                let cell = CellNumber.trimmed(cell)
                user = cell.isEmpty ? -1 : users.code(of: cell)
            } else if column == itemAt {
                let cell = CellNumber.trimmed(cell)
                item = cell.isEmpty ? -1 : items.code(of: cell)
            }
            if column == weightAt {
                if case .number(let number) = CellNumber.read(cell) { weight = number } else { weight = .nan }
            }
            if column == dateAt { date = dates.code(of: CellNumber.trimmed(cell)) }
        }

        func endRow(line: Int64) {
            guard user >= 0, item >= 0, !weight.isNaN else {
                skipped += 1
                return
            }
            rows.user.append(user)
            rows.item.append(item)
            if weightAt != nil { rows.weight.append(Float(weight)) }
            if dateAt != nil { dateCodes.append(date) }
        }
    }
}
