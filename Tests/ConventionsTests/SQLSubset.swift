import Foundation

/// The rules of docs/decisions/0002-sql-subset.md that can be checked without running a statement.
enum SQLSubset {
    /// A pattern that a statement must not match, and why.
    private struct Rule {
        var pattern: String
        var reason: String
    }

    private static let rules: [Rule] = [
        Rule(pattern: #"\b(NOT\s+)?(LIKE|ILIKE|GLOB|REGEXP|SIMILAR\s+TO)\b"#, reason: "patterns match differently"),
        Rule(pattern: #"\b(lower|upper|initcap)\s*\("#, reason: "letters are folded in Swift (Text.folded)"),
        Rule(
            pattern: #"\b(date|time|datetime|strftime|julianday|unixepoch|now|extract|date_trunc|age|to_char)\s*\("#,
            reason: "time is milliseconds computed in Swift"),
        Rule(
            pattern: #"\b(CURRENT_TIMESTAMP|CURRENT_DATE|CURRENT_TIME|INTERVAL)\b"#,
            reason: "time is milliseconds computed in Swift"),
        Rule(pattern: #"\bjsonb?(_[a-z_]+)?\s*\("#, reason: "SQL never reads JSON"),
        Rule(pattern: #"->"#, reason: "SQL never reads JSON"),
        Rule(
            pattern: #"\b(REAL|FLOAT|DOUBLE|NUMERIC|DECIMAL)\b"#, reason: "numbers are integers or scaled integers"),
        Rule(pattern: #"\b(avg|round|random|total|stddev\w*|variance)\s*\("#, reason: "no floating point"),
        Rule(pattern: #"[0-9]\.[0-9]"#, reason: "no floating point"),
        Rule(pattern: #"/"#, reason: "division is done in Swift"),
        Rule(pattern: #"\bCAST\s*\("#, reason: "casts of text differ"),
        Rule(pattern: #"::"#, reason: "only PostgreSQL casts with ::"),
        Rule(pattern: #"\b(max|min)\s*\([^()]*,"#, reason: "max and min of several values exist on SQLite only; use CASE"),
        Rule(
            pattern:
                #"\b(greatest|least|ifnull|iif|nvl|instr|printf|typeof|changes|last_insert_rowid|group_concat|string_agg|array_agg)\s*\("#,
            reason: "it exists on one database only"),
        Rule(pattern: #"\bINSERT\s+OR\b|\bREPLACE\s+INTO\b|\bUPDATE\s+OR\b"#, reason: "use ON CONFLICT"),
        Rule(
            pattern: #"\b(ROWID|AUTOINCREMENT|SERIAL|UNSIGNED|VARCHAR|BLOB|BYTEA|BOOLEAN|INTEGER|INT|JSONB?|TIMESTAMP|DATE)\b"#,
            reason: "columns are BIGINT, TEXT, BYTES or IDENTITY"),
        Rule(pattern: #"\b(TRUE|FALSE)\b"#, reason: "booleans are 0 and 1"),
        Rule(pattern: #"\bNULLS\s+(FIRST|LAST)\b"#, reason: "order by columns that are NOT NULL"),
        Rule(
            pattern: #"\bFOR\s+(UPDATE|SHARE|NO\s+KEY)\b|\bSKIP\s+LOCKED\b"#,
            reason: "SQLite has no row locks; change a row to lock it"),
        Rule(pattern: #"SELECT\s+\*|\.\*"#, reason: "name the columns"),
        Rule(pattern: #"=="#, reason: "write ="),
        Rule(pattern: #"`"#, reason: "names are not quoted"),
        Rule(pattern: #"\bDISTINCT\s+ON\b|\bLATERAL\b|\bILIKE\b|\bANY\s*\("#, reason: "only PostgreSQL knows it"),
        Rule(pattern: #"\bPRAGMA\b|\bVACUUM\b|\bsqlite_\w+"#, reason: "only SQLite knows it"),
    ]

    /// `file:line: reason` for everything in a Swift file that leaves the subset.
    static func findings(in source: String, file: String) -> [String] {
        SwiftLiteralScanner.literals(in: source).flatMap { literal -> [String] in
            guard isStatement(literal.text) else { return [] }
            return findings(in: literal.text).map { finding in "\(file):\(literal.line + finding.line): \(finding.reason)" }
        }
    }

    static func isStatement(_ text: String) -> Bool {
        text.range(
            of:
                #"^\s*(SELECT\s|INSERT\s+(INTO|OR)\s|REPLACE\s+INTO\s|UPDATE\s+\w+\s+SET|UPDATE\s+OR\s|DELETE\s+FROM\s|CREATE\s+(UNIQUE\s+)?(TABLE|INDEX)|ALTER\s+TABLE|WITH\s+\w+[^"]*\bAS\s*\()"#,
            options: .regularExpression) != nil
    }

    /// - Returns: lines counted from the statement's first, and reasons.
    private static func findings(in statement: String) -> [(line: Int, reason: String)] {
        // Values in quotes, comments, and the one slash and INTEGER-like words that are allowed, are of no interest.
        var text = statement.replacing(/'[^']*'/, with: "''").replacing(/--[^\n]*/, with: "")
        text = text.replacing(/STRICT,\s*WITHOUT ROWID/, with: "STRICT")
        var out: [(line: Int, reason: String)] = []
        for rule in rules {
            guard let range = text.range(of: rule.pattern, options: [.regularExpression, .caseInsensitive]) else { continue }
            let line = text[..<range.lowerBound].count { $0 == "\n" }
            let words = text[range].split(whereSeparator: \.isWhitespace).joined(separator: " ")
            out.append((line, "\(words): \(rule.reason)"))
        }
        if text.range(of: #"\bCREATE\s+TABLE\b"#, options: .regularExpression) != nil, !text.contains("STRICT") {
            out.append((0, "CREATE TABLE: it must end with STRICT"))
        }
        // SELECT 1 … LIMIT 1 asks only whether there is a row.
        if text.range(of: #"\bLIMIT\b"#, options: .regularExpression) != nil, !text.hasPrefix("SELECT 1 "),
            text.range(of: #"\bORDER\s+BY\b"#, options: .regularExpression) == nil
        {
            out.append((0, "LIMIT: without ORDER BY the databases may give different rows"))
        }
        return out
    }
}
