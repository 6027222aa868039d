public import RapportStorage

extension Migration {
    /// What a segment is used for. Those who have objected are judged again by the segments there are, which are for marketing.
    public static let segmentPurpose = Migration(
        "0350-segment-purpose", ["ALTER TABLE segments ADD COLUMN purpose TEXT NOT NULL DEFAULT 'marketing'"]
    ) { db in
        try db.run(
            """
            INSERT INTO timers (partition, due_at, person, owner, key, payload)
            SELECT people.partition, \(try db.now()), people.id, \(SegmentsReactor.owner), \(SegmentsReactor.everything), ''
            FROM people
            WHERE people.state = 0 AND people.id IN (SELECT person FROM objections WHERE lifts = 0)
            ON CONFLICT (person, owner, key) DO NOTHING
            """)
    }
}
