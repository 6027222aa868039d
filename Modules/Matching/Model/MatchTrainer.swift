import Foundation

/// Learns a model from records of which nobody said who is who.
///
/// The EM algorithm of Dempster, Laird and Rubin (1977) in the form that Winkler (1988) gave it for record linkage, over all pairs
/// of records: those that were brought together, each counted once, and the rest, of which a sample drawn by chance stands for all
/// and none is taken to be one (cf. Enamorado, Fifield and Imai 2019, "Using a Probabilistic Model to Assist Merging of
/// Large-Scale Administrative Records"). So what is learnt is what agrees more often than chance explains.
///
/// Chance is not independent: people of one house share address, phone and surname, a town has its postcodes. Such dependence
/// among pairs that are two is learnt as a tree (`DependenceTree`), and relatives as a class of their own.
struct MatchTrainer {
    private let sample: PatternSample
    private let columns: [(name: String, kind: ColumnKind)]
    private let tree: DependenceTree
    private var posteriors: [Double]
    private var parents: [Int?]
    /// By column, parent's level and level.
    private var m: [[[Double]]]
    private var u: [[[Double]]] = []
    private var prior: Double
    /// Pairs that are related and two, by pattern; their share of all pairs, and their levels by column. Empty where no column that
    /// relatives do not share would tell them from those that are one.
    private var relatives: [Double]
    private var relatedShare = 0.0
    private var related: [[Double]] = []
    private let anchors: Set<Int>
    /// How much the usual shares of levels count against what was seen among those that are one.
    private var belief = 1.0
    /// So many records are one that pairs drawn by chance hold many of them: those count by what they look like then, since no rule
    /// can bring all of them together.
    private var isDense = false
    private var mayBeDense = true
    /// How likely those drawn are one, by pattern, where it is so. What was brought together is one more often than they.
    private var drawnOnes: [Double] = []

    /// What one would say before seeing anything: those who are one mostly agree.
    private static let usual = [0, 0.06, 0.02, 0.03, 0.06, 0.1, 0.05, 0.68]
    private static let rounds = 30

    /// - Parameters:
    ///   - independent: pairs of columns that do not go together unless records are one.
    ///   - anchors: columns in which relatives agree by chance only: dates of birth.
    init(
        _ sample: PatternSample, columns: [(name: String, kind: ColumnKind)], independent: Set<Set<Int>>, anchors: Set<Int>
    ) {
        self.sample = sample
        self.columns = columns
        tree = DependenceTree(kinds: columns.map(\.kind), independent: independent)
        posteriors = Array(repeating: 0, count: sample.count)
        parents = columns.map { _ in nil }
        m = columns.map { _ in [Self.usual] }
        prior = 0
        self.anchors = anchors
        relatives = posteriors
        if !anchors.isEmpty {
            related = columns.map { _ in Self.usual }
            relatedShare = 0.1 * sample.records / sample.total
        }
    }

    /// Learns from the pairs alone.
    mutating func train() -> MatchModel {
        let start = self
        var share = 0.0
        for round in 0..<Self.rounds {
            if round == 4 || round == 10 { parents = tree.parents(sample, posteriors) }
            // At first what agrees in one thing only shall not become what is learnt.
            belief = round < 6 ? 1 : isDense ? 0.5 : round < 14 ? 0.3 : 0.1
            maximise()
            if round == 0 {
                m = u.map { $0.map { _ in Self.usual } }
                prior = min(0.1, 0.3 * sample.records / sample.total)
                share = mayBeDense ? shareOfOnes() : 0
                isDense = share > Self.dense
                if isDense { prior = min(0.3, share) }
            }
            if isDense, prior > Self.apart * share {
                // What is learnt is no longer what looked like one.
                self = start
                mayBeDense = false
                return train()
            }
            expect()
            if round >= 14, round % 4 == 2 { leaveOutRelatives() }
        }
        maximise()
        return model
    }

    /// Relatives differ in their first names, branches in what they are called. Where those who were taken for relatives agree in
    /// everything but the date, they are people whose date is wrong.
    private mutating func leaveOutRelatives() {
        guard !related.isEmpty else { return }
        func agreement(_ levels: [Double]) -> Double { levels[Int(Level.alike.rawValue)...].reduce(0, +) }
        let tellsApart = columns.indices.contains { index in
            !anchors.contains(index) && agreement(u[index][0]) < 0.2 && agreement(related[index]) < 0.6 * agreement(m[index][0])
        }
        guard !tellsApart else { return }
        related = []
        relatedShare = 0
        relatives = relatives.map { _ in 0 }
        maximise()
    }

