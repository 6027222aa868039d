import Foundation

/// The penalised loss of a logistic regression, with its gradient.
struct LogisticObjective {
    private let design: Design
    private let answers: [Int8]
    private let penalty: Double
    /// The inverse of the expected curvature of each parameter, by which quasi-Newton steps are scaled.
    let scales: [Double]
    /// All zero, but for the intercept at the share of yes.
    let start: [Double]
    /// Rows are worked on so many at a time, so that what is touched stays in the cache.
    private static let block = 512

    init(_ design: Design, _ answers: [Int8], strength: Double) {
        self.design = design
        self.answers = answers
        penalty = 1 / strength
        let share = (Double(answers.count { $0 == 1 }) + 0.5) / (Double(answers.count) + 1)
        let curvature = share * (1 - share)
        let parameters = design.plan.parameters
        var sums = [Double](repeating: 0, count: parameters + 1)
        for term in design.plan.dense.indices {
            var sum: Float = 0
            for at in term * design.count..<(term + 1) * design.count { sum += design.dense[at] * design.dense[at] }
            sums[term] = Double(sum)
        }
        for place in design.coded { sums[Int(place)] += 1 }
        sums[parameters] = Double(design.count)
        let weight = penalty
        scales = sums.indices.map { 1 / (sums[$0] * curvature + ($0 < parameters ? weight : 0) + 1e-9) }
        var start = [Double](repeating: 0, count: parameters + 1)
        start[parameters] = Logistic.margin(share)
        self.start = start
    }

    /// Adds to each row's margin what the terms contribute.
    static func addMargins(_ design: Design, _ weights: [Double], to out: inout [Float]) {
        out.withUnsafeMutableBufferPointer { out in
            var from = 0
            while from < design.count {
                let to = min(design.count, from + block)
                addMargins(design, weights, out.baseAddress.unsafelyUnwrapped + from, from, to - from)
                from = to
            }
        }
    }

    private static func addMargins(
        _ design: Design, _ weights: [Double], _ out: UnsafeMutablePointer<Float>, _ from: Int, _ count: Int
    ) {
        design.dense.withUnsafeBufferPointer { dense in
            for term in design.plan.dense.indices {
                let weight = Float(weights[term])
                if weight == 0 { continue }
                let base = term * design.count + from
                for at in 0..<count { out[at] += weight * dense[base + at] }
            }
        }
        let parameters = design.plan.parameters
        design.coded.withUnsafeBufferPointer { coded in
            for term in design.plan.coded.indices {
                let base = term * design.count + from
                for at in 0..<count {
                    let place = Int(coded[base + at])
                    if place < parameters { out[at] += Float(weights[place]) }
                }
            }
        }
    }

    /// The value at `weights`; `gradient` is overwritten.
    func value(_ weights: [Double], gradient: inout [Double]) -> Double {
        let parameters = design.plan.parameters
        for index in gradient.indices { gradient[index] = index < parameters ? weights[index] * penalty : 0 }
        var value = 0.0
        for index in 0..<parameters { value += weights[index] * weights[index] }
        value *= penalty / 2
        let intercept = Float(weights[parameters])
        let margins = UnsafeMutablePointer<Float>.allocate(capacity: Self.block)
        margins.initialize(repeating: 0, count: Self.block)
        defer { margins.deallocate() }
        var from = 0
        while from < design.count {
            let count = min(design.count - from, Self.block)
            for at in 0..<count { margins[at] = intercept }
            Self.addMargins(design, weights, margins, from, count)
            var residuals = 0.0
            for at in 0..<count {
                // Each margin is replaced by its residual, p − y.
                let margin = Double(margins[at])
                let isYes = answers[from + at] == 1
                let signed = isYes ? -margin : margin
                let power = exp(-abs(signed))
                value += max(signed, 0) + log1p(power)
                let probability = signed >= 0 ? 1 / (1 + power) : power / (1 + power)
                let residual = isYes ? -probability : probability
                residuals += residual
                margins[at] = Float(residual)
            }
            gradient[parameters] += residuals
            design.dense.withUnsafeBufferPointer { dense in
                for term in design.plan.dense.indices {
                    gradient[term] += Double(
                        Self.dot(dense.baseAddress.unsafelyUnwrapped + term * design.count + from, margins, count))
                }
            }
            design.coded.withUnsafeBufferPointer { coded in
                for term in design.plan.coded.indices {
                    let base = term * design.count + from
                    for at in 0..<count {
                        let place = Int(coded[base + at])
                        if place < parameters { gradient[place] += Double(margins[at]) }
                    }
                }
            }
            from += count
        }
        return value
    }

    private static func dot(_ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, _ count: Int) -> Float {
        var sums = SIMD16<Float>(repeating: 0)
        var at = 0
        while at + 16 <= count {
            let a = UnsafeRawPointer(left + at).loadUnaligned(as: SIMD16<Float>.self)
            let b = UnsafeRawPointer(right + at).loadUnaligned(as: SIMD16<Float>.self)
            sums += a * b
            at += 16
        }
        var sum = sums.sum()
        while at < count {
            sum += left[at] * right[at]
            at += 1
        }
        return sum
    }
}
