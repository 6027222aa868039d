import Foundation

/// Numbers as cells write them.
enum CellNumber {
    enum Reading {
        case number(Double)
        /// `1,234`: a thousand where commas group, one and a bit where they are decimal points.
        case grouped(Double)
        /// `12,5`
        case decimalComma(Double)
        /// Nothing, or a word for nothing that is a gap in any column: `NA`, `NaN`, `#N/A`, `null`, `\N`.
        case missing
        case text
    }

    private static let powers: [Double] = (0...22).map { exponent in (0..<exponent).reduce(1.0) { value, _ in value * 10 } }

    static func read(_ cell: UnsafeBufferPointer<UInt8>) -> Reading {
        var (low, high) = (0, cell.count)
        while low < high, cell[low] == 0x20 || cell[low] == 0x09 { low += 1 }
        while low < high, cell[high - 1] == 0x20 || cell[high - 1] == 0x09 { high -= 1 }
        guard low < high else { return .missing }
        let first = cell[low]
        if first > 0x39, first < 0x80, !isGap(cell, low, high), !isCurrency(cell, low) { return .text }
        if let number = plain(cell, low, high) { return .number(number) }
        if isGap(cell, low, high) { return .missing }
        return decorated(cell, low, high)
    }

    /// `-12.5e3`
    private static func plain(_ cell: UnsafeBufferPointer<UInt8>, _ low: Int, _ high: Int) -> Double? {
        var at = low
        var negative = false
        if cell[at] == 0x2D || cell[at] == 0x2B {
            negative = cell[at] == 0x2D
            at += 1
        }
        var mantissa: UInt64 = 0
        var digits = 0
        var scale = 0
        var point = false
        var exact = true
        while at < high {
            let byte = cell[at]
            if byte >= 0x30, byte <= 0x39 {
                digits += 1
                if mantissa < 900_000_000_000_000 {
                    mantissa = mantissa &* 10 &+ UInt64(byte &- 0x30)
                    if point { scale -= 1 }
                } else {
                    exact = false
                    if !point { scale += 1 }
                }
            } else if byte == 0x2E, !point {
                point = true
            } else {
                break
            }
            at += 1
        }
        guard digits > 0 else { return nil }
        if at < high, cell[at] | 0x20 == 0x65 {
            at += 1
            var down = false
            if at < high, cell[at] == 0x2D || cell[at] == 0x2B {
                down = cell[at] == 0x2D
                at += 1
            }
            var exponent = 0
            let from = at
            while at < high, cell[at] >= 0x30, cell[at] <= 0x39, exponent < 10_000 {
                exponent = exponent * 10 + Int(cell[at] - 0x30)
                at += 1
            }
            guard at > from else { return nil }
            scale += down ? -exponent : exponent
        }
        guard at == high else { return nil }
        if exact, scale >= -22, scale <= 22 {
            let value = scale < 0 ? Double(mantissa) / powers[-scale] : Double(mantissa) * powers[scale]
            return negative ? -value : value
        }
        let value = strtod(String(decoding: cell[low..<high], as: UTF8.self), nil)
        return value.isFinite ? value : nil
    }

