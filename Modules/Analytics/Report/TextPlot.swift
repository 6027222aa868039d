/// Pictures made of characters, for a terminal.
public enum TextPlot {
    /// A bar of eighths of a character.
    public static func bar(_ share: Double, width: Int) -> String {
        guard share.isFinite, share > 0 else { return "" }
        let eighths = Int((min(1, share) * Double(width * 8)).rounded())
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
    }

    /// A row of columns, each of eight heights.
    public static func sparkline(_ values: [Double]) -> String {
        let finite = values.filter(\.isFinite)
        guard let most = finite.max(), let least = finite.min() else { return "" }
        let blocks = Array("▁▂▃▄▅▆▇█")
        let base = min(0, least)
        return String(
            values.map { value in
                guard value.isFinite else { return " " }
                return most > base ? blocks[min(7, max(0, Int((value - base) / (most - base) * 7.999)))] : blocks[0]
            })
    }

    /// An interval on a line: `├──●──┤`, with `┊` at the reference.
    public static func interval(
        low: Double, estimate: Double, high: Double, reference: Double, within range: ClosedRange<Double>, width: Int
    )
        -> String
    {
        let span = range.upperBound - range.lowerBound
        guard span > 0, width > 4, low.isFinite, high.isFinite else { return "" }
        func place(_ value: Double) -> Int {
            max(0, min(width - 1, Int(((value - range.lowerBound) / span * Double(width - 1)).rounded())))
        }
        var cells = [Character](repeating: " ", count: width)
        cells[place(reference)] = "┊"
        for index in place(low)...max(place(low), place(high)) { cells[index] = "─" }
        cells[place(low)] = "├"
        cells[place(high)] = "┤"
        cells[place(estimate)] = "●"
        var text = String(cells)
        while text.last == " " { text.removeLast() }
        return text
    }
}
