extension Migration {
    /// What each order brought, by person: what analyses of everybody's purchases read instead of the log.
    static let orderFacts = Migration(
        "0353-order-facts",
        [
            // orders: `OrderFacts`. Who has very many orders has several rows, numbered from 0.
            """
            CREATE TABLE order_facts (
                person BIGINT NOT NULL,
                part BIGINT NOT NULL,
                orders BYTES NOT NULL,
                PRIMARY KEY (person, part)
            ) STRICT
            """
        ]
    ) { db in try OrderFactsFold.fill(in: db) }
}
