import RapportCore

/// Finds and compares every pair that some rule brings together, each pair once.
struct CandidatePairs: Sendable {
    let rules: [BlockingRule]
    let comparer: PairComparer
    let count: Int

    /// Whether any rule brings the two together.
    func joins(_ first: Int, _ second: Int) -> Bool { rules.contains { $0.joins(first, second) } }

    /// - Parameter progress: the share that is done, 0...1.
    func compared(progress: @escaping @Sendable (Double) -> Void) async throws -> [[ComparedPair]] {
        let pieces = pieces()
        return try await inParallel(pieces.count) { index in
            let made = compare(pieces[index])
            progress(Double(index + 1) / Double(pieces.count))
            return made
        }
    }

    private struct Piece: Sendable {
        var rule: Int
        var groups: Range<Int>
    }

    /// Pieces of about as many pairs each.
    private func pieces() -> [Piece] {
        var pieces: [Piece] = []
        for index in rules.indices {
            let rule = rules[index]
            var from = 0
            var pairs = 0
            for group in 0..<rule.groupCount {
                let size = Int(rule.starts[group + 1] - rule.starts[group])
                pairs += size * (size - 1) / 2
                if pairs > 200_000 || group == rule.groupCount - 1 {
                    pieces.append(Piece(rule: index, groups: from..<group + 1))
                    from = group + 1
                    pairs = 0
                }
            }
        }
        return pieces
    }

    private func compare(_ piece: Piece) -> [ComparedPair] {
        let rule = rules[piece.rule]
        var made: [ComparedPair] = []
        for group in piece.groups {
            let members = Int(rule.starts[group])..<Int(rule.starts[group + 1])
            for i in members {
                let first = Int(rule.members[i])
                for j in i + 1..<members.upperBound {
                    let second = Int(rule.members[j])
                    // A record may stand twice in a group of words' sounds.
                    if first == second || isEarlier(piece.rule, Int32(group), first, second) { continue }
                    made.append(
                        ComparedPair(first: Int32(first), second: Int32(second), pattern: comparer.pattern(first, second)))
                }
            }
        }
        return made
    }

    /// Whether an earlier rule, or an earlier group of this one, has the pair.
    @inline(__always)
    private func isEarlier(_ rule: Int, _ group: Int32, _ first: Int, _ second: Int) -> Bool {
        if rules[rule].width > 1, rules[rule].firstShared(first, second) != group { return true }
        for earlier in 0..<rule where rules[earlier].joins(first, second) { return true }
        return false
    }
}
