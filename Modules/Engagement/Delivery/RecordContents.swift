public import RapportCore
public import RapportStorage

/// What messages say of people: the golden values of their fields, as they were written. What has lost so much of its confidence that
/// the decision lets its token fall back is left out.
public struct RecordContents: PersonContents {
    private static let language = "language"

    private let book: PolicyBook

    public init(book: PolicyBook) { self.book = book }

    public func contents(of people: [PersonID], fields: Set<String>, in db: Connection) throws -> [PersonID: PersonContent] {
        let publicIDs = try People.publicIDs(of: people, in: db)
        let readings = try People.fields(of: people, in: db)
        let now = try db.now()
        // The decision knows confidence in whole percent.
        let least = Int64(try book.preview(in: db).decision.tokenConfidence) * 10
        return publicIDs.reduce(into: [:]) { out, person in
            let own = readings[person.key] ?? []
            let known = own.filter { fields.contains($0.name) && $0.confidence(at: now) >= least }
            out[person.key] = PersonContent(
                publicID: person.value, values: Dictionary(known.map { ($0.name, $0.text) }) { first, _ in first },
                language: own.first { $0.name == Self.language }?.text)
        }
    }
}
