import Foundation

/// Why two records are taken to be one or two: what each column says, in bits and in words.
///
/// Each bit for doubles the odds, each bit against halves them.
public struct MatchExplanation: Sendable, Hashable {
    public struct Part: Sendable, Hashable {
        public var column: String
        /// The values as they were compared; `nil` where there is none.
        public var first: String?
        public var second: String?
        /// How they stand to each other: `same`, `one_letter`, `day_and_month` …; what people read is the text of that name.
        public var says: String
        /// Bits for (positive) or against, and how many of them are for the rarity of what agrees.
        public var weight: Double
        public var rarity: Double
        /// The column whose agreement makes this one's likely anyway.
        public var given: String?
    }

    /// What would be known before comparing: how seldom two records of the lists are one.
    public var prior: Double
    public var parts: [Part]
    /// Bits against, for people of one house and the like, who would agree in this way too.
    public var related: Double
    /// Bits in sum, and as a probability.
    public var weight: Double
    public var probability: Double
}

extension Matcher {
    /// Why two records, numbered as they were read, are one or two.
    public func explanation(_ first: Int, _ second: Int) -> MatchExplanation {
        let pair = ComparedPair(first: Int32(first), second: Int32(second), pattern: scorer.comparer.pattern(first, second))
        let columns = scorer.comparer.columns
        let parts = columns.indices.map { index in
            let column = columns[index]
            let said = scorer.part(pair, index)
            let level = Level(rawValue: UInt8(PairComparer.level(pair.pattern, index))) ?? .missing
            func text(_ record: Int) -> String? { column.codes[record] < 0 ? nil : column.pool.string(column.codes[record]) }
            let parent = model.columns[index].parent
            let isExchange = scorer.comparer.exchanges.contains { exchange in
                [exchange.first, exchange.second].contains(index) && PairComparer.level(pair.pattern, exchange.first) == 6
                    && PairComparer.level(pair.pattern, exchange.second) == 0
            }
            let says =
                isExchange && text(first) != nil && text(second) != nil
                ? (level == .swapped ? "exchanged" : "counted_elsewhere")
                : MatchExplanation.says(level, column, first: text(first), second: text(second))
            return MatchExplanation.Part(
                column: column.name, first: text(first), second: text(second), says: says, weight: Double(said.sum),
                rarity: Double(said.rarity),
                given: parent.flatMap {
                    PairComparer.level(pair.pattern, $0) > 1 && level != .missing ? model.columns[$0].name : nil
                })
        }
        let weight = Double(scorer.weight(pair))
        return MatchExplanation(
            prior: model.priorWeight, parts: parts, related: Double(scorer.relatedPart(pair)), weight: weight,
            probability: Link.probability(weight))
    }
}

extension MatchExplanation {
    /// What a level of a column says.
    static func says(_ level: Level, _ column: Column, first: String?, second: String?) -> String {
        switch level {
        case .missing: return first == nil && second == nil ? "missing_on_both" : "missing_on_one"
        case .same: return "same"
        case .different: return "different"
        default: break
        }
        if column.isWordy {
            switch level {
            case .swapped: return "words_same"
            case .close: return "words_nearly_same"
            case .alike: return "words_contained"
            case .slight: return "words_most"
            default: return "words_some"
            }
        }
        switch (column.kind, level) {
        case (.date, .swapped): return "day_and_month"
        case (.date, .close): return "one_digit"
        case (.date, .alike): return "two_of_date"
        case (.date, .slight): return "same_year"
        case (.date, _): return "year_apart"
        case (.phone, .swapped): return "other_prefix"
        case (.web, .swapped): return "other_page"
        case (.web, .slight): return "somewhat"
        case (.email, .swapped), (.email, .alike): return "other_provider"
        case (.phone, .close), (.number, .close), (.postcode, .close), (.email, .close), (.web, .close):
            return "one_character"
        case (.phone, .alike), (.number, .alike): return "two_characters"
        case (.phone, _): return "last_seven"
        case (.postcode, _): return "beginning"
        case (_, .close): return "one_letter"
        case (_, .alike): return "alike"
        case (.number, .slight), (.number, .faint): return "amounts_near"
        case (_, .slight): return "first_letter"
        default: return "somewhat"
        }
    }
}
