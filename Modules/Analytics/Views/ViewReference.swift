import RapportCore

/// The reference page of the views, made from the views themselves.
public enum ViewReference {
    public static var markdown: String {
        let fields = FieldDefinition.builtIn.enumerated().map { FieldCatalog.Field(slot: $0.offset + 1, definition: $0.element) }
        let views = HouseView.all(fields: fields)
        let head = """
            # SQL views

            Made by `rapport views reference` from the code; a test holds the two equal.

            `rapport views apply` makes these views in the database, `rapport views list` says whether they are there and current, and
            `rapport views drop` takes them away. They only read. Names and meanings stay; new columns come at the end. Moments are
            RFC 3339 text in UTC on SQLite and `timestamptz` on PostgreSQL, amounts are numbers in the currency's unit, `person` is the
            public id in all of them. People who were erased are in none, nor are those who are known by a device only; addresses,
            names and other fields that identify somebody are in none either, nor is a secret. Text of fields is folded (lower case),
            as segments compare it.

            `v_people` has a column for each field that is declared and does not identify or count as sensitive: below, those that every
            house has. After declaring a field, run `rapport views apply` again: `views list` says *outdated* until then.

                sqlite3 -readonly rapport.db "SELECT substr(placed_at, 1, 7) AS month, sum(net) FROM v_orders GROUP BY month"
                psql "$URL" -c "SELECT date_trunc('month', placed_at) AS month, sum(net) FROM v_orders GROUP BY month"

            On PostgreSQL give a reporting tool a role of its own: `GRANT SELECT ON v_orders, v_people TO reports`.


            """
        let pages = views.map { view in
            "## \(view.name)\nA row is \(view.row).\n\n| column | meaning |\n|---|---|\n"
                + view.columns.map { "| `\($0.name)` | \($0.meaning) |\n" }.joined()
        }
        return head + pages.joined(separator: "\n")
    }
}
