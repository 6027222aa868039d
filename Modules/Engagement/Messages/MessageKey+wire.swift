import Crypto
import RapportCore

extension MessageKey {
    /// The message's id outside: a UUID version 8 (RFC 9562, section 5.8) that holds act and person, so that a bounce finds its
    /// row without a table of ids. Anyone could make one up, so whoever reads one checks that the row exists.
    public var wireID: String {
        var bytes = [UInt8](repeating: 0, count: 16)
        // 40 bits of act, 56 of person, 26 of a checksum.
        let sum = Self.checksum(act: act, person: person)
        for index in 0..<5 { bytes[index] = UInt8(truncatingIfNeeded: act >> (32 - 8 * index)) }
        bytes[5] = sum[0]
        bytes[6] = 0x80 | sum[1] & 0x0F
        bytes[7] = sum[2]
        bytes[8] = 0x80 | sum[3] & 0x3F
        for index in 0..<7 { bytes[9 + index] = UInt8(truncatingIfNeeded: person >> (48 - 8 * index)) }
        return Self.hex(bytes)
    }

    /// Reads `wireID` back; `nil` for an id that was not made here.
    public init?(wireID: some StringProtocol) {
        guard let id = PublicID(wireID) else { return nil }
        let act = id.bytes[0..<5].reduce(Int64(0)) { $0 << 8 | Int64($1) }
        let person = id.bytes[9..<16].reduce(Int64(0)) { $0 << 8 | Int64($1) }
        self.init(person: person, act: act)
        guard self.wireID == wireID.lowercased() else { return nil }
    }

    private static func checksum(act: Int64, person: Int64) -> [UInt8] {
        Array(SHA256.hash(data: Array("rapport-message-1\0\(act) \(person)".utf8)).prefix(4))
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var out: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { out.append(45) }
            out += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: out, as: UTF8.self)
    }
}
