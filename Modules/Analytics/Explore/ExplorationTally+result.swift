import RapportCore
import RapportStorage

extension ExplorationTally {
    /// The symbols of currencies that there are amounts in, by their codes.
    private func codes(_ catalog: Catalog, in db: Connection) throws -> [Int64: String] {
        var out: [Int64: String] = [:]
        for key in sums.keys where key.currency != 0 && out[key.currency] == nil {
            out[key.currency] = try catalog.symbol(key.currency, in: db).uppercased()
        }
        return out
    }

    /// Whether amounts are money: they have a currency, or a declared type that says so.
    private var isMoney: Bool { plan.amount?.digits == -1 || plan.amountProperty != nil }

    struct Result {
        var all: Exploration.Series
        var groups: [Exploration.Series] = []
        var others: Exploration.Series?
        var otherGroups = 0
        var currency: String?
        var converted: [String] = []
        var leftOut: Int
    }

    func result(_ catalog: Catalog, in db: Connection) throws -> Result {
        let codes = try codes(catalog, in: db)
        var leftOut = withoutAmount
        let named = Set(codes.values)
        let wanted = (question.currency ?? (named.count > 1 ? question.ownCurrency : nil))?.uppercased()
        if case .sum = question.measure, isMoney, question.currency == nil, named.count > 1, isAnyWithoutRate(codes, in: wanted) {
            throw Problem(
                "explore.currency",
                "the amounts are in \(named.sorted().joined(separator: ", ")), and not all of them have a rate in \(wanted ?? "one")",
                remedy:
                    "State the rates under rates: in YAML (docs/guides/worth.md), or say --currency \(wanted ?? named.sorted()[0]) "
                    + "with --rate for the others; those without a rate are left out then")
        }
        var converted: Set<String> = []
        var byGroup: [Group: (values: [Double], total: Double)] = [:]
        // Sums of fractions depend on their order: it must not be that of a dictionary.
        let ordered = sums.sorted { (codes[$0.key.currency] ?? "") < (codes[$1.key.currency] ?? "") }
        for (key, sum) in ordered {
            var factor = 1.0
            if case .sum = question.measure {
                let code = codes[key.currency]
                let digits = isMoney ? Currency.exponent(of: code) : plan.amount?.digits ?? 0
                for _ in 0..<digits { factor /= 10 }
                if isMoney, let wanted, let code, code != wanted {
                    if let rate = question.rates[code] {
                        factor *= rate
                    } else {
                        let (values, without) = amounts(of: sum, from: code, to: wanted)
                        leftOut += without
                        guard let values else { continue }
                        converted.insert(code)
                        var known = byGroup[key.group] ?? ([Double](repeating: 0, count: periods.count), 0)
                        for (index, value) in values.enumerated() { known.values[index] += value }
                        known.total = known.values.reduce(0, +)
                        byGroup[key.group] = known
                        continue
                    }
                }
            }
            var known = byGroup[key.group] ?? ([Double](repeating: 0, count: periods.count), 0)
            for (index, period) in pieces.enumerated() {
                let value: Double =
                    switch question.measure {
                    case .count: Double(sum.counts[index])
                    case .people: Double(max(sum.counted[index], sum.people.isEmpty ? 0 : sum.people[index].count))
                    case .sum: Double(sum.amounts[index]) * factor
                    }
                known.values[period] += value
            }
            known.total =
                question.measure == .people
                ? known.total + Double(max(sum.total, sum.everybody.count)) : known.values.reduce(0, +)
            byGroup[key.group] = known
        }
        let all = total(byGroup)
        let currency: String? = if case .sum = question.measure { wanted ?? named.first } else { nil }
        var result = Result(all: all, currency: currency, converted: converted.sorted(), leftOut: leftOut)
        guard plan.grouping != .none else { return result }
        var series: [(group: Group, Exploration.Series)] = []
        for (group, known) in byGroup where group != .none {
            series.append(
                (group, Exploration.Series(name: try name(group, catalog, in: db), values: known.values, total: known.total)))
        }
        switch plan.grouping {
        case .weekday, .hour: series.sort { number($0.group) < number($1.group) }
        default: series.sort { ($1.1.total, $0.1.name ?? "") < ($0.1.total, $1.1.name ?? "") }
        }
        var groups = series.map(\.1)
        let limit = plan.grouping == .hour ? 24 : max(1, question.limit)
        if groups.count > limit {
            let rest = groups[limit...]
            result.otherGroups = rest.count
            result.others = Exploration.Series(
                name: nil, values: periods.indices.map { index in rest.reduce(0) { $0 + $1.values[index] } },
                total: rest.reduce(0) { $0 + $1.total })
            groups = Array(groups[..<limit])
        }
        if let without = byGroup[.none] {
            groups.append(Exploration.Series(name: nil, values: without.values, total: without.total))
        }
        result.groups = groups
        return result
    }

