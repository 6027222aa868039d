public import RapportCore

/// Makes two people one, and two again, each in one transaction with everything that is folded from their events.
///
/// Locks are taken in the house's order: both cursors, then both heads. While a merge stands, the loser is an alias: its
/// profiles, identifiers and events are the survivor's. Profiles keep their origin, so an unmerge knows what was whose, what
/// came later too.
public struct Merger: Sendable {
    let folds: [any Fold]
    let participants: [any MergeParticipant]
    let catalog: Catalog
    let book: IdentityRuleBook

    /// - Parameter folds: all of them, in the order of the step.
    public init(
        folds: [any Fold], participants: [any MergeParticipant] = [], catalog: Catalog,
        book: IdentityRuleBook = IdentityRuleBook()
    ) {
        self.folds = folds
        self.participants = participants
        self.catalog = catalog
        self.book = book
    }

    /// Merges two people. Aliases are followed on both sides.
    ///
    /// - Parameter origin: where the house merges somebody anonymous who turned out to be known: the person as whom the
    ///   loser's identifiers are recognised from now on. People who merge by hand leave origins alone.
    /// - Throws: `Problem` `merge.same`, `merge.nobody`, `merge.erased` or `merge.held`.
    @discardableResult
    public func merge(
        _ loser: PersonID, into survivor: PersonID, actor: String, reason: String, adopting origin: PersonID? = nil,
        wall: Timestamp,
        in db: Connection
    ) throws -> Merge {
        let now = try People.current([loser, survivor], in: db)
        guard let from = now[loser], let to = now[survivor] else {
            throw Problem("merge.nobody", "there is no such person")
        }
        guard from.person != to.person else { throw Problem("merge.same", "they are one person already") }
        var transfer = try ProfileTransfer(from: from, to: to, in: db)
        for person in [from.person, to.person] where try db.integer("SELECT state FROM people WHERE id = \(person)") != 0 {
            throw Problem("merge.erased", "one of them has been erased or merged meanwhile")
        }
        try transfer.lockHeads()
        let number = try db.newNumbers(1, for: "merges")[0]
        let merge = Merge(
            id: number, survivor: to.person, loser: from.person, mergedAt: min(wall, try transfer.moment()), actor: actor,
            reason: reason, undoneAt: nil)
        try db.run("UPDATE people SET state = 1, survivor = \(to.person) WHERE id = \(from.person)")
        try transfer.move(profiles: nil)
        try db.run(
            """
            UPDATE reviews SET verdict = 'merged'
            WHERE low = \(min(from.person, to.person)) AND high = \(max(from.person, to.person))
            """)
        try book.rules(in: db).updateAnonymous([to.person], in: db)

        let step = StepContext(db: db, partition: to.partition, now: transfer.clock, wall: wall, catalog: catalog)
        for fold in folds { try fold.refold([to.person, from.person], in: step) }
        var undo: [JSONValue.Member] = []
        if let origin {
            let adopted = try db.all(
                "SELECT id FROM profiles WHERE origin = \(from.person) AND person = \(to.person) ORDER BY id"
            ) {
                JSONValue.integer($0.integer(0))
            }
            try db.run("UPDATE profiles SET origin = \(origin) WHERE origin = \(from.person) AND person = \(to.person)")
            undo.append(.init("adopted", .array(adopted)))
        }
        for participant in participants {
            if let json = try participant.didMerge(merge, in: step) { undo.append(.init("by.\(participant.name)", json)) }
        }
        try transfer.writeTimers(of: step)
        try db.insert(
            into: "merges", ["id", "survivor", "loser", "merged_at", "actor", "reason", "undo", "undone_at"],
            [
                [
                    .integer(number), .integer(to.person), .integer(from.person), .time(merge.mergedAt), .text(actor),
                    .text(reason),
                    .text(JSONValue.object(undo).text), .null,
                ]
            ])
        return merge
    }

    /// Undoes a merge: the loser is a person again, with its profiles, what came for them since, and nothing else.
    ///
    /// - Returns: the merge as it stands now.
    /// - Throws: `Problem` `merge.unknown`, `merge.undone` or `merge.held`.
    @discardableResult
    public func unmerge(_ id: Int64, wall: Timestamp, in db: Connection) throws -> Merge {
        guard var merge = try db.first("SELECT \(raw: Merge.columns) FROM merges WHERE id = \(id)", Merge.init) else {
            throw Problem("merge.unknown", "there is no merge \(id)")
        }
        guard let root = try People.current([merge.loser], in: db)[merge.loser],
            let home = try db.integer("SELECT partition FROM people WHERE id = \(merge.loser)"),
            try db.integer("SELECT state FROM people WHERE id = \(root.person)") != 2
        else { throw Problem("merge.erased", "the person has been erased") }
        var transfer = try ProfileTransfer(from: root, to: (merge.loser, Int(home)), in: db)
        let undone = try db.first("SELECT undone_at FROM merges WHERE id = \(id)") { $0.timestampOrNil(0) } ?? nil
        guard undone == nil else { throw Problem("merge.undone", "merge \(id) has been undone already") }
        guard try People.current([merge.loser], in: db)[merge.loser]?.person == root.person else {
            throw Problem("merge.contended", "the person is being merged elsewhere", remedy: "Try again.")
        }
        try transfer.lockHeads()
        let undo = try JSONValue(parsing: try db.text("SELECT undo FROM merges WHERE id = \(id)") ?? "{}")
        let adopted = (undo["adopted"]?.array ?? []).compactMap(\.integer)
        if !adopted.isEmpty {
            try db.run("UPDATE profiles SET origin = \(merge.loser) WHERE id IN \(list: adopted)")
        }
        let origins = try origins(under: merge.loser, in: db)
        let profiles = try db.all(
            "SELECT id FROM profiles WHERE person = \(root.person) AND origin IN \(list: origins) ORDER BY id"
        ) { $0.integer(0) }
        try db.run("UPDATE people SET state = 0, survivor = NULL WHERE id = \(merge.loser)")
        try transfer.move(profiles: profiles)
        try book.rules(in: db).updateAnonymous([root.person, merge.loser], in: db)
        // What was said until the heads were locked was said of both, also where the clock was read before.
        let moment = max(wall, try transfer.moment())
        merge.undoneAt = moment
        try db.run("UPDATE merges SET undone_at = \(moment) WHERE id = \(id)")
        let (low, high) = (min(merge.loser, merge.survivor), max(merge.loser, merge.survivor))
        try db.run("UPDATE reviews SET verdict = 'apart' WHERE low = \(low) AND high = \(high)")

        let step = StepContext(db: db, partition: root.partition, now: transfer.clock, wall: wall, catalog: catalog)
        for fold in folds { try fold.refold([root.person, merge.loser], in: step) }
        for participant in participants {
            try participant.didUnmerge(merge, from: root.person, undo: undo["by.\(participant.name)"], in: step)
        }
        try transfer.writeTimers(of: step)
        return merge
    }

    /// The person and all who are merged into it, directly or through others.
    private func origins(under person: PersonID, in db: Connection) throws -> [PersonID] {
        var all: Set<PersonID> = [person]
        var next = [person]
        while !next.isEmpty {
            next = try db.all("SELECT loser FROM merges WHERE survivor IN \(list: next) AND undone_at IS NULL ORDER BY id") {
                $0.integer(0)
            }.filter { all.insert($0).inserted }
        }
        return all.sorted()
    }
}
