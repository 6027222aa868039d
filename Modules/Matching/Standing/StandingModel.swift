import Foundation

/// A model that outlives the list it was learnt from: weights, and how common values are, so that a pair is judged alike today
/// and in a year, whoever else is looked at.
public struct StandingModel: Sendable, Hashable, Codable {
    public struct Column: Sendable, Hashable, Codable {
        public var name: String
        public var kind: ColumnKind
        /// Compared word by word.
        public var isWordy: Bool
        public var values: ValueFrequencies
        /// Words in so many records; only for those compared word by word.
        public var words: ValueFrequencies?
    }

    public var model: MatchModel
    public var columns: [Column]
    /// How many records it was learnt from; 0: nobody's, as it comes with Rapport.
    public var records: Int

    /// Learns a model from a whole base, without being told who is who.
    ///
    /// - Parameter records: read with the names of columns that live subjects have.
    /// - Throws: `CancellationError` when the task is cancelled.
    public init(
        learningFrom records: consuming MatchRecords, kinds: [String: ColumnKind],
        progress: @escaping Matcher.Progress = { _, _ in }
    ) async throws {
        var options = Matcher.Options()
        options.kinds = kinds
        let matcher = try await Matcher(records, options: options, progress: progress)
        model = matcher.model
        self.records = matcher.count
        columns = matcher.scorer.comparer.columns.map { column in
            Column(
                name: column.name, kind: column.kind, isWordy: column.isWordy, values: ValueFrequencies(column),
                words: column.words.map { ValueFrequencies($0, records: column.filled) })
        }
    }

    init(model: MatchModel, columns: [Column], records: Int) {
        self.model = model
        self.columns = columns
        self.records = records
    }

    /// Canonical text, for the database.
    public var text: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    public init(text: String) throws { self = try JSONDecoder().decode(Self.self, from: Data(text.utf8)) }
}
