public import RapportCore

/// A list of people (or of anything) read for predicting one of its columns.
public struct PredictionList: Sendable {
    public let path: String
    public internal(set) var columns: [PredictionColumn]
    public let count: Int
    /// The texts of the id column; empty where none was named.
    let ids: LevelList
    /// The cells of the target and of the date, to be interpreted.
    let target: PredictionColumn.Builder
    /// Days since 1970 of the date that the hold-out goes by.
    let moments: [Double]?
    public let targetName: String
    public private(set) var notes: [Remark]

    /// Reads a CSV file.
    ///
    /// - Parameters:
    ///   - target: the column to predict.
    ///   - id: the column that names a row.
    ///   - date: the column by whose order the latest rows are held out; it is not predicted from.
    ///   - exclude: columns that are not predicted from.
    /// - Throws: `Problem` with file and column.
    public init(_ path: String, target: String, id: String? = nil, date: String? = nil, exclude: [String] = []) throws {
        let file = try DataFile.open(path)
        let targetAt = try file.column(target, option: "--target")
        let idAt = try id.map { try file.column($0, option: "--id") }
        let dateAt = try date.map { try file.column($0, option: "--date") }
        let excluded = try Set(exclude.map { try file.column($0, option: "--exclude") })
        for (option, place) in [("--id", idAt), ("--date", dateAt)] where place == targetAt {
            throw Problem(
                "predict.same_column", "\(option) and --target name the same column", at: Problem.Place(file: path, path: target))
        }
        let width = file.header.count
        let (sink, told) = try file.scan {
            Sink(width: width, id: idAt, skipped: excluded.subtracting([targetAt, idAt, dateAt].compactMap { $0 }))
        }
        self.path = path
        targetName = file.header[targetAt]
        count = sink.count
        guard count > 0 else { throw DataFile.empty(path) }
        self.target = sink.builders[targetAt]
        ids = LevelList(index: sink.ids, codes: sink.idCodes)
        notes = told
        let taken = [targetAt, idAt, dateAt].compactMap { $0 }
        let header = file.header
        columns = (0..<width).filter { !taken.contains($0) && !excluded.contains($0) }.map {
            sink.builders[$0].column(header[$0])
        }
        moments = try dateAt.map { place in
            let column = sink.builders[place].column(header[place])
            guard case .numbers(let values) = column.values, column.kind == .date || column.kind == .number else {
                throw Problem(
                    "predict.bad_date", "the column \(header[place]) has neither dates nor numbers to go by",
                    at: Problem.Place(file: path, path: header[place]))
            }
            return values
        }
    }

    /// A list from elsewhere.
    ///
    /// - Parameters:
    ///   - name: what the rows are, for messages.
    ///   - answers: of each row.
    ///   - moments: of each row, in days; the latest rows are held out.
    init(_ name: String, columns: [PredictionColumn], answers: [Bool], moments: [Double]) {
        path = name
        self.columns = columns
        count = answers.count
        ids = LevelList(index: LevelIndex(), codes: [])
        var target = PredictionColumn.Builder()
        for answer in answers {
            var text = answer ? "yes" : "no"
            text.withUTF8 { target.take($0) }
        }
        self.target = target
        self.moments = moments
        targetName = "answer"
        notes = []
    }

    /// The distinct texts of a column, and which each row has.
    struct LevelList: Sendable {
        let index: LevelIndex
        let codes: [Int32]
    }

    /// What names a row: its id, or its number from 1 where no id was named.
    public func id(_ row: Int) -> String { ids.codes.isEmpty ? String(row + 1) : ids.index.text(Int(ids.codes[row])) }

    private final class Sink: RowSink {
        var builders: [PredictionColumn.Builder]
        var ids = LevelIndex()
        var idCodes: [Int32] = []
        var count = 0
        private let id: Int?
        private var wanted: [Bool]

        init(width: Int, id: Int?, skipped: Set<Int>) {
            builders = [PredictionColumn.Builder](repeating: .init(), count: width)
            self.id = id
            wanted = (0..<width).map { !skipped.contains($0) && $0 != id }
        }

        func take(_ cell: UnsafeBufferPointer<UInt8>, column: Int) {
            if wanted[column] {
                builders[column].take(cell)
            } else if column == id {
                idCodes.append(ids.code(of: cell))
            }
        }

        func endRow(line: Int64) { count += 1 }
    }
}
