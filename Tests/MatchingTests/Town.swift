import RapportMatching

/// A made-up town: people with their households, and some of them entered again, with an error.
struct Town {
    var rows: [[String]] = []
    var truth: [Int] = []
    private var state: UInt64

    static let columns = ["first", "last", "born", "street", "town", "phone"]

    init(seed: UInt64, people: Int) {
        state = seed
        for person in 0..<people {
            let row = [
                Self.first[next(Self.first.count)], Self.last[next(Self.last.count)] + Self.ends[next(Self.ends.count)],
                "\(1940 + next(60))-\(two(1 + next(12)))-\(two(1 + next(28)))",
                "\(1 + next(90)) \(Self.last[next(Self.last.count)]) street",
                Self.towns[next(Self.towns.count)], "0\(1_000_000 + next(8_999_999))",
            ]
            add(row, person)
            if person % 3 == 0 { add(slip(row), person) }
        }
    }

    /// The records, in an order that tells nothing.
    var records: MatchRecords {
        var records = MatchRecords(columns: Self.columns)
        for row in rows { records.append(row) }
        return records
    }

    /// Pairs found and true: precision and recall over pairs of records.
    func score(_ clusters: [Int]) -> (precision: Double, recall: Double) {
        var (found, real, both) = (0, 0, 0)
        for a in rows.indices {
            for b in rows.indices where b > a {
                let (isFound, isReal) = (clusters[a] == clusters[b], truth[a] == truth[b])
                found += isFound ? 1 : 0
                real += isReal ? 1 : 0
                both += isFound && isReal ? 1 : 0
            }
        }
        return (Double(both) / Double(max(1, found)), Double(both) / Double(max(1, real)))
    }

    private mutating func add(_ row: [String], _ person: Int) {
        let at = next(rows.count + 1)
        rows.insert(row, at: at)
        truth.insert(person, at: at)
    }

    private mutating func slip(_ row: [String]) -> [String] {
        var row = row
        switch next(5) {
        case 0: row[0] = String(row[0].dropLast())
        case 1: row.swapAt(0, 1)
        case 2: row[3] = "\(1 + next(90)) \(Self.last[next(Self.last.count)]) street"
        case 3: row[5] = ""
        default: row[1] += "e"
        }
        return row
    }

    private mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static let first = [
        "ada", "ben", "carla", "david", "emma", "frank", "greta", "henry", "irene", "jacob", "karen", "louis", "maria", "noah",
        "olga",
        "peter", "quentin", "ruth", "samuel", "tamara", "ursula", "victor", "wanda", "xaver", "yvonne", "zachary",
    ]
    private static let last = [
        "ander", "berg", "clark", "dunn", "evers", "fisch", "grant", "holm", "inger", "jarv", "keller", "lind", "moor", "nord",
        "oster",
        "pal", "quist", "rosen", "stern", "thal", "ulm", "vogel", "wald", "york", "zimmer",
    ]
    private static let ends = ["", "son", "mann", "er", "gaard", "ley", "ton", "feld"]
    private static let towns = [
        "ashford", "bristow", "calder", "dunmore", "eastwick", "farleigh", "greyton", "hollin", "ilford", "jesmond",
    ]
}
