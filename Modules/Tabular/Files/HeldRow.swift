/// A record that does not look like the table's, until it is known what it is.
struct HeldRow {
    /// With as many fields as the file has there.
    var row: TabularRow
    var found: Int
    var afterBlank: Bool

    var filled: Int { row.fields.count { !$0.isEmpty } }

    func padded(to width: Int) -> TabularRow {
        var row = row
        if row.fields.count < width { row.fields += [String](repeating: "", count: width - row.fields.count) }
        return row
    }

    /// A line that holds a delimiter as sentences do: with a space behind it.
    var isSentence: Bool { row.fields.dropFirst().contains { $0.hasPrefix(" ") } }

    /// Under the last row of a table: a sentence that holds a delimiter, and not a row that lacks its end.
    ///
    /// - Parameter below: an empty line stands between it and the table.
    func isNote(under layout: TableLayout, below: Bool) -> Bool {
        let columns = layout.strong.indices.filter { layout.strong[$0] && $0 < found }
        if filled <= 1 {
            // A number where numbers stand is the beginning of a row.
            return below || layout.strong.first != true || !CellKind(of: row.fields[0]).isStrong
        }
        guard found < layout.width, found * 2 <= layout.width + 1 else { return false }
        if columns.contains(where: { CellKind(of: row.fields[$0]).isStrong }) { return false }
        return below || !columns.isEmpty
    }

    static func note(found: Int, expected: Int) -> [TabularRow.Note] {
        if found < expected { return [.short(found: found, expected: expected)] }
        return found > expected ? [.long(found: found, expected: expected)] : []
    }
}
