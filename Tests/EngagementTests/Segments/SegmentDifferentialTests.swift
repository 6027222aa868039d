import RapportCore
import RapportEngagement
import RapportStorage
import RapportTestKit
import Testing

@Suite("Segments by SQL and in memory") struct SegmentDifferentialTests {
    private static let now = Timestamp(milliseconds: GrocerWorld.now)
    private static let house = TimeZoneRules("Europe/Berlin") ?? .utc

    struct Case: CustomTestStringConvertible {
        var kind: DatabaseKind
        var zones: Bool
        var seed: UInt64
        var testDescription: String { "\(kind.testDescription), \(zones ? "own zones" : "house zone"), seed \(seed)" }
    }

    static let cases = DatabaseKind.available.flatMap { kind in
        [false, true].flatMap { zones in [UInt64(1), 2].map { Case(kind: kind, zones: zones, seed: $0) } }
    }

    @Test("the population query finds exactly whom the evaluator accepts one by one", arguments: cases)
    func agree(_ test: Case) async throws {
        try await TemporaryDatabase.with(test.kind, migrations: Migration.storage + [.permissions, .segments, .segmentPurpose]) {
            database in
            var generator = SplitMix64(seed: test.seed)
            let world = GrocerWorld(people: 60, zones: test.zones, using: &generator)
            try await database.write { try world.write(to: $0) }
            let seed = generator.next()
            let differences = try await database.read { db -> [String] in
                let schema = try SegmentSchema.read(in: db)
                let population = SegmentPopulation(schema: schema, house: Self.house)
                var expressions = RandomExpression(generator: SplitMix64(seed: seed))
                var out: [String] = []
                for _ in 0..<250 {
                    let text = expressions.draw()
                    let expression = try schema.expression(text, in: db)
                    let found = try population.people(in: expression, at: Self.now, db: db)
                    let wanted = world.people.filter { expression.holds(for: $0.value, at: Self.now, house: Self.house) }
                    if found != wanted.keys.sorted() { out.append("\(text): \(found) is not \(wanted.keys.sorted())") }
                    let counted = try population.count(of: expression, at: Self.now, db: db)
                    if counted != Int64(wanted.count) { out.append("\(text): counted \(counted), not \(wanted.count)") }
                }
                return out
            }
            #expect(differences.isEmpty, "\(differences.prefix(5).joined(separator: "\n"))")
        }
    }

    @Test("nothing changes between now and the next moment", arguments: [UInt64(1), 2, 3])
    func moments(_ seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let world = GrocerWorld(people: 12, zones: true, using: &generator)
        var expressions = RandomExpression(generator: SplitMix64(seed: generator.next()))
        let schema = GrocerWorld.schema
        let horizon = 45 * GrocerWorld.day
        // Every two hours, and the milliseconds around the quarters of days on which events fall.
        let offsets =
            (Array(stride(from: Int64(7_200_000), through: horizon, by: 7_200_000))
            + stride(from: GrocerWorld.day / 4, through: horizon, by: Int64.Stride(GrocerWorld.day / 4)).flatMap {
                [$0 - 1, $0 + 1]
            })
            .sorted()
        for _ in 0..<60 {
            let text = expressions.draw(depth: 2)
            let expression = try SegmentExpression(text, schema: schema)
            for facts in world.people.values {
                let answer = expression.holds(for: facts, at: Self.now, house: Self.house)
                let next = expression.nextChange(for: facts, after: Self.now, house: Self.house)
                if let next { #expect(next > Self.now, "\(text)") }
                let quiet = (next?.milliseconds ?? .max) - GrocerWorld.now
                let early = offsets.first { offset in
                    offset < quiet
                        && expression.holds(for: facts, at: .init(milliseconds: GrocerWorld.now + offset), house: Self.house)
                            != answer
                }
                #expect(early == nil, "\(text) changes \(early ?? 0) ms from now, not \(quiet)")
            }
        }
    }
}
