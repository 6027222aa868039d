import RapportCore

extension DoorBatch {
    mutating func findNumbers(_ catalog: Catalog, in db: Connection) throws {
        guard !items.isEmpty else { return }
        let kinds = try catalog.kinds(Set(items.map(\.event.kind)), in: db)
        let sources = try catalog.sources(Set(items.map(\.event.source)), in: db)
        var texts: Set<String> = []
        var values: [[SlotValue?]] = []
        values.reserveCapacity(items.count)
        for index in items.indices {
            items[index].source = sources[items[index].event.source]
            guard let kind = kinds[items[index].event.kind] else {
                values.append([])
                continue
            }
            items[index].kind = kind.id
            guard !kind.definition.slots.isEmpty else {
                values.append([])
                continue
            }
            let typed = kind.definition.slotValues(of: items[index].event.properties).map { value -> SlotValue? in
                guard case .text(let text) = value else { return value }
                return .text(Text.folded(text))
            }
            for case .text(let text) in typed { texts.insert(text) }
            values.append(typed)
        }
        let symbols = texts.isEmpty ? [:] : try catalog.symbols(texts, in: db)
        for index in items.indices {
            for (slot, value) in values[index].enumerated() {
                switch value {
                case .integer(let number): items[index].slots[slot] = number
                case .text(let text): items[index].slots[slot] = symbols[text]
                case nil: break
                }
            }
        }
    }
}
