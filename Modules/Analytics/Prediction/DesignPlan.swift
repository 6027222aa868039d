import Foundation

/// How the columns of a list become the terms of a logistic regression: learnt from training rows only.
///
/// Numbers are centred and scaled, gaps become the mean and a term of their own; numbers with long tails get a second term on a
/// logarithmic scale, and numbers of few values, which may be codes, a term a value. Categories have a term a level, with rare
/// levels folded into one.
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
            /// The parameter of each of a few numbers, ascending.
            case numbers([Double], missing: Int32)
            case month, weekday, hour
        }
        let source: Int
        let form: Form
        /// Of the first parameter, and how many.
        let offset: Int
        let count: Int
        /// What to call each parameter.
        let labels: [String]
    }

    private(set) var dense: [Dense] = []
    private(set) var coded: [Coded] = []
    /// Parameters beside the intercept.
    private(set) var parameters = 0

    init(_ columns: [PredictionColumn], rows: [Int32]) {
        for (source, column) in columns.enumerated() {
            if case .numbers(let numbers) = column.values { addNumbers(source, numbers, rows, isDate: column.kind == .date) }
        }
        parameters = dense.count
        for (source, column) in columns.enumerated() {
            switch column.values {
            case .levels(let codes): addLevels(source, codes, column.levels, rows)
            case .numbers(let numbers):
                if column.kind == .date { addParts(source, numbers, rows) } else { addFewValues(source, numbers, rows) }
            case .none: break
            }
        }
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

    private mutating func add(_ source: Int, _ form: Coded.Form, labels: [String]) {
        coded.append(Coded(source: source, form: form, offset: parameters, count: labels.count, labels: labels))
        parameters += labels.count
    }

    private mutating func addLevels(_ source: Int, _ codes: [Int32], _ levels: [String], _ rows: [Int32]) {
        // The last is for gaps.
        var counts = [Int](repeating: 0, count: levels.count + 1)
        for row in rows { counts[codes[Int(row)] < 0 ? levels.count : Int(codes[Int(row)])] += 1 }
        let common = rows.count >= 2_000 ? 4 : 2
        var places = [Int32](repeating: -1, count: levels.count + 1)
        var labels: [String] = []
        let rare = counts.dropLast().reduce(0) { $0 + ($1 < common ? $1 : 0) }
        for level in counts.indices where counts[level] >= common {
            places[level] = Int32(labels.count)
            labels.append(level == levels.count ? "—" : levels[level])
        }
        guard !labels.isEmpty else { return }
        if rare > 0 {
            for level in counts.indices where counts[level] < common { places[level] = Int32(labels.count) }
            labels.append("a rare one")
        }
        add(source, .levels(places), labels: labels)
    }

    /// Three to twelve different whole numbers, on many rows each: they may be codes.
    private mutating func addFewValues(_ source: Int, _ numbers: [Double], _ rows: [Int32]) {
        var counts: [Double: Int] = [:]
        for row in rows where !numbers[Int(row)].isNaN {
            let number = numbers[Int(row)]
            guard number == number.rounded() else { return }
            counts[number, default: 0] += 1
            if counts.count > 12 { return }
        }
        guard counts.count > 2 else { return }
        let values = counts.keys.filter { counts[$0, default: 0] >= 5 }.sorted()
        guard values.count > 2 else { return }
        add(source, .numbers(values, missing: -1), labels: values.map { PredictionColumn.short($0) })
    }

    private mutating func addParts(_ source: Int, _ days: [Double], _ rows: [Int32]) {
        var (low, high, timed) = (Double.infinity, -Double.infinity, false)
        for row in rows where !days[Int(row)].isNaN {
            low = min(low, days[Int(row)])
            high = max(high, days[Int(row)])
            timed = timed || days[Int(row)] != days[Int(row)].rounded(.down)
        }
        if high - low > 60 { add(source, .month, labels: (1...12).map { "month \($0)" }) }
        if high - low > 6 { add(source, .weekday, labels: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]) }
        if timed { add(source, .hour, labels: (0..<24).map { "\($0) h" }) }
    }
}
