import RapportCore

/// Email addresses and phone numbers as people write them among other words.
///
/// Numbers are known by their last nine digits, so whatever stands before them (`+44`, `0044`, `(0)`) and between them does not matter;
/// where a country's numbers have fewer, they are found with its code only.
struct MentionPattern: Sendable {
    /// What stands where one stood.
    static let mark = "[erased]"
    private static let significant = 9

    /// Local parts by domain, in lower case.
    private let addresses: [[UInt8]: [[UInt8]]]
    private let numbers: Set<[UInt8]>

    init(_ values: [String]) {
        var addresses: [[UInt8]: [[UInt8]]] = [:]
        for value in Set(values.map { $0.lowercased() }).sorted() {
            guard let at = value.utf8.lastIndex(of: 0x40), value.utf8.count >= 5 else { continue }
            let (local, domain) = (Array(value.utf8[..<at]), Array(value.utf8[at...].dropFirst()))
            if !local.isEmpty, !domain.isEmpty { addresses[domain, default: []].append(local) }
        }
        self.addresses = addresses
        numbers = Set(
            values.filter { $0.hasPrefix("+") && $0.utf8.count > Self.significant && $0.utf8.dropFirst().allSatisfy(\.isDigit) }
                .map { Array($0.utf8.suffix(Self.significant)) })
    }

    var isEmpty: Bool { addresses.isEmpty && numbers.isEmpty }

    /// Whether it is worth while to parse the JSON text and to look closer: cheap, and never `false` where something is.
    func mayBeIn(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var digits = 0
        for (at, byte) in bytes.enumerated() {
            if byte.isDigit {
                digits += 1
                if digits >= Self.significant, !numbers.isEmpty, isNumber(endingAt: at, in: bytes) { return true }
            } else if !byte.isBetweenDigits {
                digits = 0
            }
            if let length = bytes.lengthOfSign(at), !addresses.isEmpty,
                !candidates(before: at, domainAt: at + length, in: bytes).isEmpty
            {
                return true
            }
        }
        return false
    }

    /// The value with the mark wherever one stands in a text of it.
    ///
    /// - Parameter changed: called with each text that is changed, as it was.
    func removed(from value: JSONValue, changed: (String) -> Void) -> JSONValue {
        switch value {
        case .string(let text): .string(removed(from: text, changed: changed))
        case .array(let items): .array(items.map { removed(from: $0, changed: changed) })
        case .object(let members):
            .object(members.map { .init(removed(from: $0.name, changed: changed), removed(from: $0.value, changed: changed)) })
        case .integer(let number):
            numbers.contains(Array("\(number)".utf8.suffix(Self.significant))) && "\(number)".utf8.count <= 15
                ? .string(removed(from: "\(number)", changed: changed)) : value
        default: value
        }
    }

    private func removed(from text: String, changed: (String) -> Void) -> String {
        let bytes = Array(text.utf8)
        let found = bytes.withUnsafeBufferPointer { ranges(in: $0) }
        guard !found.isEmpty else { return text }
        changed(text)
        var out: [UInt8] = []
        var from = 0
        for range in found {
            out += bytes[from..<range.lowerBound] + Array(Self.mark.utf8)
            from = range.upperBound
        }
        return String(decoding: out + bytes[from...], as: UTF8.self)
    }

    /// In order, none within another.
    private func ranges(in bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var found: [Range<Int>] = []
        for at in bytes.indices {
            guard !addresses.isEmpty, let length = bytes.lengthOfSign(at) else { continue }
            found += candidates(before: at, domainAt: at + length, in: bytes).filter { bytes.isBoundary(before: $0.lowerBound) }
        }
        if !numbers.isEmpty { found += phones(in: bytes) }
        found.sort { ($0.lowerBound, $1.upperBound) < ($1.lowerBound, $0.upperBound) }
        return found.reduce(into: []) { kept, range in
            if kept.last.map({ $0.upperBound <= range.lowerBound }) ?? true { kept.append(range) }
        }
    }

    // MARK: - Addresses

