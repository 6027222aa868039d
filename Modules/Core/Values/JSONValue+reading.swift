extension JSONValue {
    /// Reads one JSON text (RFC 8259, UTF-8) of at most `maximumDepth` nested arrays and objects; a byte order mark is passed over.
    ///
    /// - Throws: `Problem` with code `json.invalid`, naming the byte where reading stopped.
    public init(parsing text: some StringProtocol, maximumDepth: Int = 64) throws {
        try self.init(parsing: Array(text.utf8), maximumDepth: maximumDepth)
    }

    public init(parsing bytes: [UInt8], maximumDepth: Int = 64) throws {
        self = try bytes.withUnsafeBufferPointer { try JSONValue(parsing: $0, maximumDepth: maximumDepth) }
    }

    public init(parsing bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int = 64) throws {
        var reader = JSONReader(bytes: bytes, maximumDepth: maximumDepth)
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { reader.at = 3 }
        self = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.at == bytes.count else { throw reader.problem("there is more after the value") }
    }
}

struct JSONReader {
    let bytes: UnsafeBufferPointer<UInt8>
    let maximumDepth: Int
    var at = 0

    init(bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    func problem(_ reason: String) -> Problem {
        Problem("json.invalid", "this is not JSON: \(reason) (at byte \(at + 1))")
    }

    mutating func skipSpace() {
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 { at += 1 }
    }

    mutating func value(depth: Int) throws -> JSONValue {
        skipSpace()
        guard at < bytes.count else { throw problem("it ends where a value should stand") }
        switch bytes[at] {
        case 0x7B: return try object(depth: depth)
        case 0x5B: return try array(depth: depth)
        case 0x22: return .string(try string())
        case 0x74: return try word("true", .bool(true))
        case 0x66: return try word("false", .bool(false))
        case 0x6E: return try word("null", .null)
        case 0x2D, 0x30...0x39: return try number()
        default: throw problem("unexpected character")
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws -> JSONValue {
        let length = text.utf8CodeUnitCount
        guard at + length <= bytes.count else { throw problem("it ends within a word") }
        for offset in 0..<length where bytes[at + offset] != text.utf8Start[offset] { throw problem("unknown word") }
        at += length
        return value
    }

    private mutating func object(depth: Int) throws -> JSONValue {
        guard depth < maximumDepth else { throw problem("it is nested deeper than \(maximumDepth)") }
        at += 1
        var members: [JSONValue.Member] = []
        skipSpace()
        if at < bytes.count, bytes[at] == 0x7D {
            at += 1
            return .object(members)
        }
        while true {
            skipSpace()
            guard at < bytes.count, bytes[at] == 0x22 else { throw problem("a member needs a name in quotes") }
            let name = try string()
            skipSpace()
            guard at < bytes.count, bytes[at] == 0x3A else { throw problem("a colon is missing") }
            at += 1
            members.append(.init(name, try value(depth: depth + 1)))
            skipSpace()
            guard at < bytes.count else { throw problem("the object is not closed") }
            at += 1
            if bytes[at - 1] == 0x7D { return .object(members) }
            guard bytes[at - 1] == 0x2C else { throw problem("a comma is missing in an object") }
        }
    }

    private mutating func array(depth: Int) throws -> JSONValue {
        guard depth < maximumDepth else { throw problem("it is nested deeper than \(maximumDepth)") }
        at += 1
        var items: [JSONValue] = []
        skipSpace()
        if at < bytes.count, bytes[at] == 0x5D {
            at += 1
            return .array(items)
        }
        while true {
            items.append(try value(depth: depth + 1))
            skipSpace()
            guard at < bytes.count else { throw problem("the array is not closed") }
            at += 1
            if bytes[at - 1] == 0x5D { return .array(items) }
            guard bytes[at - 1] == 0x2C else { throw problem("a comma is missing in an array") }
        }
    }

    private mutating func number() throws -> JSONValue {
        let start = at
        if bytes[at] == 0x2D { at += 1 }
        let whole = at
        try digits()
        if bytes[whole] == 0x30, at > whole + 1 { throw problem("a number starts with 0") }
        var isInteger = true
        // Up to 18 digits fit, whatever they are.
        if at - whole <= 18, at == bytes.count || bytes[at] != 0x2E && bytes[at] | 0x20 != 0x65 {
            var number: Int64 = 0
            for index in whole..<at { number = number * 10 + Int64(bytes[index] & 0x0F) }
            return .integer(start == whole ? number : -number)
        }
        if at < bytes.count, bytes[at] == 0x2E {
            isInteger = false
            at += 1
            try digits()
        }
        if at < bytes.count, bytes[at] | 0x20 == 0x65 {
            isInteger = false
            at += 1
            if at < bytes.count, bytes[at] == 0x2B || bytes[at] == 0x2D { at += 1 }
            try digits()
        }
        let literal = String(decoding: bytes[start..<at], as: UTF8.self)
        if isInteger, let integer = Int64(literal) { return .integer(integer) }
        return .decimal(literal)
    }

    private mutating func digits() throws {
        let start = at
        while at < bytes.count, (0x30...0x39).contains(bytes[at]) { at += 1 }
        guard at > start else { throw problem("a digit is missing") }
    }

    mutating func string() throws -> String {
        at += 1
        let start = at
        while at < bytes.count, bytes[at] != 0x22, bytes[at] != 0x5C, bytes[at] >= 0x20 { at += 1 }
        guard at < bytes.count else { throw problem("a text is not closed") }
        if bytes[at] == 0x22 {
            guard let text = String(validating: bytes[start..<at], as: UTF8.self) else { throw problem("invalid UTF-8") }
            at += 1
            return text
        }
        var out = Array(bytes[start..<at])
        while true {
            guard at < bytes.count else { throw problem("a text is not closed") }
            let byte = bytes[at]
            at += 1
            if byte == 0x22 { break }
            guard byte >= 0x20 else { throw problem("a control character stands in a text") }
            guard byte == 0x5C else {
                out.append(byte)
                continue
            }
            guard at < bytes.count else { throw problem("a text is not closed") }
            let escape = bytes[at]
            at += 1
            switch escape {
            case 0x22, 0x5C, 0x2F: out.append(escape)
            case 0x62: out.append(0x08)
            case 0x66: out.append(0x0C)
            case 0x6E: out.append(0x0A)
            case 0x72: out.append(0x0D)
            case 0x74: out.append(0x09)
            case 0x75: try unicode(into: &out)
            default: throw problem("unknown escape")
            }
        }
        guard let text = String(validating: out, as: UTF8.self) else { throw problem("invalid UTF-8") }
        return text
    }

    /// Half a surrogate pair is read as U+FFFD: whoever cuts a text in JavaScript may cut an emoji, and the rest of it is no worse.
    private mutating func unicode(into out: inout [UInt8]) throws {
        var code = UInt32(try hex4())
        if (0xD800..<0xDC00).contains(code), let low = try lowSurrogate() {
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        out += Array(String(Character(Unicode.Scalar(code) ?? "\u{FFFD}")).utf8)
    }

    /// The second half of a pair, if that is what follows.
    private mutating func lowSurrogate() throws -> UInt32? {
        guard at + 1 < bytes.count, bytes[at] == 0x5C, bytes[at + 1] == 0x75 else { return nil }
        let start = at
        at += 2
        let code = UInt32(try hex4())
        guard (0xDC00..<0xE000).contains(code) else {
            at = start
            return nil
        }
        return code
    }

    private mutating func hex4() throws -> UInt16 {
        guard at + 4 <= bytes.count, let value = UInt16(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16),
            bytes[at] != 0x2B, bytes[at] != 0x2D
        else { throw problem("four hexadecimal digits are missing") }
        at += 4
        return value
    }
}
