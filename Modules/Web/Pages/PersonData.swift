import RapportCore
import RapportEngagement
import RapportStorage

/// One person: the record, why or why not, the timeline.
struct PersonData {
    let services: WebServices
    let pages: PageRenderer

    /// How many of the latest changes of stage are shown.
    private static let changes = 20

    private struct Answer: Sendable {
        var record: PersonRecord
        var timeline: TimelinePage
        var explanations: [Explanation]
        var segments: [String]
        var standings: [(fact: String, since: Timestamp)]
        var permissions: [PermissionLine]
        var stages: [LifecycleQuestions.Change]
        var affiliations: [PersonAffiliation]
        var relations: [PersonRelation]
        var households: [PersonHousehold]
    }

    /// - Returns: `nil` if there is no such person.
    func values(_ id: String, before: String?) async throws -> [String: Any]? {
        guard let answer = try await answer(id, before: before) else { return nil }
        let (record, texts) = (answer.record, pages.texts)
        let context = context(answer)
        let values: [String: Any] = [
            "name": record.state == .erased ? texts("page.erased_person") : record.title,
            "lead": texts(
                record.anonymous ? "page.anonymous_lead" : "page.person_lead",
                [
                    "first": pages.when(record.firstSeen), "seen": pages.when(record.lastSeen),
                    "since": pages.when(record.createdAt),
                ]), "id": record.publicID,
            "segments": answer.segments,
            "standings": answer.standings.map { texts("page.standing", ["fact": $0.fact, "since": pages.when($0.since)]) },
            "has_context": !context.isEmpty, "context": context, "has_receipts": !answer.explanations.isEmpty,
            "receipts": answer.explanations.map {
                ["sentence": $0.sentence, "detail": $0.details.joined(separator: " · ")]
            },
            "fields": record.fields.map { field in
                ["name": field.name, "value": field.text, "source": field.source, "when": pages.when(field.saidAt)]
            },
            "has_fields": !record.fields.isEmpty,
            "identifiers": record.identifiers.map { ["kind": $0.identifier.kind, "value": $0.identifier.value] },
            "has_permissions": !answer.permissions.isEmpty, "permissions": answer.permissions.map(line),
        ]
        return values.merging(stages(answer)) { $1 }.merging(events(answer)) { $1 }
    }

    private func answer(_ id: String, before: String?) async throws -> Answer? {
        let (explainer, search) = (services.explainer, services.search)
        let start = before.flatMap(Self.cursor)
        let now = services.clock.now
        return try await services.database.read { db in
            guard let person = try search.find(id, in: db), let record = try People.record(of: person, in: db) else { return nil }
            return Answer(
                record: record, timeline: try People.timeline(of: person, before: start, count: 30, in: db),
                explanations: try explainer.explain(person: person, limit: 8, in: db),
                segments: try SegmentStore.segments(of: person, in: db).map(\.name),
                standings: try Self.standings(of: person, at: now, in: db),
                permissions: try PermissionLine.all(of: person, in: db),
                stages: try LifecycleQuestions.history(of: person, in: db),
                affiliations: try People.affiliations(of: person, in: db), relations: try People.relations(of: person, in: db),
                households: try People.households(of: person, in: db))
        }
    }

    private func stages(_ answer: Answer) -> [String: Any] {
        let texts = pages.texts
        let now = answer.stages.last.flatMap { change in
            change.to.map { texts("page.stage", ["stage": $0, "when": pages.when(change.at)]) }
        }
        return [
            "stages": [now].compactMap { $0 }, "has_stage_changes": !answer.stages.isEmpty,
            "stage_changes": answer.stages.suffix(Self.changes).reversed().map { change in
                let none = texts("page.stage_none")
                return [
                    "at": change.at.rfc3339, "when": pages.when(change.at), "to": change.to ?? none,
                    "detail": texts("page.stage_from.\(change.cause.word)", ["stage": change.from ?? none]),
                ]
            },
        ]
    }

