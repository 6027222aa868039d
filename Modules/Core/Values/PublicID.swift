import Crypto

/// A UUID version 7 (RFC 9562, section 5.7): how a person is named outside. Inside, integers are used.
public struct PublicID: Sendable, Hashable, CustomStringConvertible {
    public let bytes: [UInt8]

    /// - Parameters:
    ///   - at: the moment that becomes the first 48 bits.
    ///   - generator: the source of the 74 random bits.
    public init(at: Timestamp, using generator: inout some RandomNumberGenerator) {
        let time = UInt64(bitPattern: at.milliseconds)
        let (high, low) = (generator.next(), generator.next())
        var out: [UInt8] = (0..<6).map { UInt8(truncatingIfNeeded: time >> (40 - 8 * UInt64($0))) }
        out.append(0x70 | UInt8(truncatingIfNeeded: high >> 8) & 0x0F)
        out.append(UInt8(truncatingIfNeeded: high))
        out.append(0x80 | UInt8(truncatingIfNeeded: low >> 56) & 0x3F)
        for shift in stride(from: 48, through: 0, by: -8) { out.append(UInt8(truncatingIfNeeded: low >> UInt64(shift))) }
        bytes = out
    }

    /// Reads the 36-character form in either case; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        let characters = Array(text.utf8)
        guard characters.count == 36 else { return nil }
        var out: [UInt8] = []
        var index = 0
        while index < 36 {
            if [8, 13, 18, 23].contains(index) {
                guard characters[index] == 45 else { return nil }
                index += 1
                continue
            }
            guard let byte = UInt8(String(decoding: characters[index..<index + 2], as: UTF8.self), radix: 16),
                characters[index] != 43
            else { return nil }
            out.append(byte)
            index += 2
        }
        bytes = out
    }

    public var description: String {
        func hex(_ digit: UInt8) -> UInt8 { digit < 10 ? 0x30 + digit : 0x57 + digit }
        return String(unsafeUninitializedCapacity: 36) { out in
            var place = 0
            for (index, byte) in bytes.enumerated() {
                if index == 4 || index == 6 || index == 8 || index == 10 {
                    out[place] = 0x2D
                    place += 1
                }
                out[place] = hex(byte >> 4)
                out[place + 1] = hex(byte & 15)
                place += 2
            }
            return place
        }
    }

    /// The log partition of the person with this id: by SHA-256, so that every process agrees.
    public var partition: Int {
        guard let first = SHA256.hash(data: bytes).first(where: { _ in true }) else { return 0 }
        return Int(first) % Partition.count
    }
}

/// The log is cut into partitions when a database is made; their number never changes.
public enum Partition {
    public static let count = 64
    /// Events that concern no person (definitions, imports, accounts) form this partition too, in order.
    public static let house = 0
}