    /// `$1,234.50`, `12 %`, `1.234,5 €`, `(12)`
    private static func decorated(_ cell: UnsafeBufferPointer<UInt8>, _ low: Int, _ high: Int) -> Reading {
        guard high - low <= 32 else { return .text }
        var text = String(decoding: cell[low..<high], as: UTF8.self)
        var negative = false
        if text.hasPrefix("("), text.hasSuffix(")") {
            text = String(text.dropFirst().dropLast())
            negative = true
        }
        for sign in ["$", "€", "£", "¥", "%", "R$", "US$", "R"] {
            if text.hasPrefix(sign) { text.removeFirst(sign.count) }
            if sign != "R", text.hasPrefix("-" + sign) { text = "-" + text.dropFirst(sign.count + 1) }
            if sign != "R", text.hasSuffix(sign) { text.removeLast(sign.count) }
        }
        text = text.trimmingCharacters(in: .whitespaces)
        guard let first = text.utf8.first, let last = text.utf8.last, (0x30...0x39).contains(last) || last == 0x2E,
            (0x30...0x39).contains(first) || first == 0x2D || first == 0x2E || first == 0x2B,
            text.utf8.dropFirst().allSatisfy({
                (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x2C || $0 == 0x20 || $0 == 0x27
            })
        else { return .text }
        let commas = text.split(separator: ",", omittingEmptySubsequences: false)
        let points = text.split(separator: ".", omittingEmptySubsequences: false)
        func value(_ text: String) -> Double? { Double(text).map { negative ? -$0 : $0 } }
        func groups(_ parts: [Substring]) -> Bool {
            (1...4).contains(parts[0].count) && parts.dropFirst().allSatisfy { $0.count == 3 }
        }
        let spaced = text.filter { $0 != " " && $0 != "'" }
        if spaced != text {
            let parts = text.split(whereSeparator: { " '".contains($0) })
            let whole =
                parts.dropLast().allSatisfy { $0.count <= 4 } && parts.last.map { $0.prefix { $0.isNumber }.count == 3 } == true
            guard whole, commas.count <= 2, let number = value(spaced.replacingOccurrences(of: ",", with: ".")) else {
                return .text
            }
            return .number(number)
        }
        switch (commas.count, points.count) {
        case (1, 1...2): return value(text).map { .number($0) } ?? .text
        case (1, 3...): return groups(points) ? value(text.filter { $0 != "." }).map { .number($0) } ?? .text : .text
        case (2, 1):
            guard let decimal = value(text.replacingOccurrences(of: ",", with: ".")) else { return .text }
            if groups(commas), commas[0] != "0", commas[0] != "-0" { return .grouped(decimal * 1_000) }
            return .decimalComma(decimal)
        case (_, 1): return groups(commas) ? value(text.filter { $0 != "," }).map { .number($0) } ?? .text : .text
        case (2, 2...) where (text.lastIndex(of: ",") ?? text.startIndex) > (text.lastIndex(of: ".") ?? text.startIndex):
            return value(text.filter { $0 != "." }.replacingOccurrences(of: ",", with: ".")).map { .decimalComma($0) } ?? .text
        case (_, 2): return value(text.filter { $0 != "," }).map { .number($0) } ?? .text
        default: return .text
        }
    }

    static func trimmed(_ cell: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var (low, high) = (0, cell.count)
        while low < high, cell[low] <= 0x20 { low += 1 }
        while low < high, cell[high - 1] <= 0x20 { high -= 1 }
        return UnsafeBufferPointer(rebasing: cell[low..<high])
    }

    private static func isCurrency(_ cell: UnsafeBufferPointer<UInt8>, _ low: Int) -> Bool {
        cell[low] == 0x52 || cell[low] == 0x55
    }

    private static func isGap(_ cell: UnsafeBufferPointer<UInt8>, _ low: Int, _ high: Int) -> Bool {
        guard high - low <= 6 else { return false }
        let first = cell[low] | 0x20
        // n, #, \, -, ., ?, <
        guard first == 0x6E || first == 0x23 || first == 0x7C || first == 0x2D || first == 0x2E || first == 0x3F || first == 0x3C
        else { return false }
        return gaps.contains(String(decoding: cell[low..<high], as: UTF8.self).lowercased())
    }

    private static let gaps: Set<String> = [
        "na", "n/a", "nan", "null", "nil", "#n/a", "#na", "#null!", "\\n", "-nan", "n.a.", "<na>", "?", "-", "--", ".", "#ref!",
        "<nan>",
    ]
    /// Words for nothing in a column of numbers; in a column of words they are words.
    static let wordsForNothing: Set<String> = [
        "none", "unknown", "missing", "not available", "not applicable", "undefined", "(null)", "(none)", "(blank)", "blank",
        "empty",
        "inf", "-inf", "infinity", "#div/0!", "#value!", "tbd", "x", "*", "**", "refused", "unk", "keine", "k.a.", "null", "nil",
    ]
}
