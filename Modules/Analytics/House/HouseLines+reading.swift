import RapportCore
public import RapportStorage

extension HouseLines {
    private static let kinds: Set<String> = ["order.placed", "order.cancelled", "order.returned"]

    /// Reads the log once, in its own order: what is of one person is put together afterwards, which takes a fraction of the time of
    /// looking each event up.
    public static func read(
        _ catalog: Catalog, among population: HousePopulation = .everybody, in db: Connection
    ) throws -> HouseLines {
        var lines = HouseLines()
        let leftOut = try population.leftOut(in: db)
        lines.leftOut = leftOut.count
        let kinds = try catalog.existingKinds(Self.kinds, in: db)
        guard let placed = kinds["order.placed"]?.id else { return lines }
        let names = Dictionary(uniqueKeysWithValues: kinds.values.map { ($0.id, $0.name) })
        var living = try LivingPeople(in: db)
        living.remove(leftOut)
        let handled = try HandledEvents(in: db)
        var gatherer = LineGatherer()
        try db.stream(
            """
            SELECT partition, position, person, kind, occurred_at, source, properties FROM events
            WHERE kind IN \(list: names.keys.sorted())
            """
        ) { row in
            guard living.contains(row.integer(2)), handled.contains(row.int(0), row.integer(1)) else { return }
            // Of an order without lines nothing is known here.
            try gatherer.take(row, needingLines: row.integer(3) == placed)
        }
        gatherer.each(people: living.bound) { person, said, own in
            let happenings = said.map { one in
                Happening(
                    kind: names[one.kind] ?? "", at: one.at, source: one.source, number: one.number,
                    lines: own[one.lines].map { Line(product: lines.place(naming: gatherer.keys[$0.product]), pieces: $0.pieces) }
                )
            }
            lines.settle(happenings, of: person)
        }
        try lines.readRecords(in: db)
        return lines
    }
}
