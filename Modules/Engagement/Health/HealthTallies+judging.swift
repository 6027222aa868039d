import RapportCore
import RapportStorage

extension HealthTallies {
    mutating func add(_ records: HealthRecords, _ validity: inout HealthValidity) {
        var sheet = HealthSheet(nothing)
        let nobody = HealthShare(tallies: nothing)
        var (told, claim, segment) = (0, 0, 0)
        for who in records.people.indices {
            let isDoubtful = !doubtful.isEmpty && doubtful.contains(records.people[who])
            let first = told
            while told < records.told.count, records.told[told].who == who { told += 1 }
            if told == first + 1 {
                judge(records.told[first], &sheet, &validity)
            } else if told > first {
                judge(records.told[first..<told], &sheet, &validity)
            }
            var isDead = false
            for number in kinds.indices where records[who, number].isKnown {
                let (contact, place) = (records[who, number], fields.count + number)
                sheet.own[place] = .init(
                    known: 1, invalid: contact.isPossible ? 0 : 1, stale: isStale(contact.since, budgets[place]))
                isDead = isDead || contact.isDead
            }
            while claim < records.claims.count, records.claims[claim].who == who {
                let place = fields.count + records.claims[claim].kind
                sheet[records.claims[claim].source, place] = sheet.own[place]
                claim += 1
            }
            people += 1
            dead += isDead ? 1 : 0
            for place in sheet.own.indices where sheet.own[place].known > 0 { everybody[place] += sheet.own[place] }
            while segment < records.segments.count, records.segments[segment].who == who {
                segments[records.segments[segment].segment, default: nobody].add(sheet.own, isDoubtful: isDoubtful)
                segment += 1
            }
            for (source, tallies) in sheet.sources { sources[source, default: nobody].add(tallies, isDoubtful: isDoubtful) }
            sheet.clear()
        }
    }

    /// Of somebody of whom one profile tells: nothing is chosen, and nothing differs.
    private func judge(_ told: HealthRecords.Told, _ sheet: inout HealthSheet, _ validity: inout HealthValidity) {
        for entry in told.provenance.said {
            guard let value = entry.value.value, entry.slot < placeOfSlot.count, case let place = placeOfSlot[entry.slot],
                place >= 0
            else { continue }
            let since = (told.provenance.confirmation(of: entry.slot) ?? entry.value.stamp).occurredAt
            let tally = DataHealth.Tally(
                known: 1, invalid: validity.isValid(value, of: place) ? 0 : 1, stale: isStale(since, budgets[place]))
            sheet.own[place] = tally
            sheet[told.source, place] = tally
        }
    }

    private func judge(_ told: ArraySlice<HealthRecords.Told>, _ sheet: inout HealthSheet, _ validity: inout HealthValidity) {
        for (place, field) in fields.enumerated() {
            var candidates: [(source: Int64, candidate: FieldDefinition.Candidate)] = []
            for one in told {
                guard let said = one.provenance.said[field.slot], said.value != nil else { continue }
                candidates.append(
                    (
                        one.source,
                        .init(
                            profile: one.profile, source: sourceNames[one.source] ?? "", said: said,
                            confirmedAt: one.provenance.confirmation(of: field.slot))
                    ))
            }
            guard !candidates.isEmpty, let golden = field.definition.survivor(among: candidates.map(\.candidate)),
                let value = golden.said.value
            else { continue }
            let since = field.definition.since(golden, among: candidates.map(\.candidate))
            let holds = field.definition.golden(value)
            sheet.own[place].known = 1
            sheet.own[place].stale = isStale(since, budgets[place])
            sheet.own[place].invalid = validity.isValid(value, of: place) ? 0 : 1
            for (source, candidate) in candidates {
                guard let said = candidate.said.value else { continue }
                let differs: Int64 = field.definition.golden(said) == holds ? 0 : 1
                sheet.own[place].conflicts = max(sheet.own[place].conflicts, differs)
                var tally = DataHealth.Tally(known: 1)
                tally.conflicts = differs
                tally.invalid = validity.isValid(said, of: place) ? 0 : 1
                tally.stale = isStale((candidate.confirmedAt ?? candidate.said.stamp).occurredAt, budgets[place])
                sheet[source, place] = Self.joined(sheet[source, place], tally)
            }
        }
    }

    private func isStale(_ since: Timestamp, _ budget: Span?) -> Int64 {
        Freshness(since: since, budget: budget).isStale(at: now) ? 1 : 0
    }

    /// Several profiles of one source speak of one person: known once, wrong if one of them is.
    private static func joined(_ known: DataHealth.Tally, _ new: DataHealth.Tally) -> DataHealth.Tally {
        guard known.known > 0 else { return new }
        return .init(
            known: 1, invalid: max(known.invalid, new.invalid), stale: min(known.stale, new.stale),
            conflicts: max(known.conflicts, new.conflicts))
    }
}
