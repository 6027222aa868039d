import RapportCore

extension DoorBatch {
    /// Finds the numbers of kinds, sources and what events say in typed slots. What the last event has too is not looked up again:
    /// most batches are of one kind and source.
    mutating func findNumbers(_ catalog: Catalog, in db: Connection) throws {
        guard !places.isEmpty else { return }
        let events = prepared.checked.events
        var names: (kinds: Set<String>, sources: Set<String>) = ([], [])
        for (number, place) in places.enumerated() {
            let before = number == 0 ? nil : places[number - 1].index
            if before.map({ events[$0].kind != events[place.index].kind }) ?? true {
                names.kinds.insert(events[place.index].kind)
            }
            if before.map({ events[$0].source != events[place.index].source }) ?? true {
                names.sources.insert(events[place.index].source)
            }
        }
        let kinds = try catalog.kinds(names.kinds, in: db)
        let sources = try catalog.sources(names.sources, in: db)
        var texts: Set<String> = []
        var values: [(place: Int, slots: [SlotValue?])] = []
        var (kind, source): (Kind?, Source?)
        for number in places.indices {
            let index = places[number].index
            if source?.name != events[index].source { source = sources[events[index].source] }
            if let source { (places[number].source, places[number].horizon) = (source.id, source.horizon) }
            if kind?.name != events[index].kind { kind = kinds[events[index].kind] }
            guard let kind else { continue }
            places[number].kind = kind.id
            guard !kind.definition.slots.isEmpty else { continue }
            let typed = kind.definition.slotValues(of: events[index].properties).map { value -> SlotValue? in
                guard case .text(let text) = value else { return value }
                return .text(Text.folded(text))
            }
            for case .text(let text) in typed { texts.insert(text) }
            values.append((number, typed))
        }
        let symbols = texts.isEmpty ? [:] : try catalog.symbols(texts, in: db)
        for (place, slots) in values {
            for (slot, value) in slots.enumerated() {
                switch value {
                case .integer(let number): places[place].slots[slot] = number
                case .text(let text): places[place].slots[slot] = symbols[text]
                case nil: break
                }
            }
        }
    }
}
