import RapportCore
import RapportStorage

/// The events that say what a person changed on the page of choices.
struct PreferenceChanges {
    let person: PreferencesUseCase.Person
    let message: MessageKey
    let form: PreferencesUseCase.Form
    let at: Timestamp

    var events: [NewEvent] {
        let offered = Set(
            person.page.topics.flatMap { topic in
                person.page.channels.map { PreferencesUseCase.Choice(topic: topic.name, channel: $0) }
            })
        let shown = form.shown.intersection(offered)
        let ticked = form.ticked.intersection(shown)
        // Who objected and ticks something again wants that, and no more than that: what the objection held back stays back.
        let lifted = person.ledger.objected.filter { scope in ticked.contains { covers(scope, $0) } }
        var events = lifted.flatMap { scope in
            [
                Self.event("objection.lifted", members(scope), of: message, at: at),
                Self.event("permission.withdrawn", members(scope), of: message, at: at - Span(milliseconds: 1)),
            ]
        }
        for choice in shown.sorted() {
            let isOn =
                !lifted.contains { covers($0, choice) }
                && person.ledger.isOn(Text.folded(choice.topic), Text.folded(choice.channel))
            if ticked.contains(choice), !isOn { events.append(grant(choice)) }
            if !ticked.contains(choice), isOn { events.append(withdrawal(choice)) }
        }
        if form.preference != person.page.preference {
            events.append(Self.event(StatedPreference.kind, form.preference.members, of: message, at: at))
        }
        return events
    }

    static func event(_ kind: String, _ parts: [JSONValue.Member], of message: MessageKey, at: Timestamp) -> NewEvent {
        NewEvent(
            kind: kind, source: "rapport", person: message.person, occurredAt: at,
            properties: .object(
                parts + [
                    .init("where", "preference_page"), .init("message", .string(message.wireID)), .init("actor", "person"),
                    // Whatever the clocks say: an act of the person, which lifts what only the person can lift.
                    .init("imported", false),
                ]))
    }

    private func covers(_ scope: LedgerReading.Scope, _ choice: PreferencesUseCase.Choice) -> Bool {
        scope.covers(brand: person.ledger.brand, Text.folded(choice.topic), Text.folded(choice.channel))
    }

    private func members(_ scope: LedgerReading.Scope) -> [JSONValue.Member] {
        [("brand", scope.brand), ("topic", scope.topic), ("channel", scope.channel)].compactMap { name, value in
            value.map { .init(name, .string($0)) }
        }
    }

    private func scope(_ choice: PreferencesUseCase.Choice) -> [JSONValue.Member] {
        [
            .init("brand", .string(person.page.brand)), .init("topic", .string(choice.topic)),
            .init("channel", .string(choice.channel)),
        ]
    }

    private func withdrawal(_ choice: PreferencesUseCase.Choice) -> NewEvent {
        Self.event("permission.withdrawn", scope(choice) + [.init("evidence", "page")], of: message, at: at)
    }

    /// A button pressed behind a link that only the reader of that address has is a confirmed consent for the address. For
    /// another one it is a consent that its country's rule may want confirmed.
    private func grant(_ choice: PreferencesUseCase.Choice) -> NewEvent {
        let isConfirmed = choice.channel == person.provenChannel
        let evidence: [JSONValue.Member] = [
            .init("basis", "consent"), .init("evidence", isConfirmed ? "signed_link" : "page"),
            .init("wording", .string(form.wording)), .init("language", .string(form.language)),
            .init("date", .string(at.rfc3339)),
        ]
        let address: [JSONValue.Member] = isConfirmed ? person.provenAddress.map { [.init("address", .integer($0))] } ?? [] : []
        return Self.event(
            isConfirmed ? "permission.confirmed" : "permission.granted", scope(choice) + evidence + address, of: message, at: at)
    }
}
