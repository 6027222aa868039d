extension DelimitedReader {
    private enum Step { case field, record, more }

    /// Reads one record from `start`. `false`: the buffer ends before the record does, and more bytes may come.
    func scan(final: Bool) -> Bool {
        let (base, end, roles) = (buffer, filled, outside)
        fieldCount = 0
        newlines = 0
        irregular = false
        unterminated = false
        isCut = false
        var i = start
        if dialect.collapses {
            // A column aligned to the right begins with spaces, before which there is no other.
            while i < end, base[i] == dialect.delimiter[0] { i += 1 }
            if i == end, !final { return false }
        }
        while true {
            if fieldCount == Self.fieldLimit {
                isCut = true
                next = i
                return true
            }
            if i == end {
                guard final else { return false }
                append(i, i)
                next = end
                return true
            }
            if let quote = dialect.quote {
                var q = i
                if base[q] == 0x20 || base[q] == 0x09 {
                    while q < end, isPadding(base[q]) { q += 1 }
                    if q == end, !final { return false }
                }
                if q < end, base[q] == quote {
                    switch scanQuoted(from: q, final: final, next: &i) {
                    case .field: continue
                    case .record: return true
                    case .more: return false
                    }
                }
            }
            var from = i
            var escaped = false
            field: while true {
                while i < end, roles[Int(base[i])] == .content { i &+= 1 }
                if i == end {
                    guard final else { return false }
                    append(trimmed(&from, i), i, escaped: escaped)
                    next = end
                    return true
                }
                switch roles[Int(base[i])] {
                case .delimiter:
                    guard let length = delimiterLength(at: i, final: final) else { return false }
                    if length == 0 {
                        i += 1
                        continue
                    }
                    append(trimmed(&from, i), i, escaped: escaped)
                    i += length
                    break field
                case .escape:
                    if i + 1 == end, !final { return false }
                    // Only what needs an escape is escaped: C:\new stays what it is.
                    if i + 1 < end, isEscapable(base[i + 1]) {
                        escaped = true
                        i += 2
                    } else {
                        i += 1
                    }
                default:
                    guard let length = newlineLength(at: i, final: final) else { return false }
                    if length == 0 {
                        i += 1
                        continue
                    }
                    append(trimmed(&from, i), i, escaped: escaped)
                    next = i + length
                    return true
                }
            }
        }
    }

    /// Reads the field whose opening quote is at `q`; `next` becomes the start of the field after it.
    private func scanQuoted(from q: Int, final: Bool, next i: inout Int) -> Step {
        let (base, end, roles) = (buffer, filled, inside)
        let limit = patience
        var j = q + 1
        var escaped = false
        while true {
            while j < end, roles[Int(base[j])] == .content { j &+= 1 }
            if j >= end || j - q > limit {
                if !final, j - q <= limit { return .more }
                if !trying { wasted += j - q }
                unterminated = true
                append(q + 1, min(j, end), quoted: true, escaped: escaped)
                next = min(j, end)
                return .record
            }
            switch roles[Int(base[j])] {
            case .escape:
                if j + 1 == end, !final { return .more }
                if j + 1 < end, isEscapable(base[j + 1]) {
                    escaped = true
                    j += 2
                } else {
                    j += 1
                }
            case .quote:
                if j + 1 == end, !final { return .more }
                if j + 1 < end, base[j + 1] == base[j] {
                    escaped = true
                    j += 2
                    continue
                }
                var k = j + 1
                while k < end, isPadding(base[k]) { k += 1 }
                if k == end {
                    if !final { return .more }
                    append(q + 1, j, quoted: true, escaped: escaped)
                    next = end
                    return .record
                }
                guard let delimiter = delimiterLength(at: k, final: final), let newline = newlineLength(at: k, final: final)
                else { return .more }
                if delimiter > 0 {
                    append(q + 1, j, quoted: true, escaped: escaped)
                    i = k + delimiter
                    return .field
                }
                if newline > 0 {
                    append(q + 1, j, quoted: true, escaped: escaped)
                    next = k + newline
                    return .record
                }
                // A quote inside the field that nobody escaped.
                irregular = true
                j += 1
            default:
                let pair = base[j] == 0x0D && j + 1 < end && base[j + 1] == 0x0A
                if base[j] == 0x0D, j + 1 == end, !final { return .more }
                newlines += base[j] == 0x0A || pair || dialect.endsAtCarriageReturn ? 1 : 0
                j += pair ? 2 : 1
            }
        }
    }

    /// A quoted field longer than this was never closed. What is looked at in vain is paid for by the bytes that are read:
    /// a file with many unclosed quotes stays linear.
    private var patience: Int {
        trying ? 1 << 16 : max(256, min(8 << 20, (12 << 20) + 2 * (Int(bufferOffset) + start) - wasted))
    }

    /// Whether a byte may stand between a quote and a delimiter without meaning.
    private func isPadding(_ byte: UInt8) -> Bool { (byte == 0x20 || byte == 0x09) && outside[Int(byte)] != .delimiter }

    private func isEscapable(_ byte: UInt8) -> Bool {
        byte == dialect.escape || byte == dialect.quote || outside[Int(byte)] == .delimiter || byte == 0x0A || byte == 0x0D
    }

    /// The length of the delimiter at `i`, 0 where there is none, `nil` where the buffer ends too early to tell.
    func delimiterLength(at i: Int, final: Bool) -> Int? {
        guard outside[Int(buffer[i])] == .delimiter else { return 0 }
        let delimiter = dialect.delimiter
        let length = delimiter.count
        if length > 1 {
            if i + length > filled { return final ? 0 : nil }
            for offset in 1..<length where buffer[i + offset] != delimiter[offset] { return 0 }
        }
        guard dialect.collapses else { return length }
        var j = i + length
        while j < filled, buffer[j] == delimiter[0] { j += 1 }
        return j == filled && !final ? nil : j - i
    }

    /// The length of the record's end at `i`, 0 where there is none, `nil` where the buffer ends too early to tell.
    func newlineLength(at i: Int, final: Bool) -> Int? {
        switch outside[Int(buffer[i])] {
        case .lineFeed: return 1
        case .carriageReturn:
            if i + 1 == filled { return final ? 1 : nil }
            return buffer[i + 1] == 0x0A ? 2 : (dialect.endsAtCarriageReturn ? 1 : 0)
        default: return 0
        }
    }

    /// Where the value that ends before `end` starts; padding goes where the dialect says so.
    func trimmed(_ from: inout Int, _ end: Int) -> Int {
        guard dialect.trims else { return from }
        while from < end, buffer[from] == 0x20 { from += 1 }
        return from
    }

    /// Takes escapes and doubled quotes out, in place.
    func unescape(_ field: inout DelimitedRow.Field) {
        var (read, write) = (field.start, field.start)
        while read < field.end {
            let byte = buffer[read]
            let following = read + 1 < field.end ? buffer[read + 1] : nil
            if byte == dialect.escape, let following, isEscapable(following) {
                read += 1
            } else if field.quoted, byte == dialect.quote, following == byte {
                read += 1
            }
            buffer[write] = buffer[read]
            read += 1
            write += 1
        }
        field.end = write
    }
}
