import RapportCore
import Testing

@Suite("What tells that an event has come before")
struct DedupeKeyTests {
    private func place(_ id: String) -> [UInt8] {
        let key = DedupeKey.hash(["track", id], near: id)
        return [key[0], key[1], key[2] >> 4]
    }

    @Test("keys of ids that grow with time stand together: a clock's, a UUID version 7's, a number's at the end")
    func near() {
        #expect(place("ajs-next-1764460800123-5f0c") == place("ajs-next-1764460800977-90ab"))
        #expect(place("ajs-next-1764460800123-5f0c") != place("ajs-next-1764460999123-5f0c"))
        #expect(place("019acd2e-7c00-7abc-8def-0123456789ab") == place("019acd2e-7c41-7fff-9aaa-ba9876543210"))
        #expect(place("019acd2e-7c00-7abc-8def-0123456789ab") != place("019acd30-7c00-7abc-8def-0123456789ab"))
        #expect(place("order 10240") == place("order 10241") && place("order 10240") != place("order 90240"))
    }

    @Test("ids of chance are spread, and however close two keys stand, they differ")
    func apart() {
        let random = (0..<64).map { "\($0 * 7919 % 97)x" + String($0 * 104_729, radix: 16) + "z" }
        #expect(Set(random.map(place)).count > 60)
        let numbered = (0..<2_000).map { "row-\($0)" }
        #expect(Set(numbered.map { DedupeKey.hash(["crm", $0], near: $0) }).count == numbered.count)
        #expect(DedupeKey.hash(["a", "row-7"], near: "row-7") != DedupeKey.hash(["b", "row-7"], near: "row-7"))
    }

    /// Keys stand in databases: another hash of the same parts would let in again what came before. The figure is Python's
    /// `hashlib.sha256`, over each part's length in eight bytes, the lowest first, and the part.
    @Test("a key is what it always was")
    func lasting() {
        let key = DedupeKey.hash("import", "crm", "person.identified", "é", "")
        #expect(key.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == "8990eb05af012558851fb8dd6da27767")
    }
}
