import Foundation
import RapportCore
import RapportStorage
import RapportTestKit
import Testing

/// Random merges, edits, new events and unmerges, in any order, beside a twin that never merged.
@Suite("merging people, any order")
struct MergePropertyTests {
    private struct Draw {
        var generator: SplitMix64
        mutating func below(_ limit: Int) -> Int { Int(generator.next() % UInt64(limit)) }
        mutating func pick<Element>(_ items: [Element]) -> Element { items[below(items.count)] }
    }

    /// SQLite needs no server: it gets most of them. RAPPORT_CASES=300 tries more.
    private static let cases: [(DatabaseKind, UInt64)] = DatabaseKind.available.flatMap { kind -> [(DatabaseKind, UInt64)] in
        let asked = ProcessInfo.processInfo.environment["RAPPORT_CASES"].flatMap { UInt64($0) } ?? 48
        return (1...(kind == .sqlite ? asked : 8)).map { (kind, $0) }
    }

    @Test("after the last unmerge everything is as if nobody had ever merged", arguments: cases)
    func twin(kind: DatabaseKind, seed: UInt64) async throws {
        let clock = VirtualClock()
        try await TemporaryDatabase.with(kind, clock: clock) { database in
            try await TemporaryDatabase.with(kind, clock: clock) { other in
                let (people, twin) = (PeopleLab(database, clock: clock), PeopleLab(other, clock: clock))
                var draw = Draw(generator: SplitMix64(seed: seed))
                var open: [Int64] = []
                var merges = 0
                for _ in 0..<60 {
                    clock.advance(by: .seconds(Int64(1 + draw.below(100_000))))
                    switch draw.below(10) {
                    case 0..<5:
                        let events = (0..<1 + draw.below(4)).map { _ in Self.event(&draw, now: clock.now) }
                        _ = try await people.accept(events)
                        _ = try await twin.accept(events)
                    case 5:
                        try await people.lab.drain()
                    case 6:
                        try await people.lab.drain()
                        try await twin.lab.drain()
                    case 7, 8:
                        let known = try await database.read { db in
                            try db.all("SELECT id FROM people WHERE state = 0 ORDER BY id") { $0.integer(0) }
                        }
                        guard known.count > 1 else { continue }
                        let (one, two) = (draw.pick(known), draw.pick(known))
                        guard one != two else { continue }
                        open.append(try await people.merge(one, into: two).id)
                        merges += 1
                    default:
                        guard !open.isEmpty else { continue }
                        try await people.unmerge(open.remove(at: draw.below(open.count)))
                    }
                }
                while !open.isEmpty { try await people.unmerge(open.remove(at: draw.below(open.count))) }
                try await people.lab.drain()
                try await twin.lab.drain()
                #expect(merges > 0)
                let (mine, theirs) = (try await people.everything(), try await twin.everything())
                let difference = mine.difference(from: theirs).map { "\($0)" }
                #expect(difference.isEmpty)
            }
        }
    }

    /// Somebody of a few, by a few of their identifiers or somebody else's, with a field or two or an order.
    private static func event(_ draw: inout Draw, now: Timestamp) -> NewEvent {
        let who = draw.below(6)
        var identifiers: [String] = []
        if draw.below(2) == 0 { identifiers.append("external.crm \(who + 1)") }
        if draw.below(3) == 0 { identifiers.append("external.shop \(draw.pick(["a", "b", "c"]))\(who)") }
        if draw.below(2) == 0 { identifiers.append("email p\(draw.below(8) == 0 ? draw.below(6) : who)@x.org") }
        if draw.below(5) == 0 { identifiers.append("device d\(draw.below(3))") }
        if draw.below(9) == 0 { identifiers.append("email info@x.org") }
        if identifiers.isEmpty { identifiers = ["phone +4917012345\(who)"] }
        let source = draw.pick(["crm", "shop", "web"])
        let at = now - .hours(Int64(draw.below(60)))
        if draw.below(3) == 0 {
            return NewEvent(
                kind: "order.placed", source: source, identifiers: IdentityStory.identifiers(identifiers.joined(separator: ", ")),
                occurredAt: at, properties: draw.below(2) == 0 ? ["order": .integer(Int64(draw.below(4)))] : [:])
        }
        let whose = IdentityStory.identifiers(identifiers.joined(separator: ", "))
        switch draw.below(9) {
        case 0:
            return NewEvent(
                kind: "account.joined", source: source, identifiers: whose, occurredAt: at,
                properties: ["account": .string(draw.pick(["A1", "A2"])), "role": .string(draw.pick(["buyer", "employee"]))])
        case 1:
            return NewEvent(
                kind: "account.left", source: source, identifiers: whose, occurredAt: at,
                properties: ["account": .string(draw.pick(["A1", "A2"]))])
        case 2:
            return NewEvent(
                kind: draw.pick(["relation.started", "relation.ended"]), source: source, identifiers: whose, occurredAt: at,
                properties: [
                    "relation": .string(draw.pick(["partner", "friend"])), "tie": .string(draw.pick(["t1", "t2"])),
                    "side": .integer(Int64(draw.below(2))),
                ])
        case 3:
            return NewEvent(
                kind: draw.pick(["household.joined", "household.left"]), source: source, identifiers: whose, occurredAt: at,
                properties: ["household": .string(draw.pick(["Acme", "h1"]))])
        default: break
        }
        let fields: JSONValue = .object([
            .init(draw.pick(["first_name", "last_name"]), .string(draw.pick(["Anna", "Ännchen", "Bo"]))),
            .init(draw.pick(["company", "household", "country"]), draw.pick(["Acme", "Beta Ltd", nil])),
        ])
        return PeopleLab.says(source, identifiers.joined(separator: ", "), fields, confirmed: draw.below(3) == 0, at: at)
    }
}
