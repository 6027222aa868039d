import RapportCore

/// Rows of `words` to be written: many people have the same few words, so that only the words need sorting.
struct WordRows {
    private var people: [String: [PersonID]] = [:]

    /// - Parameter person: not before those who were added with the word.
    mutating func add(_ word: String, of person: PersonID) { people[word, default: []].append(person) }

    /// Writes them in key order.
    func insert(in db: Connection) throws {
        let words = Array(people.keys)
        var all: [(word: String, person: PersonID)] = []
        for place in ByteOrder.order(of: words) {
            for person in people[words[place]] ?? [] { all.append((words[place], person)) }
        }
        try db.insert(into: "words", ["word", "person"], all, onConflict: "DO NOTHING") { row, found in
            row.text(found.word)
            row.integer(found.person)
        }
    }
}
