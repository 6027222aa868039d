public import RapportCore
import RapportStorage

/// What to recommend to the people of a house, from what was in their baskets: never what they have, sent back, or cannot get.
public struct HouseRecommendations: Sendable {
    /// Something to recommend to a person.
    public struct Suggestion: Sendable {
        public let product: String
        public let name: String
        public let score: Double
        /// Names of what the person has that speaks most for it; empty where it is only popular.
        public let because: [String]
    }

    private let lines: HouseLines
    private let made: Recommendations
    public var method: RecommendationMethod { made.method }

    /// - Parameter method: without, the one that recommends best on what was held out.
    /// - Throws: `Problem` `recommend.no_lines` where no order has lines.
    public init(_ lines: HouseLines, method: RecommendationMethod? = nil) async throws {
        self.lines = lines
        let list = try Interactions(lines)
        var method = method
        if method == nil { method = try await RecommendationTrial.best(list) }
        made = try await Recommendations(list, method: method ?? RecommendationMethod.candidates[0])
    }

    /// How many people it learnt nothing from, because they may not be profiled.
    public var leftOut: Int { lines.leftOut }

    public func knows(_ person: PersonID) -> Bool { made.knows(String(person)) }

    public func suggestions(for person: PersonID, limit: Int) -> [Suggestion] {
        let barred = barred(for: person)
        return made.suggestions(for: String(person), limit: limit + barred.count).filter { suggestion in
            lines.place(suggestion.item).map { !barred.contains($0) } ?? true
        }.prefix(limit).map { found in
            Suggestion(
                product: found.item, name: name(found.item), score: found.score, because: found.because.map(name))
        }
    }

    /// Everybody's who has bought something, the best first.
    public func all(limit: Int, _ body: (PersonID, [(product: String, name: String, score: Double)]) throws -> Void) rethrows {
        let most = (lines.returned.values.map(\.count).max() ?? 0) + lines.outOfStock.count
        try made.all(limit: limit + most) { user, items in
            guard let person = PersonID(user) else { return }
            let barred = barred(for: person)
            let kept = items.filter { item in lines.place(item.item).map { !barred.contains($0) } ?? true }.prefix(limit)
            try body(person, kept.map { ($0.item, name($0.item), $0.score) })
        }
    }

    private func barred(for person: PersonID) -> Set<Int> { lines.outOfStock.union(lines.returned[person] ?? []) }

    private func name(_ product: String) -> String { lines.place(product).map(lines.name) ?? product }

    /// The first three of each person, as a field of their record.
    public var scores: Scores {
        var values: [(person: PersonID, values: [JSONValue])] = []
        all(limit: 3) { person, items in
            values.append((person, [items.isEmpty ? .null : .string(items.map(\.name).joined(separator: ", "))]))
        }
        return Scores(
            fields: [FieldDefinition("recommended", purpose: "what people who bought the same bought too")], values: values)
    }
}

extension Interactions {
    /// Who has which product, each basket a row; what was sent back speaks for nothing.
    ///
    /// - Throws: `Problem` `recommend.no_lines` where no order has lines.
    public init(_ lines: HouseLines) throws {
        guard !lines.baskets.isEmpty else { throw HouseLines.nothing("recommend") }
        var users = LevelIndex()
        var items = LevelIndex()
        var rows = Rows()
        for product in lines.products { _ = items.code(of: product) }
        for basket in lines.baskets {
            let user = users.code(of: String(basket.person))
            let back = lines.returned[basket.person] ?? []
            for product in basket.products where !back.contains(product) {
                rows.user.append(user)
                rows.item.append(Int32(product))
                rows.moment.append(Double(basket.placedAt.milliseconds) / 86_400_000)
            }
        }
        self.init(users: users, items: items, rows: rows)
    }
}
