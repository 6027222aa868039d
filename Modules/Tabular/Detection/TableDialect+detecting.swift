extension TableDialect {
    /// How much of a file is looked at for its dialect.
    static let sampleSize = 1 << 16

    /// The dialect that makes the most regular table of a sample: rows of one width whose cells look like values.
    ///
    /// After G. van den Burg, A. Nazábal, C. Sutton, "Wrangling messy CSV files by detecting row and type patterns", Data Mining
    /// and Knowledge Discovery 33 (2019): consistency = pattern score × type score, with candidates and priors of our own.
    ///
    /// - Parameter complete: the sample is the whole file.
    public static func detect(_ sample: [UInt8], complete: Bool = true) -> TableDialect {
        detect(sample, complete: complete, stated: StatedTable())
    }

    /// The same with what whoever opens the file knows of it.
    static func detect(_ sample: [UInt8], complete: Bool, stated: StatedTable) -> TableDialect {
        var text = Array(sample.prefix(sampleSize))
        let complete = complete && text.count == sample.count
        let separator = stated.delimiter.map { Array($0.utf8) } ?? separatorLine(text)
        if separatorLine(text) != nil || stated.skip > 0 {
            let passed = afterLines(max(1, stated.skip), of: text)
            if passed < text.count { text.removeFirst(passed) }
        }
        return best(
            text, complete, delimiters: separator.map { [($0, 1)] } ?? DelimiterCandidate.find(in: text),
            quotes: stated.quote.map { [$0.flatMap { UInt8(exactly: $0.value) }] },
            escapes: stated.escape.map { [$0.flatMap { UInt8(exactly: $0.value) }] })
    }

    private static func afterLines(_ lines: Int, of text: [UInt8]) -> Int {
        var left = lines
        for index in text.indices where text[index] == 0x0A || (text[index] == 0x0D && text.dropFirst(index + 1).first != 0x0A) {
            left -= 1
            if left == 0 { return index + 1 }
        }
        return text.count
    }

    /// `sep=;`, which spreadsheets write and read.
    static func separatorLine(_ text: [UInt8]) -> [UInt8]? {
        let line = text.prefix(16).prefix { $0 != 0x0A && $0 != 0x0D }
        guard line.count >= 5, line.count <= 8, String(decoding: line.prefix(4), as: UTF8.self).lowercased() == "sep=" else {
            return nil
        }
        return Array(line.dropFirst(4))
    }

    private static func best(
        _ text: [UInt8], _ complete: Bool, delimiters: [(bytes: [UInt8], prior: Double)], quotes stated: [UInt8?]?,
        escapes: [UInt8?]?
    ) -> TableDialect {
        var best = TableDialect()
        var bestScore = -1.0
        let present: [UInt8?] = [0x22, 0x27].filter { text.contains($0) }
        let returns = returnModes(text)
        for candidate in delimiters {
            // An apostrophe that opens no field quotes none.
            let usual = present.filter { $0 != 0x27 || opens(0x27, text, candidate.bytes) }
            let quotes = stated ?? (usual.isEmpty ? [0x22] : usual) + rareQuotes(text, candidate.bytes) + [nil]
            for quote in quotes {
                let backslash = quote.map { contains(text, [0x5C, $0]) } ?? contains(text, [0x5C] + candidate.bytes)
                for escape: UInt8? in escapes ?? (backslash && candidate.bytes != [0x5C] ? [nil, 0x5C] : [nil]) {
                    for endsAtCarriageReturn in returns {
                        for collapses in candidate.bytes == [0x20] && contains(text, [0x20, 0x20]) ? [false, true] : [false] {
                            var dialect = TableDialect()
                            dialect.delimiter = candidate.bytes
                            dialect.quote = quote
                            dialect.escape = escape
                            dialect.endsAtCarriageReturn = endsAtCarriageReturn
                            dialect.collapses = collapses
                            dialect.trims = collapses
                            var score = DialectScore.score(text, dialect, complete: complete) * candidate.prior
                            // Where nothing else decides, the plainer reading wins.
                            if escape != nil { score *= 0.999 }
                            if quote == nil, usual.isEmpty == false { score *= text.contains(0x22) ? 0.9 : 0.98 }
                            if quote == 0x27 { score *= 0.99 }
                            if score > bestScore { (best, bestScore) = (dialect, score) }
                        }
                    }
                }
            }
        }
        // A file in which nothing is quoted may still quote further down.
        if best.quote == nil, !text.contains(0x22), stated == nil { best.quote = 0x22 }
        return best
    }

    /// Lone carriage returns end records in a file that has no others, or may be content in one that has.
    private static func returnModes(_ text: [UInt8]) -> [Bool] {
        var lone = false
        for index in text.indices.dropLast() where text[index] == 0x0D && text[index + 1] != 0x0A {
            lone = true
            break
        }
        return lone && text.contains(0x0A) ? [true, false] : [true]
    }

    /// Whether a byte stands at the beginning of any field.
    private static func opens(_ quote: UInt8, _ text: [UInt8], _ delimiter: [UInt8]) -> Bool {
        text.indices.contains { index in
            guard text[index] == quote else { return false }
            var before = index - 1
            while before >= 0, text[before] == 0x20, delimiter.last != 0x20 { before -= 1 }
            return before < 0 || text[before] == delimiter.last || text[before] == 0x0A || text[before] == 0x0D
        }
    }

    /// Unusual quotes count as candidates only where they open and close fields again and again.
    private static func rareQuotes(_ text: [UInt8], _ delimiter: [UInt8]) -> [UInt8?] {
        guard let first = delimiter.first, let last = delimiter.last else { return [] }
        return "`~^|$%*".utf8.filter { quote in
            guard quote != first, quote != last else { return false }
            var (opened, closed, seen) = (0, 0, 0)
            for index in text.indices where text[index] == quote {
                seen += 1
                let before = index > 0 ? text[index - 1] : 0x0A
                let after = index + 1 < text.count ? text[index + 1] : 0x0A
                if before == last || before == 0x0A || before == 0x0D { opened += 1 }
                if after == first || after == 0x0A || after == 0x0D { closed += 1 }
            }
            return seen >= 4 && opened * 10 >= seen * 4 && closed * 10 >= seen * 4
        }.map { Optional($0) }
    }

    static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
        guard let first = part.first, text.count >= part.count else { return false }
        for index in 0...(text.count - part.count) where text[index] == first {
            if part.indices.allSatisfy({ text[index + $0] == part[$0] }) { return true }
        }
        return false
    }
}
