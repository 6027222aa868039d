public import RapportCore

extension LifetimeValue {
    /// The fit and what it foretells, for machines. Parameters that the data cannot carry are null.
    ///
    /// - Parameter texts: what `fallback` and `remarks` say it with; `model` says it for machines.
    public func json(_ figures: [Figures], texts: Texts) -> JSONValue {
        let known = Dictionary(uniqueKeysWithValues: purchases.model.parameters.map { ($0.name, $0.value) })
        var errors = zip(purchases.model.parameters, purchases.standardErrors ?? []).map {
            JSONValue.Member($0.0.name, .number($0.1))
        }
        if let own = values?.standardErrors {
            errors += zip(["p", "q", "gamma"], own).map { JSONValue.Member($0.0, .number($0.1)) }
        }
        var members: [JSONValue.Member] = [.init("model", .string(purchases.model.name))]
        members += ["r", "alpha", "a", "b"].map { .init($0, .number(known[$0])) }
        members += ["dropout", "rate"].compactMap { name in known[name].map { .init(name, .number($0)) } }
        members += [
            .init("log_likelihood", .number(purchases.logLikelihood)), .init("p", .number(values?.model?.p)),
            .init("q", .number(values?.model?.q)), .init("gamma", .number(values?.model?.gamma)),
            .init("value_log_likelihood", .number(values?.logLikelihood)), .init("standard_errors", .object(errors)),
            .init("fallback", .text(purchases.fallback?.text(texts))),
            .init("value_fallback", .text(values?.fallback?.text(texts))),
            .init("remarks", .array(remarks.map { .string($0.text(texts)) })),
            .init("customers", .number(summary.customers.count)), .init("repeat_customers", .number(summary.repeaters)),
            .init("repeat_purchases", .number(summary.repeats)), .init("newcomers_left_out", .number(summary.newcomers)),
            .init("period_days", .number(options.periodDays)),
            .init("calibration_end", .string(CivilDate(daysSince1970: summary.end).text)),
            .init("average_value", .number(values?.average)), .init("mean_value", .number(values?.model?.mean)),
            .init("value_correlation", .number(values?.correlation)), .init("hold_out", holdOutJSON),
            .init("horizon_days", .number(options.horizonDays)), .init("yearly_discount", .number(options.yearlyDiscount)),
        ]
        let ahead = total(within: options.horizonDays)
        members += [
            .init("expected_purchases", .number(ahead.expected)),
            .init("expected_purchases_error", .number(ahead.standardError)),
            .init("lifetime_value", values == nil ? .null : .number(figures.reduce(0) { $0 + ($1.lifetimeValue ?? 0) })),
            .init("expected_alive", .number(figures.reduce(0) { $0 + $1.probabilityAlive })),
        ]
        return .object(members)
    }

    private var holdOutJSON: JSONValue {
        let rows = holdOut()
        guard !rows.isEmpty else { return .null }
        let foretold = total(within: Double(summary.laterDays))
        return .object([
            .init("days", .number(summary.laterDays)), .init("predicted", .number(foretold.expected)),
            .init("error", .number(foretold.standardError)),
            .init("actual", .number(Int(rows.reduce(0) { $0 + $1.actual }))),
            .init(
                "by_frequency",
                .array(
                    rows.map { row in
                        .object([
                            .init("frequency", .number(row.frequency)), .init("and_more", .bool(row.isLast)),
                            .init("customers", .number(row.customers)),
                            .init("predicted", .number(row.customers > 0 ? row.predicted / Double(row.customers) : nil)),
                            .init("actual", .number(row.customers > 0 ? row.actual / Double(row.customers) : nil)),
                        ])
                    })),
        ])
    }
}
