public import RapportCore

/// A person whose rights are at stake, with everything by which records may name them.
public struct DataSubject: Sendable, Hashable {
    /// The person, merges followed.
    public let person: PersonID
    public let publicID: String
    public let partition: Int
    /// The person and all who are merged into it: acts keep the number they were made for.
    public let people: [PersonID]
    /// The public ids of `people`.
    public let publicIDs: [String]
    public let profiles: [ProfileID]
    public let identifiers: [Identifier]
    /// `AddressHash` of each address.
    public let addresses: [Int64]
    /// What finds the person in text that names nobody by number.
    public let traces: PersonalTraces

    /// - Returns: `nil` if there is no such person. Somebody erased has a number and no identifiers.
    public static func read(_ person: PersonID, in db: Connection) throws -> DataSubject? {
        guard let now = try People.current([person], in: db)[person] else { return nil }
        var all: Set<PersonID> = [now.person]
        var next = [now.person]
        while !next.isEmpty {
            next = try db.all("SELECT id FROM people WHERE survivor IN \(list: next) ORDER BY id") { $0.integer(0) }
                .filter { all.insert($0).inserted }
        }
        let people = all.sorted()
        let ids = try People.publicIDs(of: people, in: db)
        let identifiers = try People.identifiers(of: now.person, in: db).map(\.identifier)
        return DataSubject(
            person: now.person, publicID: ids[now.person] ?? "", partition: now.partition, people: people,
            publicIDs: ids.values.sorted(),
            profiles: try db.all("SELECT id FROM profiles WHERE person = \(now.person) ORDER BY id") { $0.integer(0) },
            identifiers: identifiers, addresses: identifiers.map { AddressHash.of($0) },
            traces: PersonalTraces(identifiers, try People.fields(of: [now.person], in: db)[now.person] ?? []))
    }
}

extension DataSubject {
    /// Where the person's events stand on the log.
    public func places(in db: Connection) throws -> [EventRef] {
        try db.all(StoredPersonalData.places(of: self)) { EventRef(partition: $0.int(0), position: $0.integer(1)) }
    }
}
