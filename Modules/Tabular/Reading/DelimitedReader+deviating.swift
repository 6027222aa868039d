extension DelimitedReader {
    enum Decision { case yes, no, undecided }

    /// Tries a record that is not as expected in other dialects, and keeps it as one of them reads it if that fits exactly.
    func deviate(final: Bool) -> Decision {
        let width = expected.width
        guard width > 1, triedInVain < (4 << 20) + 2 * (Int(bufferOffset) + start) else { return .no }
        let fits = fieldCount == width && !irregular && !unterminated
        let found = (count: fieldCount, irregular: irregular || unterminated)
        let own = (dialect: dialect, outside: outside, inside: inside)
        var tried = false
        defer {
            (dialect, outside, inside) = own
            trying = false
            if tried { _ = scan(final: final) }
        }
        let end = next
        for deviation in deviations
        where !expected.stated.contains(deviation.kind) && isPromising(deviation, end: end, found: found, fits: fits) {
            tried = true
            trying = true
            (dialect, outside, inside) = (deviation.dialect, deviation.outside, deviation.inside)
            guard scan(final: final) else {
                if filled - start < 1 << 16 {
                    tried = false
                    return .undecided
                }
                triedInVain += filled - start
                continue
            }
            if !irregular, !unterminated, fieldCount == width, isConvincing(deviation, found: found.count) {
                tried = false
                // Its fields are unescaped now, since they will be handed over in the file's own dialect.
                for index in 0..<fieldCount where fields[index].escaped {
                    unescape(&fields[index])
                    fields[index].escaped = false
                }
                return .yes
            }
            triedInVain += next - start
        }
        return .no
    }

    /// Whether a look at the record's bytes speaks for trying.
    private func isPromising(
        _ deviation: Deviation, end: Int, found: (count: Int, irregular: Bool), fits: Bool
    ) -> Bool {
        switch deviation.kind {
        case .delimiter:
            let delimiter = deviation.dialect.delimiter[0]
            if fits {
                // Cut to the right width by chance, by the commas of numbers.
                guard !fields[0].quoted, (fields[0].start..<fields[0].end).contains(where: { buffer[$0] == delimiter })
                else { return false }
            }
            var count = 0
            for index in start..<end where buffer[index] == delimiter { count += 1 }
            return count > 0 && count * 2 >= expected.width - 1
        case .quote:
            let quote = deviation.dialect.quote ?? 0
            var first = start
            while first < end, buffer[first] == 0x20 { first += 1 }
            if first < end, buffer[first] == quote { return true }
            guard !fits, let last = dialect.delimiter.last else { return false }
            return (start..<max(start, end - 1)).contains { buffer[$0] == last && buffer[$0 + 1] == quote }
        case .escape:
            guard found.irregular, let quote = dialect.quote else { return false }
            return (start..<max(start, end - 1)).contains { buffer[$0] == 0x5C && buffer[$0 + 1] == quote }
        }
    }

    /// Whether the record, now of the right width, looks like one of the table and not like a sentence that happens to have
    /// as many commas or spaces.
    private func isConvincing(_ deviation: Deviation, found: Int) -> Bool {
        var (filled, quoted, agreeing, violating, odd) = (0, 0, 0, 0, 0)
        for index in 0..<fieldCount {
            let bytes = UnsafeBufferPointer(
                start: UnsafePointer(buffer + fields[index].start), count: fields[index].end - fields[index].start)
            guard !bytes.isEmpty else { continue }
            filled += 1
            if fields[index].quoted { quoted += 1 } else if bytes[0] == 0x20 || CellKind(bytes) == .odd { odd += 1 }
            guard index < expected.strong.count, expected.strong[index] else { continue }
            if CellKind(bytes).isStrong { agreeing += 1 } else { violating += 1 }
        }
        switch deviation.kind {
        case .escape: return true
        case .quote: return found == expected.width ? quoted == filled && quoted > 0 : quoted > 0
        case .delimiter:
            if quoted * 2 > filled || (agreeing > 0 && violating * 4 <= agreeing) { return true }
            let delimiter = deviation.dialect.delimiter[0]
            if delimiter == 0x20 || delimiter == 0x2C || found == expected.width { return false }
            // Tabs and bars hardly stand in sentences; semicolons do.
            return expected.width > 2 && (odd == 0 || delimiter != 0x3B)
        }
    }
}
