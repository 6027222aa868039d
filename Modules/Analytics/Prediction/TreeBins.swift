import Foundation

/// How values become bins for trees: learnt from training rows only. At most 255 bins a feature.
struct TreeBins: Sendable {
    struct Feature: Sendable {
        enum Form: Sendable {
            /// Bin i holds what is at most edge i; the bin after the last edge holds the rest, and one more the gaps.
            case number(edges: [Double], part: DesignPlan.Coded.Form?)
            /// The bin of each level, and of gaps at the end.
            case levels([UInt8])
            /// Levels by how often they are yes: what stands for each, gaps at the end.
            case rates([Double], edges: [Double])
            /// Numbers that are names, ascending, by how often they are yes: what stands for each, for others at the end.
            case named([Double], [Double], edges: [Double])
        }
        let source: Int
        let form: Form
        let bins: Int

        var isCategory: Bool { if case .levels = form { true } else { false } }
    }

    private(set) var features: [Feature] = []
    /// Levels of a category at most that have a bin each.
    private static let ownBins = 16
    /// Edges of a number at most: few rows say no more with many.
    private let edges: Int

    /// The bins of the rows learnt from, feature after feature; empty once taken.
    private var learnt: [UInt8] = []
    /// Of the rows learnt from, the rate of the level of each by what other rows say, by feature.
    private var rates: [Int: [Double]] = [:]

    /// - Parameter isNamed: whether numbers that may be names stand by rates too.
    init(_ columns: [PredictionColumn], _ target: [Int8], rows: [Int32], isNamed: Bool) {
        edges = max(63, min(253, rows.count / 16))
        let step = max(1, rows.count / 30_000)
        let sample = stride(from: 0, to: rows.count, by: step).map { Int(rows[$0]) }
        for (source, column) in columns.enumerated() {
            switch column.values {
            case .numbers(let numbers):
                addNumber(source, sample.map { numbers[$0] }, part: nil)
                guard column.kind == .date else {
                    if isNamed, let found = NumberLevels(numbers, target, rows: rows, against: .curve) {
                        addNamed(source, found, target, rows)
                    }
                    continue
                }
                for part in [DesignPlan.Coded.Form.month, .weekday, .hour] {
                    let values = sample.map { numbers[$0].isNaN ? .nan : Double(Design.part(part, numbers[$0])) }
                    addNumber(source, values, part: part)
                }
            case .levels(let codes):
                if column.levels.count > Self.ownBins {
                    addRates(source, codes, column.levels.count, target, rows)
                } else {
                    addLevels(source, codes, column.levels.count, rows)
                }
            case .none: break
            }
        }
        learnt = binned(columns, rows: rows)
        for (index, values) in rates {
            guard let edges = features[index].form.rateEdges else { continue }
            edges.withUnsafeBufferPointer { edges in
                for (at, value) in values.enumerated() { learnt[index * rows.count + at] = Self.bin(value, edges) }
            }
        }
        rates = [:]
    }

    private mutating func addNumber(_ source: Int, _ sample: [Double], part: DesignPlan.Coded.Form?) {
        let values = sample.filter { !$0.isNaN }.sorted()
        let hasGaps = values.count < sample.count
        guard let low = values.first, let high = values.last, low < high || (hasGaps && part == nil) else { return }
        let edges = cut(values)
        features.append(Feature(source: source, form: .number(edges: edges, part: part), bins: edges.count + 2))
    }

    /// Where to cut sorted values, so that about equally many lie between two cuts.
    private func cut(_ values: [Double]) -> [Double] {
        var edges: [Double] = []
        var at = 0
        let limit = self.edges
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
        return edges
    }

    private mutating func addRates(_ source: Int, _ codes: [Int32], _ levels: Int, _ target: [Int8], _ rows: [Int32]) {
        let found = LevelRates(codes, levels, target, rows: rows)
        let edges = cut(found.learnt.sorted())
        guard !edges.isEmpty else { return }
        rates[features.count] = found.learnt
        features.append(Feature(source: source, form: .rates(found.rates, edges: edges), bins: edges.count + 2))
    }

    private mutating func addNamed(_ source: Int, _ found: NumberLevels, _ target: [Int8], _ rows: [Int32]) {
        let rates = LevelRates(found.codes, found.values.count, target, rows: rows)
        let edges = cut(rates.learnt.sorted())
        guard !edges.isEmpty else { return }
        self.rates[features.count] = rates.learnt
        features.append(Feature(source: source, form: .named(found.values, rates.rates, edges: edges), bins: edges.count + 2))
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

    /// The columns of numbers that stand by rates too.
    var named: Set<Int> {
        Set(features.compactMap { feature in if case .named = feature.form { feature.source } else { nil } })
    }

    /// The bins of the rows learnt from, which are not kept.
    mutating func takeLearnt() -> [UInt8] {
        defer { learnt = [] }
        return learnt
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
                case (.rates(let rates, let edges), .levels(let codes)):
                    edges.withUnsafeBufferPointer { edges in
                        let bins = rates.map { Self.bin($0, edges) }
                        for (at, row) in rows.enumerated() {
                            let code = codes[Int(row)]
                            out[base + at] = bins[code < 0 ? bins.count - 1 : Int(code)]
                        }
                    }
                case (.named(let values, let rates, let edges), .numbers(let numbers)):
                    edges.withUnsafeBufferPointer { edges in
                        let bins = rates.map { Self.bin($0, edges) }
                        for (at, row) in rows.enumerated() {
                            out[base + at] = bins[NumberLevels.place(of: numbers[Int(row)], in: values) ?? bins.count - 1]
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
        while count > 1 {
            let half = count >> 1
            low = number > edges[low + half - 1] ? low + half : low
            count -= half
        }
        if count == 1, number > edges[low] { low += 1 }
        return UInt8(low)
    }
}

extension TreeBins.Feature.Form {
    /// Where rates are cut, of the forms that stand by rates.
    var rateEdges: [Double]? {
        switch self {
        case .rates(_, let edges), .named(_, _, let edges): edges
        case .number, .levels: nil
        }
    }
}
