public import RapportCore
import RapportMatching
public import RapportTabular

/// Looks through a list of people and tells what is wrong with it. Stores and sends nothing, and asks nobody.
///
///     let report = try await Checkup.run(["people.csv"], options: Checkup.Options(today: today))
public enum Checkup {
    public struct Options: Sendable {
        /// Where phone numbers without a country code are dialled, ISO 3166-1 alpha-2; `nil`: guessed.
        public var country: String?
        public var today: CivilDate
        /// Last activity longer ago than this is stale.
        public var staleYears = 2
        /// Roles of columns that somebody knows better than a guess, by name.
        public var roles: [String: ColumnRole] = [:]
        /// Also look for rows that are one person without being the same.
        public var looksForLikely = true
        /// How the files are written, where that is stated.
        public var stated = StatedTable()
        /// Examples of each finding.
        public var examples = 3

        public init(today: CivilDate) { self.today = today }
    }

    public enum Stage: String, Sendable { case reading, comparing, telling }
    /// Told what is being done and how much of it is, 0...1.
    public typealias Progress = @Sendable (Stage, Double) -> Void
    /// Takes every finding in the order of the rows.
    public typealias Sink = (FoundValue) throws -> Void

    /// Checks files as one list.
    ///
    /// - Parameter sink: takes every finding, for a second reading of the files; `nil`: only examples are looked up.
    /// - Throws: `TabularError`, `CheckupError`, what `sink` throws, or `CancellationError`.
    public static func run(
        _ paths: [String], options: Options, progress: @escaping Progress = { _, _ in }, sink: Sink? = nil
    ) async throws -> CheckupReport {
        let reader = try ListReader(paths, stated: options.stated)
        if let name = options.roles.keys.sorted().first(where: { !reader.columns.contains($0) }), !reader.columns.isEmpty {
            throw CheckupError.noColumn(
                path: paths.first ?? "", name: name, nearest: Spelling.nearest(to: name, in: reader.columns))
        }
        progress(.reading, 0)
        // What columns hold is told by the first rows.
        var first: [[ListRow]] = []
        var seen = 0
        while seen < sampleRows, let rows = try reader.next() {
            first.append(rows)
            seen += rows.count
        }
        if let error = reader.binary(first) { throw error }
        let sample = first.joined().prefix(sampleRows).map(\.fields)
        let columns = ColumnGuess.columns(reader.columns, rows: sample, stated: options.roles)
        let home = options.country ?? HomeGuess.region(columns, sample)
        let checker = RowChecker(columns, options: options, home: home)
        var list = CheckedList(columns, compared: options.looksForLikely ? checker.compared : [])
        try await read(reader, first, checker, into: &list) { progress(.reading, $0) }
        let found = try await list.finish(options: options) { progress(.comparing, $0) }

        progress(.telling, 0)
        var report = CheckupReport(parts: reader.parts, list: list, found: found, checker: checker, home: home, options: options)
        let wanted = sink == nil ? found.firstHits(options.examples) : found.hits
        let teller = Teller(columns: columns, found: found, list: list, checker: checker)
        try teller.tell(wanted, try ListReader(paths, stated: options.stated)) { value, hit in
            report.take(value, hit, most: options.examples)
            try sink?(value)
        }
        return report
    }

    /// Rows by which columns are guessed.
    private static let sampleRows = 5_000

    /// Reads and checks: batches are checked on all cores while the next ones are read, and taken in their order.
    private static func read(
        _ reader: ListReader, _ first: [[ListRow]], _ checker: RowChecker, into list: inout CheckedList,
        progress: (Double) -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: (Int, CheckedBatch).self) { group in
            var waiting: [Int: CheckedBatch] = [:]
            var (given, taken, running) = (0, 0, 0)
            func take(_ number: Int, _ batch: CheckedBatch, _ list: inout CheckedList) {
                waiting[number] = batch
                while let next = waiting.removeValue(forKey: taken) {
                    list.take(next)
                    taken += 1
                }
            }
            var queue = first.makeIterator()
            while let rows = try queue.next() ?? reader.next() {
                while running >= 2, let (number, batch) = try await group.next() {
                    running -= 1
                    take(number, batch, &list)
                    progress(reader.share)
                }
                let number = given
                group.addTask {
                    try Task.checkCancellation()
                    return (number, checker.check(rows))
                }
                given += 1
                running += 1
            }
            while let (number, batch) = try await group.next() { take(number, batch, &list) }
        }
    }
}
