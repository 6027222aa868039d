/// A JSON value where it stands in its text (RFC 8259), unread: for whoever needs a few members of many objects, which takes a
/// tenth of the time of reading them whole.
///
/// It is valid only while its text is. It looks for where values end and at nothing else: of a text that is no JSON it may say
/// anything, never more than the text holds. What the log keeps was read whole when it came in.
public struct JSONPiece {
    /// From the first byte of the value to its last.
    let bytes: UnsafeBufferPointer<UInt8>

    /// The value that a text is; `nil` for one that is none.
    public init?(_ text: UnsafeBufferPointer<UInt8>) {
        let start = Self.skipSpace(text, 0)
        guard let end = Self.end(of: start, in: text), Self.skipSpace(text, end) == text.count else { return nil }
        self.init(text, start, end)
    }

    private init(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) {
        bytes = UnsafeBufferPointer(rebasing: text[start..<end])
    }

    public var isObject: Bool { bytes.first == 0x7B }
    public var isArray: Bool { bytes.first == 0x5B }
    public var isString: Bool { bytes.first == 0x22 }
    public var isNumber: Bool { bytes.first.map { $0 == 0x2D || (0x30...0x39).contains($0) } ?? false }

    /// What stands between the quotes of a text without escapes; `nil` for any other value.
    public var plainString: UnsafeBufferPointer<UInt8>? {
        guard isString, bytes.count >= 2 else { return nil }
        let inner = UnsafeBufferPointer(rebasing: bytes[1..<bytes.count - 1])
        return inner.contains(0x5C) ? nil : inner
    }

    /// A number as it is written.
    public var literal: UnsafeBufferPointer<UInt8>? { isNumber ? bytes : nil }

    /// The value, read.
    public func value() throws -> JSONValue { try JSONValue(parsing: bytes) }

    /// Calls `body` with each member of an object. Of members with one name the last counts (`JSONValue`).
    ///
    /// - Returns: `false` where this is no object, or a name has an escape in it: read it whole then.
    public func eachMember(_ body: (_ name: UnsafeBufferPointer<UInt8>, JSONPiece) -> Void) -> Bool {
        guard isObject else { return false }
        var at = Self.skipSpace(bytes, 1)
        if at < bytes.count, bytes[at] == 0x7D { return true }
        while at < bytes.count {
            guard bytes[at] == 0x22, let nameEnd = Self.end(of: at, in: bytes) else { return false }
            let name = UnsafeBufferPointer(rebasing: bytes[at + 1..<nameEnd - 1])
            if name.contains(0x5C) { return false }
            at = Self.skipSpace(bytes, nameEnd)
            guard at < bytes.count, bytes[at] == 0x3A else { return false }
            at = Self.skipSpace(bytes, at + 1)
            guard let end = Self.end(of: at, in: bytes) else { return false }
            body(name, JSONPiece(bytes, at, end))
            at = Self.skipSpace(bytes, end)
            guard at < bytes.count else { return false }
            if bytes[at] == 0x7D { return true }
            guard bytes[at] == 0x2C else { return false }
            at = Self.skipSpace(bytes, at + 1)
        }
        return false
    }

    /// Calls `body` with each item of an array, until it says `false`.
    ///
    /// - Returns: `false` where this is no array, or `body` said so.
    public func eachItem(_ body: (JSONPiece) -> Bool) -> Bool {
        guard isArray else { return false }
        var at = Self.skipSpace(bytes, 1)
        if at < bytes.count, bytes[at] == 0x5D { return true }
        while at < bytes.count {
            guard let end = Self.end(of: at, in: bytes), body(JSONPiece(bytes, at, end)) else { return false }
            at = Self.skipSpace(bytes, end)
            guard at < bytes.count else { return false }
            if bytes[at] == 0x5D { return true }
            guard bytes[at] == 0x2C else { return false }
            at = Self.skipSpace(bytes, at + 1)
        }
        return false
    }

    private static func skipSpace(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
        var at = start
        while at < bytes.count, bytes[at] <= 0x20 { at += 1 }
        return at
    }

    /// The place behind the value that begins at `start`.
    private static func end(of start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard start < bytes.count else { return nil }
        var at = start
        switch bytes[at] {
        case 0x22: return endOfString(at, bytes)
        case 0x7B, 0x5B:
            var depth = 0
            while at < bytes.count {
                switch bytes[at] {
                case 0x22:
                    guard let end = endOfString(at, bytes) else { return nil }
                    at = end
                    continue
                case 0x7B, 0x5B: depth += 1
                case 0x7D, 0x5D:
                    depth -= 1
                    if depth == 0 { return at + 1 }
                default: break
                }
                at += 1
            }
            return nil
        default:
            while at < bytes.count, bytes[at] > 0x20, bytes[at] != 0x2C, bytes[at] != 0x7D, bytes[at] != 0x5D { at += 1 }
            return at > start ? at : nil
        }
    }

    private static func endOfString(_ start: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var at = start + 1
        while at < bytes.count {
            if bytes[at] == 0x22 { return at + 1 }
            at += bytes[at] == 0x5C ? 2 : 1
        }
        return nil
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether these are the bytes of a name.
    public func spells(_ name: StaticString) -> Bool {
        guard count == name.utf8CodeUnitCount else { return false }
        let other = name.utf8Start
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }
}