    /// Addresses around the sign, whatever stands before them: `joann@…` may be one more letter than ours.
    private func candidates(before sign: Int, domainAt start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var end = start
        while end < bytes.count, bytes[end].isInDomain { end += 1 }
        // A sentence may end with an address.
        while end > start, bytes[end - 1] == 0x2E || bytes[end - 1] == 0x2D { end -= 1 }
        guard end > start else { return [] }
        var domain = bytes[start..<end].map(\.lowered)
        var locals = addresses[domain]
        if locals == nil, let foreign = domain.firstIndex(where: { $0 >= 0x80 }) {
            // What follows may be a sign of another script, and no part of the domain.
            domain = Array(domain[..<foreign])
            (locals, end) = (addresses[domain], start + foreign)
        }
        return (locals ?? []).compactMap { local in
            let first = sign - local.count
            guard first >= 0, zip(bytes[first..<sign], local).allSatisfy({ $0.lowered == $1 }) else { return nil }
            return first..<end
        }
    }

    // MARK: - Numbers

    /// Whether the nine digits up to there are one's last.
    private func isNumber(endingAt end: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var digits: [UInt8] = []
        var at = end
        while at >= 0, digits.count < Self.significant {
            if bytes[at].isDigit { digits.append(bytes[at]) } else if !bytes[at].isBetweenDigits { return false }
            at -= 1
        }
        return digits.count == Self.significant && numbers.contains(digits.reversed())
    }

    /// Runs of digits and what people write between them that end as one of the numbers does.
    private func phones(in bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var at = 0
        while at < bytes.count {
            guard bytes[at].isDigit || bytes[at].isBetweenDigits else {
                at += 1
                continue
            }
            var end = at
            while end < bytes.count, bytes[end].isDigit || bytes[end].isBetweenDigits { end += 1 }
            let places = (at..<end).filter { bytes[$0].isDigit }
            var taken = 0
            for (index, place) in places.enumerated() where index - taken + 1 >= Self.significant {
                let goesOn = place + 1 < end && bytes[place + 1].isDigit
                guard !goesOn, isNumber(endingAt: place, in: bytes) else { continue }
                // All of it where it is one number; of several in a row, what is surely this one's.
                let isAlone = taken == 0 && index == places.count - 1 && places.count <= 15
                var first = places[isAlone ? 0 : index - Self.significant + 1]
                if isAlone, first > at, bytes[first - 1] == 0x2B || bytes[first - 1] == 0x28 { first -= 1 }
                if isAlone, first > at, bytes[first] == 0x28, bytes[first - 1] == 0x2B { first -= 1 }
                found.append(first..<(place + 1))
                taken = index + 1
            }
            at = end
        }
        return found
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    fileprivate var lowered: UInt8 { self >= 0x41 && self <= 0x5A ? self + 0x20 : self }
    fileprivate var isLetter: Bool { lowered >= 0x61 && lowered <= 0x7A }

    /// Space, `(`, `)`, `+`, `-`, `.`, `/`, and the two bytes of a space that does not break.
    fileprivate var isBetweenDigits: Bool {
        switch self {
        case 0x20, 0x28, 0x29, 0x2B, 0x2D, 0x2E, 0x2F, 0xC2, 0xA0: true
        default: false
        }
    }

    fileprivate var isInDomain: Bool { isLetter || isDigit || self == 0x2E || self == 0x2D || self >= 0x80 }
}

extension UnsafeBufferPointer<UInt8> {
    /// How long an `@` is that stands there, as it is or as URLs have it.
    fileprivate func lengthOfSign(_ at: Int) -> Int? {
        if self[at] == 0x40 { return 1 }
        return self[at] == 0x25 && at + 2 < count && self[at + 1] == 0x34 && self[at + 2] == 0x30 ? 3 : nil
    }

    /// Whether an address that begins there is no part of a longer one.
    fileprivate func isBoundary(before first: Int) -> Bool {
        guard first > 0 else { return true }
        let byte = self[first - 1]
        if byte >= 0x80 {
            var start = first - 1
            while start > 0, self[start] & 0xC0 == 0x80 { start -= 1 }
            return String(decoding: self[start..<first], as: UTF8.self).unicodeScalars.first?.properties.isAlphabetic != true
        }
        if first >= 3, self[first - 3] == 0x25, self[(first - 2)..<first].allSatisfy({ $0.isDigit || $0.isLetter }) {
            return true
        }
        return !(byte.isLetter || byte.isDigit || [0x2E, 0x5F, 0x25, 0x2B, 0x2D].contains(byte))
    }
}
