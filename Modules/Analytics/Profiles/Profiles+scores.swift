public import RapportCore
public import RapportStorage

extension Profiles {
    /// The fields, as the ready-made definitions declare them too.
    public static func fields(currency: String?) -> [FieldDefinition] {
        [
            FieldDefinition("rfm_recency", .integer, purpose: "the fifth by how lately they bought, 5 is the best"),
            FieldDefinition("rfm_frequency", .integer, purpose: "the fifth by how often they bought, 5 is the best"),
            FieldDefinition("rfm_money", .integer, purpose: "the fifth by what they spent, 5 is the best"),
            FieldDefinition(
                "rfm_cell", .choice(RFM.Cell.allCases.map(\.rawValue)), purpose: "what recency and frequency make of a customer"),
            FieldDefinition("value_rank", .decimal(scale: 2), purpose: "per cent of customers who brought more"),
            FieldDefinition("value_ahead", .decimal(scale: 2), purpose: "per cent of the whole that those brought"),
            FieldDefinition("trouble", .integer, purpose: "returns, refunds, complaints, cases and service contacts"),
            FieldDefinition("trouble_rank", .decimal(scale: 2), purpose: "per cent of people who made more trouble"),
            FieldDefinition("trouble_ahead", .decimal(scale: 2), purpose: "per cent of all trouble that those made"),
            FieldDefinition("discounted_share", .decimal(scale: 2), purpose: "the share of orders bought with a discount"),
            FieldDefinition("bargain_score", .integer, purpose: "the fifth by that share, 5 for the most"),
            FieldDefinition(
                "lapse_reason", .choice(LapseReason.allCases.map(\.rawValue)),
                purpose: "what went wrong before they stopped buying"),
        ]
            + (currency.map {
                [
                    FieldDefinition(
                        "customer_value", .money(currency: $0), purpose: "what their orders brought, as of the last fit")
                ]
            } ?? [])
    }

    /// The figures as scores of people.
    ///
    /// - Parameter former: people who have figures of an earlier fit; whose orders are gone loses them.
    public func scores(former: Set<PersonID> = []) -> Scores {
        let fields = Self.fields(currency: currency)
        func number(_ value: Int?) -> JSONValue { value.map { .integer(Int64($0)) } ?? .null }
        func percent(_ share: Double?) -> JSONValue { share.map { Self.decimal($0 * 100) } ?? .null }
        var values: [(person: PersonID, values: [JSONValue])] = profiles.map { profile in
            let isBuyer = profile.rfm != nil
            var row: [JSONValue] = [
                number(profile.rfm?.recencyScore), number(profile.rfm?.frequencyScore), number(profile.rfm?.moneyScore),
                .text(profile.rfm?.cell.rawValue), percent(isBuyer ? profile.valueStanding.rank : nil),
                percent(isBuyer ? profile.valueStanding.ahead : nil), number(profile.trouble),
                percent(profile.troubleStanding.rank), percent(profile.troubleStanding.ahead),
                profile.discountedShare.map { Self.decimal($0) } ?? .null, number(profile.bargainScore),
                .text(profile.lapseReason?.rawValue),
            ]
            if let currency {
                row.append(
                    isBuyer ? .string(ScaledInteger.text(profile.value, scale: FieldType.minorDigits(of: currency))) : .null)
            }
            return (profile.person, row)
        }
        let now = Set(profiles.map(\.person))
        values += former.subtracting(now).sorted().map { ($0, fields.map { _ in .null }) }
        return Scores(fields: fields, values: values)
    }

    /// Whoever has figures of an earlier fit.
    public static func former(in db: Connection) throws -> Set<PersonID> {
        let slots = try FieldStore.read(in: db).fields.filter { ["rfm_cell", "trouble"].contains($0.definition.name) }
        var out: Set<PersonID> = []
        for field in slots {
            try db.each(
                """
                SELECT golden.person FROM golden JOIN people ON people.id = golden.person AND people.state = 0
                WHERE golden.f\(raw: String(field.slot)) IS NOT NULL
                """
            ) { out.insert($0.integer(0)) }
        }
        return out
    }

    /// With two decimals, rounded down: 79.999 is below 80.
    private static func decimal(_ value: Double) -> JSONValue {
        .string(ScaledInteger.text(Int64((value * 100 + 1e-9).rounded(.down)), scale: 2))
    }
}
