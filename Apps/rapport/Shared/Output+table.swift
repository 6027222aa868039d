import RapportCore

extension Output {
    /// A table with a heading. The last column is cut to the terminal's width; numbers stand to the right.
    ///
    /// - Parameter columns: the keys of the headings: `last_heard_of` is the text `cli.heading.last_heard_of`. None for "". A name
    ///   that is data and has no text stands as it is.
    func table(_ columns: [String], _ rows: [[String]]) {
        guard !isJSON, !rows.isEmpty else { return }
        // What somebody wrote over several lines stands in one.
        let rows = rows.map { row in
            row.map { $0.utf8.contains { $0 < 0x20 } ? String($0.map { $0.isNewline || $0 == "\t" ? " " : $0 }) : $0 }
        }
        let headings = columns.map { texts.has("cli.heading.\($0)") ? texts("cli.heading.\($0)") : $0.uppercased() }
        let widths = headings.indices.map { column in
            ([headings] + rows).map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        let isNumeric = headings.indices.map { column in
            let cells = rows.map { column < $0.count ? $0[column] : "" }.filter { $0 != "—" }
            return !cells.isEmpty
                && cells.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isNumber || ".,-−+% ".contains($0) } }
        }
        func render(_ cells: [String]) -> String {
            var out = ""
            for column in headings.indices {
                let cell = column < cells.count ? cells[column] : ""
                let padding = String(repeating: " ", count: max(0, widths[column] - cell.count))
                if column > 0 { out += "  " }
                out += isNumeric[column] ? padding + cell : column == headings.count - 1 ? cell : cell + padding
            }
            while out.last == " " { out.removeLast() }
            guard let width, out.count > width, width > 1 else { return out }
            return String(out.prefix(width - 1)) + "…"
        }
        line(styled(render(headings), .bold))
        for row in rows { line(render(row)) }
    }
}
