/// Tells titles, notes and metadata above a table from the table.
enum PreambleFinder {
    static func firstTableRow(_ rows: [SampleRow]) -> Int {
        guard rows.count > 1 else { return 0 }
        let width = usualWidth(rows)
        guard width > 1 else { return afterComments(rows) }
        let fills = rows.filter { $0.width == width }.map(\.filled).sorted()
        let filled = fills[fills.count / 2]
        // The first row that looks like one of the table: as wide, and not a title with delimiters padded behind it.
        let found = rows.indices.first {
            belongs(rows[$0], next: $0 + 1 < rows.count ? rows[$0 + 1] : nil, width: width, filled: filled)
        }
        guard let first = found else { return 0 }
        // A small table above is a table too, unless it is dwarfed by what follows.
        let above = rows[..<first]
        let cells = above.reduce(0) { $0 + $1.filled }
        let below = rows[first...].reduce(0) { $0 + $1.filled }
        if above.contains(where: { $0.width > 1 && $0.filled > 1 }), above.count > 2, cells * 3 > below,
            let start = above.indices.first(where: { above[$0].filled > 1 })
        {
            return start
        }
        return first
    }

    /// Comments above a single column.
    private static func afterComments(_ rows: [SampleRow]) -> Int {
        rows.firstIndex { !($0.fields.first?.hasPrefix("#") ?? false) } ?? 0
    }

    private static func usualWidth(_ rows: [SampleRow]) -> Int {
        var counts: [Int: Int] = [:]
        for row in rows { counts[row.width, default: 0] += 1 }
        return counts.max { ($0.value * $0.key, $0.key) < ($1.value * $1.key, $1.key) }?.key ?? 0
    }

    private static func belongs(_ row: SampleRow, next: SampleRow?, width: Int, filled: Int) -> Bool {
        // `# comment, with a comma` is none of the rows; `#id,name` may be.
        if row.fields[0].hasPrefix("#"), row.width != width { return false }
        if row.width == width { return row.filled * 2 > filled }
        // A header that lacks names or has some too many, over rows that are as wide as the rest.
        let near = row.width > 1 && abs(row.width - width) <= max(1, width / 3)
        return near && row.filled * 2 > width && next?.width == width
    }
}
