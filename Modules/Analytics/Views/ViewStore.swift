import RapportCore
public import RapportStorage

/// Makes and takes away the views.
public enum ViewStore {
    /// A view, and whether it is there as this program writes it.
    public struct Status: Sendable {
        public enum State: String, Sendable { case current, outdated, missing }

        public var view: HouseView
        public var state: State
    }

    /// The views as they are to be for the fields that are declared now.
    public static func views(in db: Connection) throws -> [HouseView] {
        HouseView.all(fields: try FieldStore.read(in: db).fields)
    }

    public static func status(in db: Connection) throws -> [Status] {
        let found = Set(try names(in: db))
        let written = try text(in: db)
        let dialect = ViewDialect(dialect: db.dialect)
        return try views(in: db).map { view in
            let isSame = written[view.name] == view.statement(dialect)
            return Status(view: view, state: !found.contains(view.name) ? .missing : isSame ? .current : .outdated)
        }
    }

    /// Makes all views anew, in the caller's transaction.
    public static func apply(in db: Connection) throws -> [HouseView] {
        try drop(in: db)
        let dialect = ViewDialect(dialect: db.dialect)
        let views = try views(in: db)
        for view in views { try db.run("\(raw: view.statement(dialect))") }
        let written = JSONValue.object(views.map { .init($0.name, .string($0.statement(dialect))) }).text
        try db.run(
            "INSERT INTO settings (name, value) VALUES (\(setting), \(written)) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        )
        return views
    }

    /// - Returns: the names of those that were there.
    @discardableResult
    public static func drop(in db: Connection) throws -> [String] {
        let found = try names(in: db)
        for name in found { try db.run("DROP VIEW \(raw: name)") }
        try db.run("DELETE FROM settings WHERE name = \(setting)")
        return found
    }

    /// What was made, as it was written: neither database gives back the text of a view as it was given.
    private static let setting = "views"

    private static func text(in db: Connection) throws -> [String: String] {
        guard let text = try db.text("SELECT value FROM settings WHERE name = \(setting)") else { return [:] }
        let members = try JSONValue(parsing: text).object ?? []
        return Dictionary(members.map { ($0.name, $0.value.string ?? "") }) { first, _ in first }
    }

    private static func names(in db: Connection) throws -> [String] {
        let all: SQL =
            switch db.dialect {
            case .sqlite: "\(raw: "SELECT name FROM sqlite_schema") WHERE type = 'view' ORDER BY name"
            case .postgres:
                "\(raw: "SELECT viewname::text FROM pg_catalog.pg_views") WHERE schemaname = current_schema() ORDER BY viewname"
            }
        return try db.all(all) { $0.text(0) }.filter { $0.hasPrefix("v_") }
    }
}
