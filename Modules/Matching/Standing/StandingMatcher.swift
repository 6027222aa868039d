import Foundation

/// Compares records of a base that lives, by a model that stands: pair by pair, the same answer whoever else there is.
public struct StandingMatcher: Sendable {
    public struct Score: Sendable, Hashable {
        /// Bits for (positive) or against the two being one.
        public var weight: Double
        /// A digit a column, how alike they are: 0 missing, 1 different … 7 the same.
        public var levels: String
        public var probability: Double { Link.probability(weight) }
    }

    public let model: StandingModel
    let weights: WeightTable
    /// Bits for the rarity of a value, by column and hash; and of a value that is not listed.
    let rarities: [(common: [UInt64: Float], rest: Float)]
    let wordWeights: [(common: [UInt64: Float], rest: Float)?]

    public init(_ model: StandingModel) {
        self.model = model
        weights = WeightTable(model.model)
        rarities = model.columns.map { column in
            let values = column.values
            func bits(_ share: Double) -> Float { Float(log2(values.agreement / share)) }
            return (
                Dictionary(values.common.map { ($0.hash, bits($0.share)) }) { first, _ in first }, bits(values.rest)
            )
        }
        wordWeights = model.columns.map { column in
            column.words.map { words in
                func weight(_ share: Double) -> Float { Float(max(0.1, -log(share))) }
                return (
                    Dictionary(words.common.map { ($0.hash, weight($0.share)) }) { first, _ in first }, weight(words.rest)
                )
            }
        }
    }

    public static func probability(bits: Double) -> Double { Link.probability(bits) }

    /// Compares pairs of `subjects`, by their places.
    public func scores(_ subjects: [MatchSubject], _ pairs: [(first: Int, second: Int)]) -> [Score] {
        guard !pairs.isEmpty else { return [] }
        let table = SubjectTable(subjects, self)
        return pairs.map { score(table, $0.first, $0.second) }
    }

    private func score(_ table: SubjectTable, _ first: Int, _ second: Int) -> Score {
        let compared = table.compare(first, second)
        return Score(
            weight: Double(weight(compared)),
            levels: String(compared.levels.map { Character(String($0.rawValue)) }))
    }

    private func weight(_ compared: SubjectTable.Compared) -> Float {
        var sum = Float(model.model.priorWeight)
        for column in compared.levels.indices {
            sum += weights.part(compared.pattern, column, rarity: compared.rarity[column]).sum
        }
        return sum + weights.relatedPart(compared.pattern) { compared.rarity[$0] }
    }

    /// Why two records are one or two.
    public func explanation(_ first: MatchSubject, _ second: MatchSubject) -> MatchExplanation {
        let table = SubjectTable([first, second], self)
        let compared = table.compare(0, 1)
        let parts = model.columns.indices.map { index -> MatchExplanation.Part in
            let column = table.columns[index]
            let said = weights.part(compared.pattern, index, rarity: compared.rarity[index])
            let texts = compared.shown[index]
            let parent = model.model.columns[index].parent
            let level = compared.levels[index]
            let says =
                compared.isExchanged && column.name == SubjectTable.exchanged.first
                ? "exchanged"
                : compared.isExchanged && column.name == SubjectTable.exchanged.second
                    ? "counted_elsewhere" : MatchExplanation.says(level, column, first: texts.0, second: texts.1)
            return MatchExplanation.Part(
                column: column.name, first: texts.0, second: texts.1, says: says, weight: Double(said.sum),
                rarity: Double(said.rarity),
                given: parent.flatMap {
                    compared.levels[$0].rawValue > 1 && level != .missing ? model.columns[$0].name : nil
                })
        }
        let weight = Double(weight(compared))
        return MatchExplanation(
            prior: model.model.priorWeight, parts: parts,
            related: Double(weights.relatedPart(compared.pattern) { compared.rarity[$0] }), weight: weight,
            probability: Link.probability(weight))
    }
}
