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
        let weights = narrow(weights)
        out.withUnsafeMutableBufferPointer { out in
            weights.withUnsafeBufferPointer { weights in
                var from = 0
                while from < design.count {
                    let to = min(design.count, from + block)
                    addMargins(design, weights, UnsafeMutableBufferPointer(rebasing: out[from..<to]), from)
                    from = to
                }
            }
        }
    }

    /// As they are multiplied with, and 0 in the intercept's place, which coded terms without a parameter point to.
    private static func narrow(_ weights: [Double]) -> [Float] {
        var out = weights.map { Float($0) }
        out[out.count - 1] = 0
        return out
    }

    private static func addMargins(
        _ design: Design, _ weights: UnsafeBufferPointer<Float>, _ out: UnsafeMutableBufferPointer<Float>, _ from: Int
    ) {
        let count = out.count
        design.dense.withUnsafeBufferPointer { dense in
            for term in design.plan.dense.indices {
                let weight = weights[term]
                if weight == 0 { continue }
                let base = term * design.count + from
                for at in 0..<count { out[at] += weight * dense[base + at] }
            }
        }
        design.coded.withUnsafeBufferPointer { coded in
            for term in design.plan.coded.indices {
                let base = term * design.count + from
                for at in 0..<count { out[at] += weights[Int(coded[base + at])] }
            }
        }
    }

    /// The value at `weights`; `gradient` is overwritten.
    func value(_ weights: [Double], gradient: inout [Double]) -> Double {
        let parameters = design.plan.parameters
        var value = 0.0
        for index in 0..<parameters { value += weights[index] * weights[index] }
        value *= penalty / 2
        let narrow = Self.narrow(weights)
        let intercept = Float(weights[parameters])
        var intercepts = 0.0
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.block) { margins in
            narrow.withUnsafeBufferPointer { narrow in
                gradient.withUnsafeMutableBufferPointer { gradient in
                    for index in 0..<parameters { gradient[index] = weights[index] * penalty }
                    var from = 0
                    while from < design.count {
                        let part = UnsafeMutableBufferPointer(rebasing: margins[0..<min(design.count - from, Self.block)])
                        part.initialize(repeating: intercept)
                        Self.addMargins(design, narrow, part, from)
                        let (loss, residuals) = judge(part, from)
                        value += loss
                        intercepts += residuals
                        addGradient(of: part, from, to: gradient)
                        from += part.count
                    }
                    gradient[parameters] = intercepts
                }
            }
        }
        return value
    }

    /// The loss of some rows, whose margins are replaced by their residuals, p − y; and the sum of these.
    private func judge(_ margins: UnsafeMutableBufferPointer<Float>, _ from: Int) -> (loss: Double, residuals: Double) {
        var (loss, residuals, product) = (0.0, 0.0, 1.0)
        for at in margins.indices {
            let margin = Double(margins[at])
            let isYes = answers[from + at] == 1
            let signed = isYes ? -margin : margin
            let power = exp(-abs(signed))
            // Each factor is at most 2: one logarithm does for many rows.
            loss += max(signed, 0)
            product *= 1 + power
            if at & 63 == 63 {
                loss += log(product)
                product = 1
            }
            let probability = (signed >= 0 ? 1 : power) / (1 + power)
            let residual = isYes ? -probability : probability
            residuals += residual
            margins[at] = Float(residual)
        }
        return (loss + log(product), residuals)
    }

    private func addGradient(
        of residuals: UnsafeMutableBufferPointer<Float>, _ from: Int, to gradient: UnsafeMutableBufferPointer<Double>
    ) {
        let count = residuals.count
        design.dense.withUnsafeBufferPointer { dense in
            for term in design.plan.dense.indices {
                let start = dense.baseAddress.unsafelyUnwrapped + term * design.count + from
                gradient[term] += Double(Self.dot(start, residuals.baseAddress.unsafelyUnwrapped, count))
            }
        }
        design.coded.withUnsafeBufferPointer { coded in
            for term in design.plan.coded.indices {
                let base = term * design.count + from
                // What points to no parameter lands on the intercept, which is written last.
                for at in 0..<count { gradient[Int(coded[base + at])] += Double(residuals[at]) }
            }
        }
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
