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
        /// `agree`, `one letter apart`, `day and month exchanged` …
        public var words: String
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
            let words =
                isExchange && text(first) != nil && text(second) != nil
                ? (level == .swapped ? "first and last name exchanged" : "counted with the other name")
                : MatchExplanation.words(level, column, first: text(first), second: text(second))
            return MatchExplanation.Part(
                column: column.name, first: text(first), second: text(second), words: words, weight: Double(said.sum),
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
    /// A level of a column in words.
    static func words(_ level: Level, _ column: Column, first: String?, second: String?) -> String {
        switch level {
        case .missing: return first == nil && second == nil ? "missing on both" : "missing on one"
        case .same: return "the same"
        case .different: return "different"
        default: break
        }
        if column.isWordy {
            switch level {
            case .swapped: return "the same words, in another order or spelling"
            case .close: return "nearly the same words"
            case .alike: return "one contains the other, or most words are shared"
            case .slight: return "most words shared, but each has one of its own"
            default: return "some words shared, or other numbers"
            }
        }
        switch (column.kind, level) {
        case (.date, .swapped): return "day and month exchanged"
        case (.date, .close): return "one digit apart"
        case (.date, .alike): return "two of day, month and year the same, or only the year known"
        case (.date, .slight): return "the same year"
        case (.date, _): return "a year apart"
        case (.phone, .swapped): return "the same number with another prefix"
        case (.web, .swapped): return "the same site, another page"
        case (.web, .slight): return "somewhat alike"
        case (.email, .swapped), (.email, .alike): return "the same or nearly the same name at another provider"
        case (.phone, .close), (.number, .close), (.postcode, .close), (.email, .close), (.web, .close):
            return "one character apart"
        case (.phone, .alike), (.number, .alike): return "two characters apart"
        case (.phone, _): return "the same last seven digits"
        case (.postcode, _): return "the same beginning"
        case (_, .close): return "one letter apart, or a short form"
        case (_, .alike): return "alike in letters or sound"
        case (.number, .slight), (.number, .faint): return "amounts not far apart"
        case (_, .slight): return "the same first letter"
        default: return "somewhat alike"
        }
    }
}
