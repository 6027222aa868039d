import RapportCore

/// Says `job.changed` where a person has left one account and is at another from then on, and where a work address bounces for good
/// while a newer one of another firm is known. It is a fact for the timeline, and what guards may hold marketing back by until the
/// person has confirmed what they agreed to.
public struct JobChangeReactor: Reactor {
    public let name = "job_changes"
    /// What is learnt from history is history too, and is said as such.
    public var handlesHistory: Bool { true }

    public init() {}

    public func react(to events: [Event], in step: StepContext) throws {
        let kinds = try step.kinds()
        let moving = events.filter { event in
            event.person != 0
                && (event.kind == kinds[AffiliationsFold.joined] || event.kind == kinds[AffiliationsFold.left]
                    || (event.kind == kinds[FieldsFold.eventKind]
                        && (event.properties.mentions("account") || event.properties.mentions("company"))))
        }
        if !moving.isEmpty { try announceMoves(moving, in: step) }
        for event in events where event.person != 0 && event.kind == kinds["message.bounced"] {
            try lookAtBounce(event, in: step)
        }
    }

    private func announceMoves(_ events: [Event], in step: StepContext) throws {
        let people = Set(events.map(\.person)).sorted()
        let ended = try step.db.all(
            """
            SELECT DISTINCT person FROM affiliations
            WHERE person IN \(list: people) AND ended_partition IS NOT NULL ORDER BY person
            """
        ) { $0.integer(0) }
        guard !ended.isEmpty else { return }
        let all = try People.affiliations(of: ended, in: step.db)
        let refs = Dictionary(events.map { ($0.ref, $0) }) { first, _ in first }
        var told: Set<[String]> = []
        for (person, affiliations) in all.sorted(by: { $0.key < $1.key }) {
            let open = affiliations.filter { $0.affiliation.until == nil }
            for one in affiliations {
                guard let cause = one.affiliation.endedBy.flatMap({ refs[$0] }), let until = one.affiliation.until,
                    !open.contains(where: { $0.affiliation.account == one.affiliation.account }),
                    let next = open.first(where: { $0.affiliation.since >= until }),
                    told.insert(["\(person)", one.reference, next.reference]).inserted
                else { continue }
                step.append(
                    NewEvent(
                        kind: AffiliationsFold.changed, source: ContextDesk.source, person: person, occurredAt: cause.occurredAt,
                        properties: .object(
                            ContextDesk.members(of: one, "from") + ContextDesk.members(of: next, "to") + [
                                .init("cause", "statement"), .init("since", .string(until.rfc3339)),
                            ])), because: cause)
            }
        }
    }

    /// A work address that is gone, and a newer one of another firm: the job is over, wherever the person is now.
    private func lookAtBounce(_ event: Event, in step: StepContext) throws {
        let json = try step.properties(of: event)
        guard let bounce = json["bounce"]?.string, bounce == "hard" || bounce == "invalid",
            let email = try IdentifierNumbers.all(in: step.db)["email"]
        else { return }
        let addresses = try step.db.all(
            "SELECT value, first_seen FROM identifiers WHERE person = \(event.person) AND kind = \(email) ORDER BY first_seen, value"
        ) { (value: $0.text(0), firstSeen: $0.timestamp(1)) }
        let bounced = addresses.first { address in
            json["address"]?.integer == AddressHash.of(Identifier(kind: "email", value: address.value))
                || json["address"]?.string.map(Text.folded) == address.value
        }
        guard let bounced, let domain = WorkAddress.domain(of: bounced.value), !WorkAddress.isPublic(domain) else { return }
        let isFollowed = addresses.contains { other in
            guard let newer = WorkAddress.domain(of: other.value) else { return false }
            return other.firstSeen > bounced.firstSeen && newer != domain && !WorkAddress.isPublic(newer)
        }
        guard isFollowed else { return }
        let open = try People.affiliations(of: event.person, in: step.db).filter { $0.affiliation.until == nil }
        // With several jobs nobody can tell which one it was; one that began after the address was known may be the new one.
        guard Set(open.map(\.affiliation.account)).count == 1, let job = open.first,
            !job.affiliation.isDated || job.affiliation.since <= bounced.firstSeen
        else { return }
        step.append(
            NewEvent(
                kind: AffiliationsFold.changed, source: ContextDesk.source, person: event.person, occurredAt: event.occurredAt,
                properties: .object(
                    ContextDesk.members(of: job, "from") + [.init("cause", .string(AffiliationsFold.bounce))])), because: event)
    }
}

/// What only follows from other events goes with them when an import is taken back.
public struct ContextRemoval: RemovalParticipant {
    public init() {}
    public var derivedKinds: Set<String> { [AffiliationsFold.changed] }
}
