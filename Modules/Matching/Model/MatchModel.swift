import Foundation

/// What was learnt: how much each level of each column speaks for or against two records being one.
///
/// Fellegi, I. P., & Sunter, A. B. (1969): "A Theory for Record Linkage". Columns that go together (town and postcode, full name
/// and surname) are not counted twice: each column may depend on one other, its parent, as in Chow, C., & Liu, C. (1968):
/// "Approximating Discrete Probability Distributions with Dependence Trees".
public struct MatchModel: Sendable, Hashable, Codable {
    public struct Column: Sendable, Hashable, Codable {
        public var name: String
        public var kind: ColumnKind
        /// The column on whose level this one's probabilities depend.
        public var parent: Int?
        /// P(level | same), by the parent's level (row 0: no parent, or its value is missing) and this column's.
        public var m: [[Double]]
        /// P(level | two).
        public var u: [[Double]]
    }

    /// Records that have much in common and are two all the same: people of one house, branches of one firm.
    public struct Related: Sendable, Hashable, Codable {
        /// The share of all pairs of records.
        public var share: Double
        /// P(level | related) of each column; `nil` where relatives agree by chance only, as in their dates of birth.
        public var levels: [[Double]?]
    }

    public var columns: [Column]
    /// `nil` where no column tells relatives apart.
    public var related: Related?
    /// The share of all pairs of records that are one.
    public var prior: Double
    /// Learnt from pairs drawn by chance too, since very many of those are one.
    var isDense: Bool?

    /// Weight of each level of each column in bits, log2(m / u), given the parent's level.
    func weight(_ column: Int, _ level: Int, parentLevel: Int) -> Double {
        level == 0 ? 0 : log2(columns[column].m[parentLevel][level] / columns[column].u[parentLevel][level])
    }

    /// Bits for a level of two who are related, against two who are not.
    func relatedWeight(_ column: Int, _ level: Int, parentLevel: Int) -> Double {
        guard level > 0, let levels = related?.levels[column] else { return 0 }
        return log2(levels[level] / columns[column].u[parentLevel][level])
    }

    private var strangers: Double { max(1e-9, 1 - prior - (related?.share ?? 0)) }
    var priorWeight: Double { log2(prior / strangers) }
    var relatedPriorWeight: Double? { related.map { log2($0.share / strangers) } }
}
