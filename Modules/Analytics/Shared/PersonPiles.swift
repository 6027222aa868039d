import RapportCore

/// Puts what comes in any order by person. It is laid on piles of four thousand people who stand together: few enough to be written to
/// side by side, each small enough to be put in order (by counting) within the processor's cache, where one sort over all would wait
/// for memory at every element.
struct PersonPiles<Element: BitwiseCopyable> {
    private static var bits: Int { 12 }
    private static var width: Int { 1 << bits }

    /// What is of the people of one pile, by person; of one person in the order in which it came.
    struct Pile {
        fileprivate var first: PersonID
        fileprivate var elements: [Element]
        /// Where each person's begin, and the end of the last.
        fileprivate var starts: [Int]

        /// Hands over everybody of whom there is something, in the order of their numbers.
        mutating func each(_ body: (PersonID, inout UnsafeMutableBufferPointer<Element>) throws -> Void) rethrows {
            try elements.withUnsafeMutableBufferPointer { buffer in
                for place in 0..<PersonPiles.width where starts[place + 1] > starts[place] {
                    var own = UnsafeMutableBufferPointer(rebasing: buffer[starts[place]..<starts[place + 1]])
                    try body(first + PersonID(place), &own)
                }
            }
        }

        /// What is of one of the people.
        subscript(person: PersonID) -> ArraySlice<Element> {
            let place = Int(person - first)
            return elements[starts[place]..<starts[place + 1]]
        }
    }

    private let person: (Element) -> PersonID
    private var piles: [[Element]]

    /// - Parameters:
    ///   - people: above every person's number.
    ///   - person: whose an element is.
    init(people: Int, person: @escaping (Element) -> PersonID) {
        self.person = person
        piles = [[Element]](repeating: [], count: people >> Self.bits + 1)
    }

    /// How many piles there are: those of the same people have the same place, whatever lies on them.
    var places: Range<Int> { piles.indices }
    var count: Int { piles.reduce(0) { $0 + $1.count } }

    mutating func add(_ element: Element, of person: PersonID) { piles[Int(person) >> Self.bits].append(element) }

    /// Takes a pile away, in order.
    mutating func take(_ place: Int) -> Pile {
        let pile = piles[place]
        piles[place] = []
        let first = PersonID(place << Self.bits)
        var starts = [Int](repeating: 0, count: Self.width + 1)
        for element in pile { starts[Int(person(element) - first) + 1] += 1 }
        for place in 0..<Self.width { starts[place + 1] += starts[place] }
        var next = starts
        let elements = [Element](unsafeUninitializedCapacity: pile.count) { buffer, count in
            for element in pile {
                let home = Int(person(element) - first)
                buffer.initializeElement(at: next[home], to: element)
                next[home] += 1
            }
            count = pile.count
        }
        return Pile(first: first, elements: elements, starts: starts)
    }

    /// Hands over everybody of whom there is something, in the order of their numbers; what was handed over is let go.
    mutating func each(_ body: (PersonID, inout UnsafeMutableBufferPointer<Element>) throws -> Void) rethrows {
        for place in places where !piles[place].isEmpty {
            var pile = take(place)
            try pile.each(body)
        }
    }
}
