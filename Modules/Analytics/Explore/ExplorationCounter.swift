import RapportCore

/// Adds up events piece by piece of the time. What they are told apart by is few, and mostly what it was a little before.
struct ExplorationCounter {
    typealias Key = ExplorationTally.Key

    /// Who was seen, under which key and when.
    private struct Seen: BitwiseCopyable {
        var person: Int32
        var place: Int32
        var piece: Int32
    }

    private let needsPeople: Bool
    private let needsAmounts: Bool
    private let pieces: Int
    private var places: [Key: Int] = [:]
    private var keys: [Key] = []
    private var counts: [Int] = []
    private var amounts: [Int64] = []
    private var seen: PersonPiles<Seen>
    /// Places of keys that came lately, by the end of their number.
    private var recent = [Int](repeating: -1, count: 256)
    private var withoutAmount = 0

    /// - Parameter people: above every person's number.
    init(_ measure: Exploration.Measure, people: Int, pieces: Int) {
        needsPeople = measure == .people
        if case .sum = measure { needsAmounts = true } else { needsAmounts = false }
        self.pieces = pieces
        seen = PersonPiles(people: needsPeople ? people : 0) { PersonID($0.person) }
    }

    /// - Parameter level: the number of the key's text, by which it is found sooner.
    /// - Throws: `Problem` `explore.overflow`.
    mutating func add(_ key: Key, level: Int, piece: Int, person: PersonID, amount: Int64?) throws {
        if needsAmounts, amount == nil {
            withoutAmount += 1
            return
        }
        let place = place(of: key, level)
        counts[place] += 1
        if needsPeople {
            seen.add(Seen(person: Int32(person), place: Int32(place), piece: Int32(piece)), of: person)
        } else if let amount {
            let (sum, isTooBig) = amounts[place].addingReportingOverflow(amount)
            guard !isTooBig else { throw Problem("explore.overflow", "the sum needs more than 64 bits") }
            amounts[place] = sum
        }
    }

    private mutating func place(of key: Key, _ level: Int) -> Int {
        let number =
            switch key.group {
            case .none: Int(truncatingIfNeeded: key.currency) & 255
            case .number(let number): Int(truncatingIfNeeded: number &* 31 &+ key.currency) & 255
            case .text: level & 255
            }
        if recent[number] >= 0, keys[recent[number]] == key { return recent[number] }
        let place = places[key] ?? keys.count
        recent[number] = place
        guard place == keys.count else { return place }
        places[key] = place
        keys.append(key)
        counts.append(0)
        amounts.append(0)
        return place
    }

    /// Gives the piece's figures to `tally` and begins the next.
    mutating func end(_ piece: Int, into tally: inout ExplorationTally) {
        for (place, key) in keys.enumerated() where counts[place] > 0 {
            tally.add(key, piece: piece, count: counts[place], people: 0, amount: amounts[place])
            counts[place] = 0
            amounts[place] = 0
        }
    }

    /// Gives what is of the whole time, and of each piece how many different people there were.
    mutating func end(into tally: inout ExplorationTally) {
        tally.withoutAmount += withoutAmount
        guard needsPeople else { return }
        var (byPiece, everybody) = ([Int](repeating: 0, count: pieces), 0)
        var totals = [Int](repeating: 0, count: keys.count)
        var people = [Int](repeating: 0, count: keys.count * pieces)
        // Of one person they come in the order of time.
        seen.each { _, own in
            everybody += 1
            var last: Int32 = -1
            for one in own where one.piece != last {
                byPiece[Int(one.piece)] += 1
                last = one.piece
            }
            own.sort { ($0.place, $0.piece) < ($1.place, $1.piece) }
            var (place, piece): (Int32, Int32) = (-1, -1)
            for one in own where one.place != place || one.piece != piece {
                if one.place != place { totals[Int(one.place)] += 1 }
                people[Int(one.place) * pieces + Int(one.piece)] += 1
                (place, piece) = (one.place, one.piece)
            }
        }
        for (place, key) in keys.enumerated() {
            for piece in 0..<pieces where people[place * pieces + piece] > 0 {
                tally.add(key, piece: piece, count: 0, people: people[place * pieces + piece], amount: 0)
            }
            tally.setTotal(key, people: totals[place])
        }
        // One person may be in several groups, so that all is not their sum.
        tally.overall = (byPiece, everybody)
    }
}
