extension HouseView {
    /// The same as `HouseOrders` reads: an order is what was placed last under its number; refunds lower it, also those that another
    /// source says where one source alone has the number; a refund without an amount is of the whole. A refund in another currency is
    /// only counted: which rate of which day would make it one of the order's is for whoever asks.
    static let orders = HouseView(
        name: "v_orders", row: "an order",
        columns: [
            Column("person", "the public id"), Column("source", "whose order"),
            Column("number", "the source's; none where it gave none"),
            Column("placed_at", "when"), Column("currency", "ISO 4217; none where the order names none"),
            Column("total", "as placed, in the currency's unit"),
            Column("net", "what is left of it after refunds in its currency; 0 of a cancelled one"),
            Column("state", "placed, partly_refunded, refunded or cancelled"), Column("items", "how many things"),
            Column("foreign_refunds", "how many refunds there were in other currencies, which net leaves out"),
        ]
    ) { dialect in
        let (placed, refunded, cancelled) = (
            dialect.kind("order.placed"), dialect.kind("order.refunded"), dialect.kind("order.cancelled")
        )
        // Largest of two numbers, which the databases call by different names.
        let net = """
            CASE WHEN settled.cancelled > 0 THEN 0 WHEN settled.whole > 0 OR settled.refunds > settled.total THEN 0
                ELSE settled.total - settled.refunds END
            """
        return """
            WITH numbered AS (
                SELECT events.person, order_events.source, order_events.number, events.occurred_at, events.kind, events.n1, events.n2,
                    events.n3, events.partition, events.position
                FROM order_events
                JOIN events ON events.partition = order_events.partition AND events.position = order_events.position
            ), ranked AS (
                SELECT numbered.person, numbered.source, numbered.number, numbered.occurred_at, numbered.n1, numbered.n2, numbered.n3,
                    row_number() OVER (PARTITION BY numbered.person, numbered.source, numbered.number
                        ORDER BY numbered.occurred_at DESC, numbered.partition DESC, numbered.position DESC) AS place
                FROM numbered WHERE numbered.kind = \(placed)
            ), latest AS (
                SELECT ranked.person, ranked.source, ranked.number, ranked.occurred_at, ranked.n1, ranked.n2, ranked.n3,
                    COUNT(*) OVER (PARTITION BY ranked.person, ranked.number) AS sellers
                FROM ranked WHERE ranked.place = 1
            ), settled AS (
                SELECT latest.person, latest.source, latest.number, latest.occurred_at, latest.n1 AS total, latest.n2 AS currency,
                    latest.n3 AS items,
                    COALESCE(SUM(CASE WHEN numbered.kind = \(refunded) AND COALESCE(numbered.n2, latest.n2, 0) = COALESCE(latest.n2, numbered.n2, 0)
                        THEN numbered.n1 END), 0) AS refunds,
                    COALESCE(SUM(CASE WHEN numbered.kind = \(refunded) AND numbered.n1 IS NOT NULL AND numbered.n2 <> latest.n2
                        THEN 1 END), 0) AS elsewhere,
                    COALESCE(SUM(CASE WHEN numbered.kind = \(refunded) AND numbered.n1 IS NULL THEN 1 END), 0) AS whole,
                    COALESCE(SUM(CASE WHEN numbered.kind = \(cancelled) THEN 1 END), 0) AS cancelled
                FROM latest
                LEFT JOIN numbered ON numbered.person = latest.person AND numbered.number = latest.number
                    AND numbered.kind IN (\(refunded), \(cancelled))
                    AND (numbered.source = latest.source OR (latest.sellers = 1 AND NOT EXISTS (
                        SELECT 1 FROM latest own WHERE own.person = numbered.person AND own.number = numbered.number
                            AND own.source = numbered.source)))
                GROUP BY latest.person, latest.source, latest.number, latest.occurred_at, latest.n1, latest.n2, latest.n3
                UNION ALL
                SELECT timeline.person, events.source, NULL, timeline.occurred_at, timeline.n1, timeline.n2, timeline.n3, 0, 0, 0, 0
                FROM timeline
                JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
                WHERE timeline.kind = \(placed) AND NOT EXISTS (
                    SELECT 1 FROM order_events WHERE order_events.person = timeline.person
                        AND order_events.partition = timeline.partition AND order_events.position = timeline.position)
            )
            SELECT people.public_id, sources.name, settled.number, \(dialect.time("settled.occurred_at")), upper(currencies.value),
                \(dialect.money("settled.total", "upper(currencies.value)")), \(dialect.money("(\(net))", "upper(currencies.value)")),
                CASE WHEN settled.cancelled > 0 THEN 'cancelled' WHEN settled.whole > 0 OR (settled.refunds > 0 AND settled.refunds >= settled.total)
                    THEN 'refunded' WHEN settled.refunds > 0 OR settled.elsewhere > 0 THEN 'partly_refunded' ELSE 'placed' END,
                settled.items, settled.elsewhere
            FROM settled
            JOIN people ON people.id = settled.person AND people.state = 0 AND people.anonymous = 0
            JOIN sources ON sources.id = settled.source
            LEFT JOIN symbols currencies ON currencies.id = settled.currency
            """
    }
}
