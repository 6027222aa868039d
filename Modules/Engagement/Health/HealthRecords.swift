import RapportCore

/// What the rows of some people say of them, side by side: a dictionary or a set for each person took most of the time of reading all.
struct HealthRecords {
    struct Told {
        /// The place of the person.
        var who: Int
        var source: Int64
        var profile: ProfileID
        var provenance: Provenance
    }

    /// What is known of one kind of address of one person.
    struct Contact {
        var since = Timestamp.distantPast
        var isKnown = false
        var isPossible = false
        /// Messages to one of them bounce.
        var isDead = false
    }

    /// A source that has an address of a kind.
    struct Claim {
        var who: Int
        var source: Int64
        var kind: Int
    }

    /// In order.
    let people: [PersonID]
    private let kinds: Int
    private(set) var told: [Told] = []
    private(set) var claims: [Claim] = []
    private(set) var segments: [(who: Int, segment: Int64)] = []
    private var contacts: [Contact]
    private var last = 0

    /// - Parameter kinds: how many kinds of addresses are looked at.
    init(_ people: [PersonID], kinds: Int) {
        self.people = people
        self.kinds = kinds
        contacts = [Contact](repeating: Contact(), count: people.count * kinds)
        told.reserveCapacity(people.count)
        claims.reserveCapacity(people.count * kinds)
    }

    subscript(who: Int, kind: Int) -> Contact {
        get { contacts[who * kinds + kind] }
        set { contacts[who * kinds + kind] = newValue }
    }

    /// The place of a person; `nil` for one who is not among them. Rows mostly come in the order of people.
    mutating func place(of person: PersonID) -> Int? {
        if people[last] == person { return last }
        if last + 1 < people.count, people[last + 1] == person {
            last += 1
            return last
        }
        var (low, high) = (0, people.count)
        while low < high {
            let middle = (low + high) / 2
            if people[middle] < person { low = middle + 1 } else { high = middle }
        }
        guard low < people.count, people[low] == person else { return nil }
        last = low
        return low
    }

    mutating func add(_ one: Told) { told.append(one) }
    mutating func add(_ claim: Claim) { claims.append(claim) }
    mutating func add(_ segment: Int64, of who: Int) { segments.append((who, segment)) }

    /// Puts what is of one person together; of one person it stays as it came.
    mutating func sort() {
        Self.sort(&told, by: \.who)
        Self.sort(&claims, by: \.who)
        Self.sort(&segments, by: \.who)
    }

    private static func sort<Element>(_ elements: inout [Element], by who: (Element) -> Int) {
        guard !zip(elements, elements.dropFirst()).allSatisfy({ who($0) <= who($1) }) else { return }
        let order = elements.indices.sorted { (who(elements[$0]), $0) < (who(elements[$1]), $1) }
        elements = order.map { elements[$0] }
    }
}
