import RapportMatching

extension CheckedList {
    /// Tells what only all rows together tell.
    mutating func finish(options: Checkup.Options, progress: @escaping @Sendable (Double) -> Void) async throws -> FoundAll {
        var hits = self.hits
        let spelling = judgeDomains(&hits)
        var groups = Groups(count)
        inheritStops(&hits)
        let mail = repeated(mails)
        for (row, first) in mail {
            groups.join(row, first)
            hits.append(Hit(wholes[row] == wholes[first] ? .sameRow : .sameAddress, row: row))
        }
        var isRepeated = Set<Int>(mail.lazy.map(\.row))
        for (row, first) in repeated(wholes) where mails[row] == 0 && hasEnough(row) {
            groups.join(row, first)
            hits.append(Hit(.sameRow, row: row))
            isRepeated.insert(row)
        }
        if let column = columns.first(where: { $0.role == .id })?.index {
            let same = repeated(ids)
            for (row, _) in same { hits.append(Hit(.sameID, row: row, column: column)) }
        }
        hits += swapped()
        hits += shared()
        var wasCompared = false
        if isCompared, count > 1 {
            let clusters = try await clusters(progress)
            wasCompared = true
            var first: [Int: Int] = [:]
            for row in 0..<count {
                guard let earlier = first[clusters[row]] else {
                    first[clusters[row]] = row
                    continue
                }
                if !groups.areOne(row, earlier) {
                    groups.join(row, earlier)
                    if !isRepeated.contains(row) { hits.append(Hit(.likelySame, row: row)) }
                }
            }
        }
        hits += sharedPhones(&groups)
        let partners = (0..<count).map { row -> Int32 in
            let first = groups.first(row)
            return first == row ? -1 : Int32(first)
        }
        markDuplicates(partners)
        hits.sort { ($0.row, $0.column, $0.number) < ($1.row, $1.column, $1.number) }
        let people = partners.count { $0 < 0 }
        return FoundAll(
            hits: hits, blocks: blocks, partners: partners, people: people, wasCompared: wasCompared, spelling: spelling)
    }

    /// Of those that are one, the first that nothing else stops is written to.
    private mutating func markDuplicates(_ partners: [Int32]) {
        var isTaken = [Bool](repeating: false, count: count)
        for row in 0..<count where blocks[row].isEmpty {
            let group = partners[row] < 0 ? row : Int(partners[row])
            if isTaken[group] { blocks[row].insert(.duplicate) }
            isTaken[group] = true
        }
    }

    private mutating func judgeDomains(_ hits: inout [Hit]) -> DomainSpelling {
        var counts = [Int](repeating: 0, count: domains.count)
        for cell in mailCells { counts[Int(cell.domain)] += 1 }
        let spelling = DomainSpelling(Dictionary(uniqueKeysWithValues: zip(domains, counts)))
        let verdicts = domains.indices.map { index -> MailDomains.Verdict in
            let verdict = MailDomains.shared.verdict(domains[index])
            guard verdict == .fine || verdict == .noSuchDomain || verdict == .disposable else { return verdict }
            return spelling.meant(domains[index], count: counts[index]) == nil ? verdict : .mistyped
        }
        for cell in mailCells {
            let (row, column) = (Int(cell.row), Int(cell.column))
            let finding: Finding
            let block: Block
            switch verdicts[Int(cell.domain)] {
            case .fine: continue
            case .reserved: (finding, block) = (.reserved, .dead)
            case .noSuchDomain: (finding, block) = (.noSuchDomain, .dead)
            case .disposable: (finding, block) = (.disposable, .dead)
            case .mistyped: (finding, block) = (.mistyped, .mistyped)
            }
            hits.append(Hit(finding, row: row, column: column))
            if cell.isOwn { blocks[row].insert(block) }
        }
        return spelling
    }

    /// An address that must not be written to is so on every row.
    private mutating func inheritStops(_ hits: inout [Hit]) {
        guard standings.contains(where: \.isStopped) else { return }
        var stops: [UInt64: RowStanding] = [:]
        for row in 0..<count where standings[row].isStopped && mails[row] != 0 {
            stops[mails[row], default: []].formUnion(standings[row].intersection(.stops))
        }
        for row in 0..<count where mails[row] != 0 && !standings[row].isStopped {
            guard let stop = stops[mails[row]] else { continue }
            blocks[row].insert(.stopped)
            if standings[row].contains(.agreed) {
                hits.append(Hit(.contradictory, row: row))
                blocks[row].insert(.contradictory)
            } else {
                for finding in stop.findings { hits.append(Hit(finding, row: row)) }
            }
        }
    }

    /// Rows whose value stood in an earlier row already, with the first of them.
    private func repeated(_ hashes: [UInt64]) -> [(row: Int, first: Int)] {
        var order = (0..<Int32(hashes.count)).filter { hashes[Int($0)] != 0 }
        order.sort { (hashes[Int($0)], $0) < (hashes[Int($1)], $1) }
        var found: [(row: Int, first: Int)] = []
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, hashes[Int(order[end])] == hashes[Int(order[start])] { end += 1 }
            for index in (start + 1)..<max(end, start + 1) { found.append((Int(order[index]), Int(order[start]))) }
            start = end
        }
        return found
    }

    /// A row without an address that says too little to be the same as another.
    private func hasEnough(_ row: Int) -> Bool {
        phones[row] != 0 || firsts[row] != 0 && (lasts[row] != 0 || columns.count > 2) || columns.count == 1
    }

    private mutating func clusters(_ progress: @escaping @Sendable (Double) -> Void) async throws -> [Int] {
        var options = Matcher.Options()
        options.kinds = comparedKinds
        // A checkup is to be quick: in long lists each row is compared with fewer others.
        if count > 100_000 { options.budget = count * 4 }
        let stages: [Matcher.Stage: (Double, Double)] = [
            .preparing: (0, 0.2), .comparing: (0.2, 0.6), .learning: (0.8, 0.2), .weighing: (0.9, 0.1), .clustering: (0.9, 0.1),
        ]
        let matcher = try await Matcher(takeRecords(), options: options) { stage, share in
            let (from, width) = stages[stage] ?? (0, 1)
            progress(from + width * share)
        }
        return matcher.answer(oneToOne: false).cluster
    }
}

/// Rows that are one: union and find, the first row of each group its name.
struct Groups {
    private var parents: [Int32]
    init(_ count: Int) { parents = Array(0..<Int32(count)) }

    mutating func first(_ row: Int) -> Int {
        var root = Int32(row)
        while parents[Int(root)] != root { root = parents[Int(root)] }
        var at = Int32(row)
        while parents[Int(at)] != root { (at, parents[Int(at)]) = (parents[Int(at)], root) }
        return Int(root)
    }

    mutating func join(_ a: Int, _ b: Int) {
        let (x, y) = (first(a), first(b))
        if x < y { parents[y] = Int32(x) } else { parents[x] = Int32(y) }
    }

    mutating func areOne(_ a: Int, _ b: Int) -> Bool { first(a) == first(b) }
}
