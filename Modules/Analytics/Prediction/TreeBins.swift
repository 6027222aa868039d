import Foundation

/// How values become bins for trees: learnt from training rows only. At most 255 bins a feature.
struct TreeBins: Sendable {
    struct Feature: Sendable {
        enum Form: Sendable {
            /// Bin i holds what is at most edge i; the bin after the last edge holds the rest, and one more the gaps.
            case number(edges: [Double], part: DesignPlan.Coded.Form?)
            /// The bin of each level, and of gaps at the end.
            case levels([UInt8])
        }
        let source: Int
        let form: Form
        let bins: Int

        var isCategory: Bool { if case .levels = form { true } else { false } }
    }

    private(set) var features: [Feature] = []

    init(_ columns: [PredictionColumn], rows: [Int32]) {
        let step = max(1, rows.count / 30_000)
        let sample = stride(from: 0, to: rows.count, by: step).map { Int(rows[$0]) }
        for (source, column) in columns.enumerated() {
            switch column.values {
            case .numbers(let numbers):
                addNumber(source, sample.map { numbers[$0] }, part: nil)
                guard column.kind == .date else { continue }
                for part in [DesignPlan.Coded.Form.month, .weekday, .hour] {
                    let values = sample.map { numbers[$0].isNaN ? .nan : Double(Design.part(part, numbers[$0])) }
                    addNumber(source, values, part: part)
                }
            case .levels(let codes): addLevels(source, codes, column.levels.count, rows)
            case .none: break
            }
        }
    }

    private mutating func addNumber(_ source: Int, _ sample: [Double], part: DesignPlan.Coded.Form?) {
        let values = sample.filter { !$0.isNaN }.sorted()
        let hasGaps = values.count < sample.count
        guard let low = values.first, let high = values.last, low < high || (hasGaps && part == nil) else { return }
        var edges: [Double] = []
        var at = 0
        let limit = 253
        // Values that many rows share get bins of their own; the rest is shared out evenly.
        var left = values.count
        while at < values.count, edges.count < limit {
            let wanted = max(1, left / (limit + 1 - edges.count))
            var end = min(values.count, at + wanted)
            while end < values.count, values[end] == values[end - 1] { end += 1 }
            guard end < values.count else { break }
            edges.append(values[end - 1] + (values[end] - values[end - 1]) / 2)
            left -= end - at
            at = end
        }
        features.append(Feature(source: source, form: .number(edges: edges, part: part), bins: edges.count + 2))
    }

    private mutating func addLevels(_ source: Int, _ codes: [Int32], _ levels: Int, _ rows: [Int32]) {
        var counts = [Int](repeating: 0, count: levels + 1)
        for row in rows { counts[codes[Int(row)] < 0 ? levels : Int(codes[Int(row)])] += 1 }
        let order = counts.indices.sorted { (counts[$0], $1) > (counts[$1], $0) }
        // Bin 0 is for what is rare or was never seen.
        var bins = [UInt8](repeating: 0, count: levels + 1)
        var next = 1
        for level in order where counts[level] >= 5 && next < 255 {
            bins[level] = UInt8(next)
            next += 1
        }
        guard next > 2 || (next == 2 && counts[order[0]] < rows.count) else { return }
        features.append(Feature(source: source, form: .levels(bins), bins: next))
    }

    /// The bins of some rows, feature after feature.
    func binned(_ columns: [PredictionColumn], rows: [Int32]) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: features.count * rows.count)
        out.withUnsafeMutableBufferPointer { out in
            for (index, feature) in features.enumerated() {
                let base = index * rows.count
                switch (feature.form, columns[feature.source].values) {
                case (.number(let edges, let part), .numbers(let numbers)):
                    edges.withUnsafeBufferPointer { edges in
                        for (at, row) in rows.enumerated() {
                            var number = numbers[Int(row)]
                            if let part, !number.isNaN { number = Double(Design.part(part, number)) }
                            out[base + at] = number.isNaN ? UInt8(edges.count + 1) : Self.bin(number, edges)
                        }
                    }
                case (.levels(let bins), .levels(let codes)):
                    for (at, row) in rows.enumerated() {
                        let code = codes[Int(row)]
                        out[base + at] = bins[code < 0 ? bins.count - 1 : Int(code)]
                    }
                default: break
                }
            }
        }
        return out
    }

    /// How many edges lie below a number.
    private static func bin(_ number: Double, _ edges: UnsafeBufferPointer<Double>) -> UInt8 {
        var (low, count) = (0, edges.count)
        while count > 0 {
            let half = count >> 1
            if number > edges[low + half] {
                low += half + 1
                count -= half + 1
            } else {
                count = half
            }
        }
        return UInt8(low)
    }
}
