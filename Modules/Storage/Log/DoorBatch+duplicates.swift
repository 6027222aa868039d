import RapportCore

extension DoorBatch {
    mutating func findDuplicates(in db: Connection) throws {
        now = try db.now()
        let keys = items.compactMap(\.dedupe)
        guard !keys.isEmpty else { return }
        var known: [DedupeColumns: EventRef] = [:]
        var expired: [DedupeColumns] = []
        var statements: [Int64: Statements] = [:]
        for item in items where item.event.restates != nil {
            if let key = item.dedupe { statements[key.high] = Statements() }
        }
        try db.each(
            "SELECT high, low, partition, position, expires_at FROM dedupe WHERE high IN \(list: keys.map(\.high).sorted())"
        ) { row in
            let key = DedupeColumns(high: row.integer(0), low: row.integer(1))
            if let end = row.timestampOrNil(4), end <= now {
                expired.append(key)
            } else {
                let ref = EventRef(partition: row.int(2), position: row.integer(3))
                known[key] = ref
                if !statements.isEmpty { statements[key.high]?.read(key.low, ref) }
            }
        }
        if !expired.isEmpty {
            let wanted = Set(keys)
            for key in expired where wanted.contains(key) {
                try db.run("DELETE FROM dedupe WHERE high = \(key.high) AND low = \(key.low)")
            }
        }
        var first: [DedupeColumns: Int] = [:]
        var kept: [Item] = []
        kept.reserveCapacity(items.count)
        for var item in items {
            guard let key = item.dedupe else {
                kept.append(item)
                continue
            }
            if let restatement = item.event.restates {
                switch statements[key.high, default: Statements()].say(
                    key.low, by: item.event.batch, restatement, index: item.index)
                {
                case .known(let ref): answers[item.index] = .duplicate(ref)
                case .repeated(let earlier): repeats.append((item.index, earlier))
                case .new(let low):
                    item.dedupe?.low = low
                    kept.append(item)
                }
                continue
            }
            if let ref = known[key] {
                answers[item.index] = .duplicate(ref)
            } else if let earlier = first[key] {
                repeats.append((item.index, earlier))
            } else {
                first[key] = item.index
                kept.append(item)
            }
        }
        items = kept
    }
}
