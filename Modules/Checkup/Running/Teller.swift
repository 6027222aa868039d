/// Reads the list again and says what stands where something was found.
struct Teller {
    let columns: [CheckedColumn]
    let found: FoundAll
    let list: CheckedList
    let checker: RowChecker

    /// - Parameter hits: in the order of rows.
    func tell(_ hits: [Hit], _ reader: ListReader, _ take: (FoundValue, Hit) throws -> Void) throws {
        var next = 0
        var row = 0
        while next < hits.count, let rows = try reader.next() {
            while next < hits.count, Int(hits[next].row) < row + rows.count {
                let hit = hits[next]
                next += 1
                // A file that grew shorter meanwhile has less to tell.
                let place = Int(hit.row) - row
                guard place >= 0 else { continue }
                try take(value(hit, rows[place]), hit)
            }
            row += rows.count
        }
    }

    private func value(_ hit: Hit, _ row: ListRow) -> FoundValue {
        let column = hit.column < 0 ? nil : Int(hit.column)
        let text = column.map { row.fields[$0] } ?? own(row.fields)
        return FoundValue(
            finding: hit.finding, file: row.file, line: row.line, column: column.map { columns[$0].name } ?? "",
            value: text, suggestion: suggestion(hit, text, row))
    }

    /// By what a row as a whole is known: its address, or its name.
    private func own(_ fields: [String]) -> String {
        for roles in [[ColumnRole.email], [.name], [.firstName, .lastName], [.id], [.phone]] {
            let texts = columns.filter { roles.contains($0.role) }.map { Cell(fields[$0.index]).text }.filter { !$0.isEmpty }
            if !texts.isEmpty { return roles == [.email] ? texts[0] : texts.joined(separator: " ") }
        }
        return fields.first { !Cell($0).isEmpty } ?? ""
    }

    private func suggestion(_ hit: Hit, _ text: String, _ row: ListRow) -> String? {
        let cell = Cell(text).text
        switch hit.finding {
        case .malformed, .mistyped: return MailRepair.suggestion(cell, found.spelling)
        case .noSuchDomain: return nil
        case .sameRow, .sameAddress, .likelySame:
            let first = Int(found.partners[Int(hit.row)])
            return first < 0
                ? nil
                : "line \(list.lines[first])"
                    + (list.files[first] == list.files[Int(hit.row)] ? "" : " of file \(list.files[first] + 1)")
        case .otherOrder: return hit.column < 0 ? nil : checker.dates[Int(hit.column)]?.suggestion(cell)
        case .mojibake: return Mojibake.repaired(text)
        case .invisible: return Cell(TextJudge.visible(text)).text
        case .misplaced:
            return columns.lazy.filter(\.role.isName).map { Cell(row.fields[$0.index]).text }.first { MailAddress($0) != nil }
        case .swappedNames:
            let names = columns.filter { $0.role == .firstName || $0.role == .lastName }.map { Cell(row.fields[$0.index]).text }
            return names.reversed().joined(separator: " | ")
        default: return nil
        }
    }
}
