import RapportCore

extension DoorBatch {
    mutating func findDuplicates(in db: Connection) throws {
        now = try db.now()
        let keys = places.compactMap(\.dedupe)
        guard !keys.isEmpty else { return }
        let events = prepared.checked.events
        let highs = keys.map(\.high).sorted()
        // Things of which more than one event of this batch speaks, and those of which something is known. Of any other what is said
        // is the first, and nothing need be kept of it here.
        var spoken: [Int64: Statements] = [:]
        for (one, next) in zip(highs, highs.dropFirst()) where one == next { spoken[one] = Statements() }
        let mayRestate = places.contains { events[$0.index].restates != nil }
        var known: [DedupeColumns: EventRef] = [:]
        var expired: [DedupeColumns] = []
        try db.each("SELECT high, low, partition, position, expires_at FROM dedupe WHERE high IN \(list: highs)") { row in
            let key = DedupeColumns(high: row.integer(0), low: row.integer(1))
            if let end = row.timestampOrNil(4), end <= now {
                expired.append(key)
            } else {
                let ref = EventRef(partition: row.int(2), position: row.integer(3))
                known[key] = ref
                if mayRestate { spoken[key.high, default: Statements()].read(key.low, ref) }
            }
        }
        if !expired.isEmpty {
            let wanted = Set(keys)
            for key in expired where wanted.contains(key) {
                try db.run("DELETE FROM dedupe WHERE high = \(key.high) AND low = \(key.low)")
            }
        }
        var first: [DedupeColumns: Int] = [:]
        /// Which of the places are no news.
        var gone: Set<Int> = []
        for number in places.indices {
            guard let key = places[number].dedupe else { continue }
            let index = places[number].index
            if let restatement = events[index].restates {
                switch spoken[key.high]?.say(key.low, by: events[index].batch, restatement, index: index)
                    ?? .new(low: Statements.first(key.low, by: events[index].batch))
                {
                case .known(let ref):
                    answers[index] = .duplicate(ref)
                    gone.insert(number)
                case .repeated(let earlier):
                    repeats.append((index, earlier))
                    gone.insert(number)
                case .new(let low): places[number].dedupe?.low = low
                }
            } else if let ref = known[key] {
                answers[index] = .duplicate(ref)
                gone.insert(number)
            } else if let earlier = first[key] {
                repeats.append((index, earlier))
                gone.insert(number)
            } else {
                first[key] = index
            }
        }
        if !gone.isEmpty { places = places.indices.filter { !gone.contains($0) }.map { places[$0] } }
    }
}
