import Foundation

/// Finds the records of one or more lists that are one person, firm or place, without being told which.
///
///     var records = MatchRecords(columns: ["name", "born", "town"])
///     records.append(["Ada Lovelace", "1815-12-10", "London"])
///     …
///     let matcher = try await Matcher(records)
///     let answer = matcher.answer()
///
/// Deterministic: the same records in the same order give the same answer on any machine. The steps are those of
/// Christen, P. (2012), "Data Matching": preparing, indexing, comparing, classifying; and then clustering.
public struct Matcher: Sendable {
    public struct Options: Sendable, Hashable {
        /// Kinds of columns by name; what is not named is guessed.
        public var kinds: [String: ColumnKind] = [:]
        /// Pairs to compare at most; `nil`: by the number of records.
        public var budget: Int?
        public init() {}
    }

    public enum Stage: String, Sendable { case preparing, comparing, learning, weighing, clustering }
    /// Told what is being done and how much of it is, 0...1.
    public typealias Progress = @Sendable (Stage, Double) -> Void

    public let model: MatchModel
    /// Every column that was read, with the kind that was guessed or stated.
    public let kinds: [(name: String, kind: ColumnKind)]
    /// How many pairs were compared.
    public let compared: Int
    /// What the rules by which pairs were chosen have in common, in words.
    public let rules: [String]
    /// Whether no column told records apart, so that only those were put together that are the same in all of them.
    public var isLiteral: Bool { identical != nil }
    let identical: [Int32]?
    let scorer: PairScorer
    let links: [Link]
    let count: Int
    let files: [UInt8]

    /// Compares the records and learns from them.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    public init(
        _ records: consuming MatchRecords, options: Options = Options(), progress: @escaping Progress = { _, _ in }
    ) async throws {
        progress(.preparing, 0)
        let table = MatchTable(records, stated: options.kinds)
        let comparer = PairComparer(table.columns)
        let plan = try await BlockingPlan(
            table.columns, count: table.count, budget: options.budget ?? BlockingPlan.budget(table.count))
        progress(.preparing, 1)

        let draws = min(150_000, max(20_000, 40 * table.count))
        let first = try await MatchLearner(
            CandidatePairs(rules: plan.first(), comparer: comparer, count: table.count), draws: draws / 3, progress: { _ in })
        var likely = try await first.likely(first.model())
        if table.count <= Self.small {
            // Clusters know pairs that no rule brought together: the rules that find those are worth a second look.
            let second = try await MatchLearner(
                CandidatePairs(rules: plan.best(likely), comparer: comparer, count: table.count), draws: draws / 3,
                progress: { _ in })
            likely = try await second.clustered(second.model())
        }
        let candidates = CandidatePairs(rules: plan.best(likely), comparer: comparer, count: table.count)
        let learner = try await MatchLearner(candidates, draws: draws) { progress(.comparing, $0) }
        progress(.learning, 0)
        var model = learner.model()
        var scorer = PairScorer(model, comparer)
        var links = try await learner.links(scorer)
        for round in 1...Self.rounds {
            progress(.learning, Double(round) / Double(Self.rounds + 1))
            let clusters = Clusterer(count: table.count, scorer: scorer, files: nil).run(links)
            model = learner.model(clusters, after: model)
            scorer = PairScorer(model, comparer)
            links = try await learner.links(scorer)
        }
        progress(.learning, 1)
        self.model = model
        self.scorer = scorer
        self.links = links
        kinds = table.kinds
        identical = table.identical
        compared = learner.compared
        rules = candidates.rules.filter { !$0.isOfParts }.map { rule in
            rule.keys.map { "\(table.columns[$0.column].name) (\($0.part.rawValue))" }.joined(separator: " + ")
        }
        count = table.count
        files = table.files
    }

    private static let rounds = 3
    /// Lists up to this size have their rules chosen twice.
    private static let small = 60_000

    /// Each record's cluster, named by its first record.
    ///
    /// - Parameter clean: lists of which no two records are one.
    func clusters(clean: Set<UInt8> = []) -> [Int32] {
        if let identical { return identical }
        let apart = clean.isEmpty ? nil : files.map { clean.contains($0) ? $0 : UInt8.max }
        return Clusterer(count: count, scorer: scorer, files: apart).run(links)
    }
}
