import Foundation
public import RapportCore

extension MonthlyReport {
    /// - Parameter letter: what it says in words.
    public func json(_ letter: Letter) -> JSONValue {
        [
            "month": .string(month.text), "as_of": .string(asOf.rfc3339), "complete": .bool(isComplete),
            "currency": .string(currency), "title": .string(letter.title), "this": json(this), "before": json(before),
            "year_before": json(yearBefore), "asked": .number(asked), "left_unsaid": json(unsaid), "put_off": json(putOff),
            "in_doubt": .number(inDoubt), "duplicates": .number(duplicates), "held": .number(held),
            "weeks": .array(
                weeks.map {
                    [
                        "first_day": .number($0.first), "last_day": .number($0.last), "sent": .number($0.sent),
                        "orders": .number($0.orders),
                    ]
                }),
            "segments": .array(
                moves.map {
                    [
                        "segment": .string($0.segment), "entered": .number($0.entered), "left": .number($0.left),
                        "members": .number($0.members),
                    ]
                }),
            "final_campaigns": .array(finished.map(json)),
            "attention": .array(
                letter.parts.compactMap { part -> JSONValue? in
                    guard case .attention(let text, let command) = part else { return nil }
                    return ["text": .string(text), "command": .string(command)]
                }),
            "sentences": .array(letter.sentences.map { .string($0) }),
        ]
    }

    private func json(_ counts: [(reason: String, count: Int)]) -> JSONValue {
        .object(counts.map { .init($0.reason, .number($0.count)) })
    }

    private func json(_ totals: MonthTotals) -> JSONValue {
        let counts: [(String, Int)] = [
            ("first_orders", totals.firstOrders), ("sent", totals.sent),
            ("written_to", totals.written), ("bounced", totals.bounced), ("had_their_time", totals.answers.messages),
            ("answered", totals.answers.responses), ("left", totals.left), ("complained", totals.complained),
            ("orders", totals.orders), ("buyers", totals.buyers), ("orders_without_amount", totals.ordersWithoutAmount),
        ]
        var members: [JSONValue.Member] = [.init("month", .string(totals.month.text))]
        members += [("known", totals.known), ("new", totals.new)].map { .init($0.0, $0.1.map { JSONValue.number($0) } ?? .null) }
        members += counts.map { .init($0.0, .number($0.1)) }
        members += [
            .init("lapsed", totals.lapsed.map { JSONValue.number($0) } ?? .null),
            .init("revenue", .decimal(ScaledInteger.text(totals.revenue, scale: Currency.exponent(of: currency)))),
            .init("answered_rate", .number(totals.answers.rate)),
            .init("lost_per_thousand", .number(totals.perThousand(totals.left + totals.complained))),
        ]
        return .object(members)
    }

    private func json(_ finished: Finished) -> JSONValue {
        var members = finished.figures.json.object ?? []
        members.append(
            .init(
                "lift",
                finished.trial.map { trial in .array(trial.experiments.map { $0.json(level: 0.95) }) } ?? .null))
        return .object(members)
    }
}