    /// What sums of one currency are in another by the house's rates of their days, by period, and how many events have none;
    /// `nil`: nothing has one.
    private func amounts(of sum: Sums, from code: String, to wanted: String) -> (values: [Double]?, without: Int) {
        var values: [Double]?
        var without = 0
        let unit = (0..<Currency.exponent(of: wanted)).reduce(1.0) { unit, _ in unit * 10 }
        for (index, period) in pieces.enumerated() where sum.counts[index] > 0 {
            guard let amount = rates.convert(sum.amounts[index], from: code, to: wanted, on: days[index]) else {
                without += sum.counts[index]
                continue
            }
            var known = values ?? [Double](repeating: 0, count: periods.count)
            known[period] += Double(amount) / unit
            values = known
        }
        return (values, without)
    }

    /// Whether amounts are left in a currency of which the answer's is not known.
    private func isAnyWithoutRate(_ codes: [Int64: String], in wanted: String?) -> Bool {
        guard let wanted else { return true }
        return sums.contains { key, sum in
            guard let code = codes[key.currency], code != wanted, question.rates[code] == nil else { return false }
            return amounts(of: sum, from: code, to: wanted).without > 0
        }
    }

    private func number(_ group: Group) -> Int64 { if case .number(let number) = group { number } else { 0 } }

    private func total(_ byGroup: [Group: (values: [Double], total: Double)]) -> Exploration.Series {
        if let overall {
            return Exploration.Series(name: nil, values: overall.byPeriod.map(Double.init), total: Double(overall.total))
        }
        if needsPeople, !sums.values.allSatisfy(\.everybody.isEmpty) {
            let values = pieces.indices.map { index in
                Double(sums.values.reduce(into: Set<PersonID>()) { $0.formUnion($1.people[index]) }.count)
            }
            return Exploration.Series(
                name: nil, values: values,
                total: Double(sums.values.reduce(into: Set<PersonID>()) { $0.formUnion($1.everybody) }.count))
        }
        let values = periods.indices.map { index in Self.sum(byGroup.values.map { $0.values[index] }) }
        return Exploration.Series(name: nil, values: values, total: Self.sum(byGroup.values.map(\.total)))
    }

    /// The same whatever the order of the numbers.
    private static func sum(_ numbers: [Double]) -> Double { numbers.sorted().reduce(0, +) }

    private func name(_ group: Group, _ catalog: Catalog, in db: Connection) throws -> String? {
        switch group {
        case .none: return nil
        case .text(let text): return text
        case .number(let number):
            switch plan.grouping {
            case .slot(let slot):
                let kind = try HouseHappenings.kind(question.kind, catalog, in: db)
                switch kind.definition.slots[slot].type {
                case .text: return try catalog.symbol(number, in: db)
                case .decimal(let scale): return ScaledInteger.text(number, scale: scale)
                case .money: return ScaledInteger.text(number, scale: 2)
                case .flag: return number == 0 ? "false" : "true"
                case .time: return Timestamp(milliseconds: number).rfc3339
                case .integer: return String(number)
                }
            case .hour: return "\(number < 10 ? "0" : "")\(number):00"
            default: return String(number)
            }
        }
    }
}
