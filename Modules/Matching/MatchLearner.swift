import RapportCore

/// Pairs that were compared, and what can be learnt from them.
struct MatchLearner: Sendable {
    let candidates: CandidatePairs
    let pairs: [[ComparedPair]]
    private let counts: PatternCounts
    private let drawn: [UInt64]
    private var comparer: PairComparer { candidates.comparer }
    var compared: Int { pairs.reduce(0) { $0 + $1.count } }

    /// Compares all candidates, and pairs drawn by chance.
    init(_ candidates: CandidatePairs, draws: Int, progress: @escaping @Sendable (Double) -> Void) async throws {
        self.candidates = candidates
        pairs = try await candidates.compared(progress: progress)
        drawn = try await Self.drawn(candidates, draws)
        var counts = PatternCounts(capacity: 100_000)
        for piece in pairs {
            for pair in piece { counts.add(pair.pattern) }
        }
        self.counts = counts
    }

    /// A model from the pairs alone.
    func model() -> MatchModel {
        var trainer = trainer(counts)
        return trainer.train()
    }

    /// A model from clusters: whatever is in one is one, also pairs that no rule brought together.
    func model(_ clusters: [Int32], after model: MatchModel) -> MatchModel {
        var decided = PatternCounts(capacity: 100_000)
        var counts = counts
        for piece in pairs {
            for pair in piece where clusters[Int(pair.first)] == clusters[Int(pair.second)] { decided.add(pair.pattern) }
        }
        var members: [Int32: [Int]] = [:]
        for (record, cluster) in clusters.enumerated() where cluster != record {
            members[cluster, default: [Int(cluster)]].append(record)
        }
        for (_, list) in members.sorted(by: { $0.key < $1.key }) where list.count > 2 && list.count <= 100 {
            for (place, first) in list.enumerated() {
                for second in list[(place + 1)...] where !candidates.joins(first, second) {
                    let pattern = comparer.pattern(first, second)
                    decided.add(pattern)
                    counts.add(pattern)
                }
            }
        }
        var trainer = trainer(counts)
        return trainer.learn(decided: decided, after: model)
    }

    /// Pairs with a chance to be one, in the order in which they were compared.
    func links(_ scorer: PairScorer) async throws -> [Link] {
        let pairs = pairs
        return try await inParallel(pairs.count) { index in
            pairs[index].compactMap { pair -> Link? in
                let weight = scorer.weight(pair)
                return weight > Link.least ? Link(first: pair.first, second: pair.second, weight: weight) : nil
            }
        }.flatMap { $0 }
    }

    /// Some of the pairs that are likely one, with their probabilities.
    func likely(_ model: MatchModel) async throws -> [(first: Int, second: Int, probability: Double)] {
        var found = try await links(PairScorer(model, comparer)).filter { $0.probability > 0.3 }
        var numbers = SeededNumbers(seed: 2)
        found.shuffle(using: &numbers)
        return found.prefix(4_000).map { (Int($0.first), Int($0.second), $0.probability) }
    }

    /// Some of the pairs that clusters hold, whether or not a rule brought them together.
    func clustered(_ model: MatchModel) async throws -> [(first: Int, second: Int, probability: Double)] {
        let scorer = PairScorer(model, comparer)
        let clusters = Clusterer(count: candidates.count, scorer: scorer, files: nil).run(try await links(scorer))
        var members: [Int32: [Int]] = [:]
        for (record, cluster) in clusters.enumerated() { members[cluster, default: []].append(record) }
        var found: [(first: Int, second: Int, probability: Double)] = []
        for (_, list) in members.sorted(by: { $0.key < $1.key }) where list.count > 1 && list.count <= 40 {
            for (place, first) in list.enumerated() {
                for second in list[(place + 1)...] { found.append((first, second, 1)) }
            }
        }
        var numbers = SeededNumbers(seed: 3)
        found.shuffle(using: &numbers)
        return Array(found.prefix(6_000))
    }

    private func trainer(_ counts: PatternCounts) -> MatchTrainer {
        let columns = comparer.columns.map { (name: $0.name, kind: $0.kind) }
        let sample = PatternSample(candidates: counts, drawn: drawn, records: candidates.count, width: columns.count)
        return MatchTrainer(
            sample, columns: columns, independent: Set(comparer.exchanges.map { [$0.first, $0.second] }), anchors: anchors)
    }

    /// Columns of many dates, on most records: of birth, as far as people are concerned.
    private var anchors: Set<Int> {
        let columns = comparer.columns
        return Set(
            columns.indices.filter { index in
                let column = columns[index]
                let dates = column.pool.count
                return column.kind == .date && column.filled * 3 > candidates.count && dates > 100 && dates * 20 > column.filled
            })
    }

    /// Patterns of pairs drawn by chance from those that no rule brings together.
    private static func drawn(_ candidates: CandidatePairs, _ draws: Int) async throws -> [UInt64] {
        let pieces = 4
        let records = candidates.count
        guard records > 1 else { return [] }
        return try await inParallel(pieces) { piece in
            var numbers = SeededNumbers(seed: UInt64(piece + 1) << 32)
            var patterns: [UInt64] = []
            for _ in 0..<draws / pieces {
                let first = Int(numbers.next(upperBound: UInt64(records)))
                let second = Int(numbers.next(upperBound: UInt64(records)))
                if first == second || candidates.joins(first, second) { continue }
                patterns.append(candidates.comparer.pattern(first, second))
            }
            return patterns
        }.flatMap { $0 }
    }
}