    /// Learns from pairs of which it was decided that they are one, by pattern.
    ///
    /// Clusters know more than pairs: two records with little in common are one where others have much in common with both.
    mutating func learn(decided: PatternCounts, after model: MatchModel) -> MatchModel {
        isDense = model.isDense == true
        if isDense {
            (m, u, parents) = (model.columns.map(\.m), model.columns.map(\.u), model.columns.map(\.parent))
            prior = model.prior
            related = []
            expect()
        }
        posteriors = sample.shares(of: decided)
        belief = 0.1
        parents = tree.parents(sample, posteriors)
        if let known = model.related {
            relatedShare = known.share
            related = known.levels.map { $0 ?? Self.usual }
        } else {
            related = []
            relatedShare = 0
        }
        maximise()
        if !related.isEmpty {
            let decided = posteriors
            for _ in 0..<5 {
                expect()
                for index in posteriors.indices {
                    // Who is one is decided; of the rest, some are related.
                    let rest = max(1e-12, 1 - posteriors[index])
                    relatives[index] = min(1, relatives[index] / rest) * (1 - decided[index])
                    posteriors[index] = decided[index]
                }
                maximise()
            }
        }
        return self.model
    }

    private var model: MatchModel {
        let learnt = columns.indices.map { index in
            MatchModel.Column(
                name: columns[index].name, kind: columns[index].kind, parent: parents[index], m: m[index], u: u[index])
        }
        let levels = related.indices.map { anchors.contains($0) ? nil : related[$0] }
        return MatchModel(
            columns: learnt, related: related.isEmpty ? nil : .init(share: relatedShare, levels: levels), prior: prior,
            isDense: isDense ? true : nil)
    }

    // MARK: Steps

    /// The share of all pairs that look like one: what is usual of those, far more often than chance makes it. 0 where they are too few
    /// to be more than chance.
    private func shareOfOnes() -> Double {
        var (found, seen) = (0.0, 0.0)
        for index in 0..<sample.count {
            var odds = 0.01
            for column in columns.indices {
                let level = Int(sample.levels[index * sample.width + column])
                if level > 0 { odds *= m[column][0][level] / u[column][0][level] }
            }
            guard odds > 9 else { continue }
            found += sample.candidates[index] + sample.others[index]
            seen += sample.candidates[index] + sample.others[index] / sample.drawnWeight
        }
        return seen >= 200 ? found / sample.total : 0
    }

    /// Above this share of all pairs, records are one so often that draws by chance tell of them.
    private static let dense = 0.004
    /// What is learnt may find so many times as many as looked like one at first.
    private static let apart = 8.0

    private mutating func expect() {
        let width = sample.width
        let strangers = max(1e-9, 1 - prior - relatedShare)
        // Tables of ratios, by column, parent's level and level.
        var ones = [Double](repeating: 1, count: width * Level.count * Level.count)
        var kin = ones
        for column in 0..<width {
            for parent in 0..<Level.count {
                let row = parents[column] == nil ? 0 : parent
                for level in 1..<Level.count {
                    let index = (column * Level.count + parent) * Level.count + level
                    ones[index] = m[column][row][level] / u[column][row][level]
                    if !related.isEmpty, !anchors.contains(column) { kin[index] = related[column][level] / u[column][row][level] }
                }
            }
        }
        let parents = parents.map { $0 ?? -1 }
        for index in 0..<sample.count where isDense || sample.candidates[index] > 0 {
            var one = prior / strangers
            var other = relatedShare / strangers
            for column in 0..<width {
                let parent = parents[column] < 0 ? 0 : Int(sample.levels[index * width + parents[column]])
                let entry = (column * Level.count + parent) * Level.count + Int(sample.levels[index * width + column])
                one *= ones[entry]
                other *= kin[entry]
            }
            let all = 1 + one + other
            posteriors[index] = all < 1e200 ? one / all : one >= other ? 1 : 0
            relatives[index] = all < 1e200 ? other / all : one >= other ? 0 : 1
        }
        if isDense { drawnOnes = posteriors }
    }

