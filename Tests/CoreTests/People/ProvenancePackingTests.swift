import RapportCore
import Testing

/// What a source said, packed and read again.
@Suite("Packed provenance")
struct ProvenancePackingTests {
    private func provenance(_ generator: inout SplitMix64) -> Provenance {
        func below(_ bound: UInt64) -> Int { Int(generator.next() % bound) }
        var out = Provenance()
        for _ in 0..<below(12) {
            let stamp = Provenance.Stamp(
                occurredAt: Timestamp(milliseconds: Int64(below(4_000_000_000_000)) - 2_000_000_000_000),
                receivedAt: Timestamp(milliseconds: Int64(below(2_000_000_000_000))),
                ref: EventRef(partition: below(64), position: Int64(below(1_000_000))))
            let texts = ["", "Ada", "O'Neill \"Bo\"\\", "Zoë 🙂", "line\nbreak", "],\"f\":[", "\u{1}\u{7F}"]
            let values: [FieldValue?] = [
                nil, .text(texts[below(7)]), .integer(Int64(bitPattern: generator.next())), .integer(.min), .integer(-7),
            ]
            out.say(values[below(5)], slot: below(9), stamp: stamp, confirming: below(3) == 0)
        }
        return out
    }

    @Test("what was packed is read as it was, whole or by fields, and however it is spaced")
    func same() throws {
        var generator = SplitMix64(seed: 11)
        for _ in 0..<2_000 {
            let whole = provenance(&generator)
            #expect(try Provenance(packed: whole.packed) == whole)
            let some = try Provenance(packed: whole.packed, only: [1, 4])
            for slot in 0..<9 {
                let isWanted = slot == 1 || slot == 4
                #expect(some.said[slot] == (isWanted ? whole.said[slot] : nil))
                #expect(some.confirmed[slot] == (isWanted ? whole.confirmed[slot] : nil))
            }
            let spaced = try JSONValue(parsing: whole.packed).text.replacing("],[", with: "] , [")
            if !spaced.contains("\\") { #expect(try Provenance(packed: spaced, only: [1, 4]) == some) }
        }
    }

    @Test("a text that was cut short is refused, wherever that is")
    func damaged() {
        var generator = SplitMix64(seed: 3)
        var whole = provenance(&generator)
        while whole.said.count < 3 || whole.confirmed.isEmpty { whole = provenance(&generator) }
        let packed = whole.packed
        for count in 0..<packed.utf8.count {
            let cut = String(decoding: packed.utf8.prefix(count), as: UTF8.self)
            #expect(throws: Problem.self) { try Provenance(packed: cut) }
        }
        #expect(throws: Problem.self) { try Provenance(packed: "{\"s\":[],\"f\":[[1,\"a\",0]]}") }
    }
}