    private func events(_ answer: Answer) -> [String: Any] {
        let entries = answer.timeline.entries
        let last = answer.timeline.hasMore ? entries.last : nil
        return [
            "has_events": !entries.isEmpty,
            "more": pages.optional(last.map { "?before=\($0.occurredAt.milliseconds)-\($0.ref)" }),
            "events": entries.map { entry -> [String: Any] in
                let touchpoint = [entry.phase?.rawValue, entry.initiator?.rawValue].compactMap { $0 }
                    .map { pages.texts("page.touchpoint.\($0)") }.joined(separator: ", ")
                return [
                    "at": entry.occurredAt.rfc3339, "when": pages.when(entry.occurredAt), "kind": entry.kind,
                    "detail": Self.detail(entry), "touchpoint": pages.optional(touchpoint.isEmpty ? nil : touchpoint),
                ]
            },
        ]
    }

    /// Where the person works, with whom they live, and who they are to others: a line each.
    private func context(_ answer: Answer) -> [[String: Any]] {
        func line(_ what: String, _ who: String, _ since: Timestamp?, _ until: Timestamp?) -> [String: Any] {
            let dates = [since.map(pages.when), until.map(pages.when)].compactMap { $0 }
            return ["what": what, "who": who, "when": dates.joined(separator: " – "), "tone": until == nil ? "" : "plain"]
        }
        func word(_ family: String, _ name: String) -> String {
            let key = "context.\(family).\(name)"
            return pages.texts.has(key) ? pages.texts(key) : name.replacing("_", with: " ")
        }
        let jobs = answer.affiliations.reversed().map { one in
            line(
                one.affiliation.role.isEmpty ? pages.texts("page.works") : word("role", one.affiliation.role),
                one.affiliation.title.isEmpty ? one.title : "\(one.title), \(one.affiliation.title)", one.affiliation.since,
                one.affiliation.until)
        }
        let others = answer.relations.map { one in
            line(
                word("relation", one.relation.kind), one.name ?? pages.texts("page.erased_person"), one.relation.since,
                one.relation.until)
        }
        let homes = answer.households.filter { $0.until == nil && !$0.members.isEmpty }.map { one in
            line(pages.texts("page.lives_with"), one.members.map(\.name).joined(separator: ", "), one.since, nil)
        }
        return jobs + homes + others
    }

    private func line(_ permission: PermissionLine) -> [String: Any] {
        let texts = pages.texts
        let tone =
            switch permission.state {
            case .granted, .confirmed, .lifted, .released: ""
            case .pending, .unproven: "warn"
            case .withdrawn, .objected, .restricted: "bad"
            }
        return [
            "topic": permission.topic.isEmpty ? texts("page.all_topics") : permission.topic,
            "channel": permission.channel.isEmpty ? texts("page.all_channels") : permission.channel,
            "state": texts("page.permission.\(permission.state.rawValue)"), "tone": tone,
            "detail": [permission.basis, pages.when(permission.at)].compactMap { $0 }.joined(separator: ", "),
        ]
    }

    /// The parts of an event that a glance needs: its source and its first few properties.
    private static func detail(_ entry: TimelinePage.Entry) -> String {
        let parts = (entry.properties.object ?? []).compactMap { member -> String? in
            switch member.value {
            case .string(let text): "\(member.name) \(text)"
            case .integer(let number): "\(member.name) \(number)"
            case .decimal(let literal): "\(member.name) \(literal)"
            default: nil
            }
        }
        return ([entry.source] + parts.prefix(3)).joined(separator: " · ")
    }

    private static func cursor(_ text: String) -> (occurredAt: Timestamp, ref: EventRef)? {
        guard let dash = text.firstIndex(of: "-"), let at = Int64(text[..<dash]),
            let ref = EventRef(text[text.index(after: dash)...])
        else { return nil }
        return (Timestamp(milliseconds: at), ref)
    }

    private static func standings(
        of person: PersonID, at now: Timestamp, in db: Connection
    ) throws -> [(fact: String, since: Timestamp)] {
        try db.all(
            """
            SELECT symbols.value, standings.since FROM standings JOIN symbols ON symbols.id = standings.fact
            WHERE standings.person = \(person) AND (standings.until = 0 OR standings.until > \(now)) ORDER BY standings.since, standings.id
            """
        ) { (fact: $0.text(0), since: $0.timestamp(1)) }
    }
}
