import Foundation

/// How the columns of a list become the terms of a logistic regression: learnt from training rows only.
///
/// Numbers are centred and scaled, gaps become the mean and a term of their own; numbers with long tails get a second term on a
/// logarithmic scale. Categories have a term a level, with rare levels folded into one; so have numbers that may be names, where that is
/// asked for.
struct DesignPlan: Sendable {
    /// A term with a value on every row.
    struct Dense: Sendable {
        enum Form: Sendable {
            case plain
            /// asinh((x − centre) / spread): linear near the centre, logarithmic far out.
            case bent(centre: Double, spread: Double)
            case gap
        }
        let source: Int
        let form: Form
        let mean: Double
        let scale: Double

        func value(_ number: Double) -> Float {
            switch form {
            case .gap: return number.isNaN ? 1 : 0
            case .plain: return number.isNaN ? 0 : Float(max(-30, min(30, (number - mean) * scale)))
            case .bent(let centre, let spread):
                return number.isNaN ? 0 : Float((asinh((number - centre) * spread) - mean) * scale)
            }
        }
    }

    /// A term for each value of a row.
    struct Coded: Sendable {
        enum Form: Sendable {
            /// The parameter of each level; -1: none.
            case levels([Int32])
            /// The parameter of each of some numbers, ascending, and one more for all others.
            case numbers([Double])
            case month, weekday, hour
        }
        let source: Int
        let form: Form
        /// Of the first parameter, and how many.
        let offset: Int
        let count: Int
    }

    private(set) var dense: [Dense] = []
    private(set) var coded: [Coded] = []
    /// Parameters beside the intercept.
    private(set) var parameters = 0
    /// Whether numbers that may be names have a term a value.
    let isNamed: Bool

    init(_ columns: [PredictionColumn], _ target: [Int8], rows: [Int32], isNamed: Bool) {
        self.isNamed = isNamed
        for (source, column) in columns.enumerated() {
            if case .numbers(let numbers) = column.values { addNumbers(source, numbers, rows, isDate: column.kind == .date) }
        }
        parameters = dense.count
        for (source, column) in columns.enumerated() {
            switch column.values {
            case .levels(let codes): addLevels(source, codes, column.levels, rows)
            case .numbers(let numbers):
                if column.kind == .date {
                    addParts(source, numbers, rows)
                } else if isNamed, let found = NumberLevels(numbers, target, rows: rows, against: .line) {
                    addCodes(source, found, rows)
                }
            case .none: break
            }
        }
    }

    /// The columns of numbers that have a term a value.
    var named: Set<Int> {
        Set(coded.compactMap { term in if case .numbers = term.form { term.source } else { nil } })
    }

    private mutating func addNumbers(_ source: Int, _ numbers: [Double], _ rows: [Int32], isDate: Bool) {
        var (count, sum) = (0.0, 0.0)
        for row in rows where !numbers[Int(row)].isNaN {
            count += 1
            sum += numbers[Int(row)]
        }
        guard count > 1 else { return }
        let mean = sum / count
        var (second, third) = (0.0, 0.0)
        for row in rows where !numbers[Int(row)].isNaN {
            let distance = numbers[Int(row)] - mean
            second += distance * distance
            third += distance * distance * distance
        }
        let deviation = (second / count).squareRoot()
        guard deviation > 1e-12 * max(1, abs(mean)) else {
            addGap(source, rows.count - Int(count))
            return
        }
        dense.append(Dense(source: source, form: .plain, mean: mean, scale: 1 / deviation))
        let skewness = third / count / (deviation * deviation * deviation)
        if abs(skewness) > 2, !isDate { addBent(source, numbers, rows) }
        addGap(source, rows.count - Int(count))
    }

    private mutating func addBent(_ source: Int, _ numbers: [Double], _ rows: [Int32]) {
        let step = max(1, rows.count / 5_000)
        var sample = stride(from: 0, to: rows.count, by: step).map { numbers[Int(rows[$0])] }.filter { !$0.isNaN }
        guard sample.count > 10 else { return }
        sample.sort()
        let centre = sample[sample.count / 2]
        var spread = (sample[sample.count * 3 / 4] - sample[sample.count / 4]) / 2
        if spread <= 0 { spread = sample.map { abs($0 - centre) }.reduce(0, +) / Double(sample.count) }
        guard spread > 0 else { return }
        let (mean, deviation) = Self.moments(sample.map { asinh(($0 - centre) / spread) })
        guard deviation > 1e-9 else { return }
        dense.append(Dense(source: source, form: .bent(centre: centre, spread: 1 / spread), mean: mean, scale: 1 / deviation))
    }

    private mutating func addGap(_ source: Int, _ gaps: Int) {
        if gaps >= 5 { dense.append(Dense(source: source, form: .gap, mean: 0, scale: 1)) }
    }

    private static func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
        let mean = values.reduce(0, +) / Double(values.count)
        let second = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (second / Double(values.count)).squareRoot())
    }

    private mutating func add(_ source: Int, _ form: Coded.Form, count: Int) {
        coded.append(Coded(source: source, form: form, offset: parameters, count: count))
        parameters += count
    }

    private mutating func addLevels(_ source: Int, _ codes: [Int32], _ levels: [String], _ rows: [Int32]) {
        // The last is for gaps.
        var counts = [Int](repeating: 0, count: levels.count + 1)
        for row in rows { counts[codes[Int(row)] < 0 ? levels.count : Int(codes[Int(row)])] += 1 }
        let common = rows.count >= 2_000 ? 4 : 2
        var places = [Int32](repeating: -1, count: levels.count + 1)
        var count = 0
        let rare = counts.dropLast().reduce(0) { $0 + ($1 < common ? $1 : 0) }
        for level in counts.indices where counts[level] >= common {
            places[level] = Int32(count)
            count += 1
        }
        guard count > 0 else { return }
        if rare > 0 {
            for level in counts.indices where counts[level] < common { places[level] = Int32(count) }
            count += 1
        }
        add(source, .levels(places), count: count)
    }

    /// Numbers that are names: the rare ones are folded into one.
    private mutating func addCodes(_ source: Int, _ found: NumberLevels, _ rows: [Int32]) {
        var counts = [Int](repeating: 0, count: found.values.count)
        for row in rows where found.codes[Int(row)] >= 0 { counts[Int(found.codes[Int(row)])] += 1 }
        let common = rows.count >= 2_000 ? 4 : 2
        let values = found.values.indices.filter { counts[$0] >= common }.map { found.values[$0] }
        add(source, .numbers(values), count: values.count + 1)
    }

    private mutating func addParts(_ source: Int, _ days: [Double], _ rows: [Int32]) {
        var (low, high, timed) = (Double.infinity, -Double.infinity, false)
        for row in rows where !days[Int(row)].isNaN {
            low = min(low, days[Int(row)])
            high = max(high, days[Int(row)])
            timed = timed || days[Int(row)] != days[Int(row)].rounded(.down)
        }
        if high - low > 60 { add(source, .month, count: 12) }
        if high - low > 6 { add(source, .weekday, count: 7) }
        if timed { add(source, .hour, count: 24) }
    }
}