    private mutating func maximise() {
        var ones = zip(sample.candidates, posteriors).map { $0 * $1 }
        let kin = zip(sample.candidates, relatives).map { $0 * $1 }
        var twos = sample.candidates.indices.map { max(0, sample.candidates[$0] - ones[$0] - kin[$0]) + sample.others[$0] }
        for index in drawnOnes.indices where drawnOnes[index] > 0 {
            let found = sample.others[index] * drawnOnes[index]
            ones[index] += found
            twos[index] -= found
        }
        if !related.isEmpty { relatedShare = max(1, kin.reduce(0, +)) / (sample.total + 1) }
        prior = max(1, ones.reduce(0, +)) / (sample.total + 1)
        let one = sample.sums(ones)
        let two = sample.sums(twos)
        let drawn = sample.sums(sample.others)
        u = []
        m = []
        for column in columns.indices {
            let levels = column * Level.count..<(column + 1) * Level.count
            var chances = [chance(Array(two[levels]), drawn: Array(drawn[levels]), nil)]
            var usual = [
                shares(
                    Array(one[levels]), strength: 5 + belief * one[levels].dropFirst().reduce(0, +), toward: Self.usual,
                    floor: chances[0])
            ]
            if let parent = parents[column] {
                let joint = sample.sums(twos, parent, column)
                let drawn = sample.sums(sample.others, parent, column)
                for level in 1..<Level.count {
                    let row = level * Level.count..<(level + 1) * Level.count
                    chances.append(chance(Array(joint[row]), drawn: Array(drawn[row]), chances[0]))
                    // Among those that are one, columns err for themselves: a dependence there would make room for households.
                    usual.append(usual[0])
                }
            }
            for row in chances.indices { Self.order(&usual[row], by: chances[row]) }
            u.append(chances)
            m.append(usual)
        }
        guard !related.isEmpty, relatives.contains(where: { $0 > 0 }) else { return }
        let seen = sample.sums(kin)
        for column in columns.indices {
            let levels = Array(seen[column * Level.count..<(column + 1) * Level.count])
            let expected = zip(Self.usual, u[column][0]).map { ($0 + $1) / 2 }
            related[column] = shares(
                levels, strength: 5 + 0.05 * levels[1...].reduce(0, +), toward: expected, floor: u[column][0])
        }
    }

    /// Has likeness never speak against: where a level's ratio of shares is above that of the next better level, both have the ratio
    /// of their sums (the pool of adjacent violators of Ayer et al. 1955). So a level that was hardly seen says what its neighbours
    /// say, and EM cannot settle on records that have one thing in common and differ in all others. What is exchanged stands beside
    /// this order: first and last name in each other's place say what both columns say.
    static func order(_ m: inout [Double], by u: [Double]) {
        var pools: [(m: Double, u: Double, levels: [Int])] = []
        for level in 1..<Level.count where level != Int(Level.swapped.rawValue) {
            pools.append((m[level], u[level], [level]))
            while let last = pools.last, let before = pools.dropLast().last, before.m * last.u > last.m * before.u {
                pools.removeLast(2)
                pools.append((before.m + last.m, before.u + last.u, before.levels + last.levels))
            }
        }
        for pool in pools where pool.levels.count > 1 { for level in pool.levels { m[level] = pool.m / pool.u * u[level] } }
    }

    /// Shares of levels among those that are two. What was drawn by chance stands for many: without a part of that weight, a level
    /// seen in no draw would count as impossible.
    private func chance(_ seen: [Double], drawn: [Double], _ expected: [Double]?) -> [Double] {
        let even = [0, 0.5, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05]
        let strength = 10 + 0.3 * min(sample.drawnWeight, drawn[1...].reduce(0, +))
        return shares(seen, strength: strength, toward: expected ?? even, floor: nil)
    }

    /// Shares of levels 1...7, drawn toward what is expected; a level seen nowhere tells nothing either way.
    private func shares(_ seen: [Double], strength: Double, toward expected: [Double], floor: [Double]?) -> [Double] {
        var made = [Double](repeating: 1, count: Level.count)
        let sum = seen[1...].reduce(0, +)
        let weight = floor == nil ? 0 : 3.0
        for level in 1..<Level.count {
            let share = (seen[level] + strength * expected[level] + weight * (floor?[level] ?? 0)) / (sum + strength + weight)
            made[level] = max(share, 1e-12)
        }
        return made
    }
}
