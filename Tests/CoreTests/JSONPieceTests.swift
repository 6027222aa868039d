import RapportCore
import Testing

/// Members picked out of JSON text without reading the whole.
@Suite("Pieces of JSON")
struct JSONPieceTests {
    private func members(_ text: String) -> [String: String]? {
        Array(text.utf8).withUnsafeBufferPointer { buffer -> [String: String]? in
            guard let piece = JSONPiece(buffer) else { return nil }
            var found: [String: String] = [:]
            let isRead = piece.eachMember { name, value in
                found[String(decoding: name, as: UTF8.self)] = (try? value.value().text) ?? "?"
            }
            return isRead ? found : nil
        }
    }

    private func value(_ generator: inout SplitMix64, _ depth: Int) -> JSONValue {
        func below(_ bound: UInt64) -> Int { Int(generator.next() % bound) }
        switch below(depth > 3 ? 5 : 7) {
        case 0: return .null
        case 1: return .bool(below(2) == 0)
        case 2: return .integer(Int64(below(1_000_000)) - 500_000)
        case 3: return .decimal("-\(below(1_000)).\(below(1_000))e\(below(9))")
        case 4: return .string(["", "a", "é\"\\\n{", "]}", ",", "ünïcode 🙂", "\\\\"][below(7)])
        case 5: return .array((0..<below(4)).map { _ in value(&generator, depth + 1) })
        default: return object(&generator, depth + 1)
        }
    }

    private func object(_ generator: inout SplitMix64, _ depth: Int) -> JSONValue {
        let count = Int(generator.next() % 5)
        return .object((0..<count).map { JSONValue.Member("m\($0)", value(&generator, depth)) })
    }

    @Test("the members of an object are those that reading it whole finds")
    func same() throws {
        var generator = SplitMix64(seed: 5)
        for _ in 0..<2_000 {
            let whole = object(&generator, 0)
            let expected = Dictionary(uniqueKeysWithValues: (whole.object ?? []).map { ($0.name, $0.value.text) })
            #expect(members(whole.text) == expected)
            #expect(members(" \(whole.text.replacing(":", with: " :\t")) \n") != nil)
        }
    }

    @Test("what is no object, is cut short or has escapes in its names is left to be read whole")
    func left() {
        for text in [
            "", " ", "[1]", "3", "\"a\"", "{\"a\":1", "{\"a\"", "{\"a\":", "{\"a\":1,", "{\"a\":1}x", "{\"\\u0061\":1}",
            "{\"a\" 1}",
        ] {
            #expect(members(text) == nil, "\(text)")
        }
        #expect(members("{}") == [:])
        #expect(members("{\"a\":1,\"a\":2}") == ["a": "2"])
        let whole = "{\"a\":{\"b\":[1,\"]\",{\"c\":\"\\\"}\"}]},\"d\":\"x\"}"
        for count in 0..<whole.utf8.count { #expect(members(String(whole.prefix(count))) == nil) }
    }

    @Test("numbers are scaled from bytes as they are from text")
    func scaled() {
        var generator = SplitMix64(seed: 9)
        var texts = [
            "", "-", "1.", ".5", "1.2.3", "+1", " 7 ", "1e2", "999999999999999999999", "-0", "-0.00", "9223372036854775807",
            "1,5", "0x1",
        ]
        for _ in 0..<2_000 {
            let digits = String(generator.next() % (generator.next() % 2 == 0 ? 1_000 : .max))
            let at = Int(generator.next() % UInt64(digits.count + 1))
            let sign = generator.next() % 3 == 0 ? "-" : ""
            let point = generator.next() % 3 == 0 ? "" : "."
            texts.append("\(sign)\(digits.prefix(at))\(point)\(digits.dropFirst(at))")
        }
        for text in texts {
            for scale in 0...4 {
                let bytes = Array(text.utf8).withUnsafeBufferPointer { ScaledInteger.parse($0, scale: scale) }
                #expect(bytes == ScaledInteger.parse(text, scale: scale), "\(text) \(scale)")
            }
        }
    }
}
