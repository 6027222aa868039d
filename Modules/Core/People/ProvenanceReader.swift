/// Reads provenance byte by byte as `Provenance.packed` writes it: lists and folds read it more often than any other JSON.
struct ProvenanceReader {
    private var json: JSONReader
    private let slots: [Int]?
    private var stamps: [Provenance.Stamp] = []

    init(_ bytes: UnsafeBufferPointer<UInt8>, only slots: [Int]?) {
        json = JSONReader(bytes: bytes, maximumDepth: 1)
        self.slots = slots
    }

    /// - Returns: `nil` for whatever is not written just so, be it damaged or not.
    /// - Throws: `Problem` `json.invalid` for a text that is none.
    mutating func provenance() throws -> Provenance? {
        guard json.passes("{\"s\":["), readStamps(), json.passes(",\"f\":["), let said = try entries() else { return nil }
        var out = Provenance()
        out.said = said
        if json.passes(",\"c\":[") {
            guard let confirmed = try entries() else { return nil }
            out.confirmed = confirmed
        }
        return json.passes("}") && json.at == json.bytes.count ? out : nil
    }

    private mutating func readStamps() -> Bool {
        if json.passes("]") { return true }
        repeat {
            guard json.passes("["), let occurred = json.integer(), json.passes(","), let received = json.integer(),
                json.passes(","), let partition = json.integer(), json.passes(","), let position = json.integer(),
                json.passes("]")
            else { return false }
            stamps.append(
                Provenance.Stamp(
                    occurredAt: Timestamp(milliseconds: occurred), receivedAt: Timestamp(milliseconds: received),
                    ref: EventRef(partition: Int(partition), position: position)))
        } while json.passes(",")
        return json.passes("]")
    }

    private mutating func entries() throws -> SlotMap<Provenance.Entry>? {
        var out = SlotMap<Provenance.Entry>()
        if json.passes("]") { return out }
        if slots == nil { out.reserveCapacity(8) }
        repeat {
            guard json.passes("["), let slot = json.integer(), json.passes(",") else { return nil }
            let isWanted = slots?.contains(Int(slot)) ?? true
            var value: FieldValue?
            if json.isAtString {
                if isWanted { value = .text(try json.string()) } else { json.skipString() }
            } else if let number = json.integer() {
                value = .integer(number)
            } else if !json.passes("null") {
                return nil
            }
            guard json.passes(","), let stamp = json.integer(), stamps.indices.contains(Int(stamp)), json.passes("]") else {
                return nil
            }
            if isWanted { out[Int(slot)] = Provenance.Entry(value: value, stamp: stamps[Int(stamp)]) }
        } while json.passes(",")
        return json.passes("]") ? out : nil
    }
}

extension JSONReader {
    fileprivate var isAtString: Bool { at < bytes.count && bytes[at] == 0x22 }

    /// Goes on behind `text` if it stands here.
    fileprivate mutating func passes(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard at + length <= bytes.count else { return false }
        for offset in 0..<length where bytes[at + offset] != text.utf8Start[offset] { return false }
        at += length
        return true
    }

    /// A whole number of at most 18 digits that stands here.
    fileprivate mutating func integer() -> Int64? {
        let start = at
        if at < bytes.count, bytes[at] == 0x2D { at += 1 }
        let first = at
        var number: Int64 = 0
        while at < bytes.count, at - first < 18, (0x30...0x39).contains(bytes[at]) {
            number = number * 10 + Int64(bytes[at] & 0x0F)
            at += 1
        }
        guard at > first, at == bytes.count || !Self.continuesNumber(bytes[at]) else {
            at = start
            return nil
        }
        return first == start ? number : -number
    }

    private static func continuesNumber(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || byte == 0x2E || byte | 0x20 == 0x65
    }

    /// Goes on behind the text that stands here.
    fileprivate mutating func skipString() {
        at += 1
        while at < bytes.count, bytes[at] != 0x22 { at += bytes[at] == 0x5C ? 2 : 1 }
        at += 1
    }
}
