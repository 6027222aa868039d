import Foundation

/// Finds a minimum of a smooth function of a few variables whose first and second derivatives are known, by Newton steps
/// within a region that is trusted (Nocedal & Wright 2006, chapter 4; the step by shifting the Hessian, Levenberg 1944).
public struct Newton: Sendable {
    public struct Point: Sendable, Hashable {
        public var value: Double
        public var gradient: [Double]
        /// Row by row, symmetric.
        public var hessian: [[Double]]

        public init(value: Double, gradient: [Double], hessian: [[Double]]) {
            self.value = value
            self.gradient = gradient
            self.hessian = hessian
        }
    }

    public struct Minimum: Sendable, Hashable {
        public var at: [Double]
        public var value: Double
        public var hessian: [[Double]]
        /// The largest part of the gradient left.
        public var slope: Double
        public var steps: Int
        /// Whether the gradient vanished, rather than a variable running to its bound or the steps to their end.
        public var isSettled: Bool
        /// Variables that stand at a bound.
        public var bounded: Set<Int>
    }

    /// Variables stay within these; a minimum beyond shows as a bound reached.
    public var bounds: ClosedRange<Double> = -30...30
    /// The gradient at which a minimum is one, relative to 1 + |value|.
    public var tolerance = 1e-11
    public var limit = 200
    /// No step goes further at first.
    public var radius = 2.0

    public init() {}

    /// - Parameter function: value, gradient and Hessian; a value that is not finite counts as a wall.
    public func minimize(from start: [Double], _ function: ([Double]) -> Point) -> Minimum {
        var x = start.map { min(max($0, bounds.lowerBound), bounds.upperBound) }
        var here = function(x)
        var radius = radius
        var steps = 0
        while steps < limit {
            steps += 1
            let free = x.indices.filter { !isHeld($0, x, here.gradient) }
            if free.allSatisfy({ abs(here.gradient[$0]) <= tolerance * (1 + abs(here.value)) }) { break }
            guard let step = Self.step(here, free, radius) else { break }
            var next = x
            for (index, move) in zip(free, step) {
                next[index] = min(max(x[index] + move, bounds.lowerBound), bounds.upperBound)
            }
            let there = function(next)
            let predicted = Self.predicted(here, free, step)
            let gained = here.value - there.value
            if there.value.isFinite, gained > 1e-4 * predicted || (gained >= 0 && predicted < 1e-10 * (1 + abs(here.value))) {
                if gained > 0.75 * predicted { radius = min(radius * 2, 20) }
                if next == x { break }
                x = next
                here = there
            } else {
                radius = min(radius, step.map { abs($0) }.max() ?? radius) / 4
                if radius < 1e-13 { break }
            }
        }
        let slope = here.gradient.map { abs($0) }.max() ?? 0
        let bounded = Set(x.indices.filter { x[$0] <= bounds.lowerBound || x[$0] >= bounds.upperBound })
        return Minimum(
            at: x, value: here.value, hessian: here.hessian, slope: slope, steps: steps,
            isSettled: slope <= 1e-6 * (1 + abs(here.value)) && bounded.isEmpty, bounded: bounded)
    }

    /// At a bound that the gradient points through.
    private func isHeld(_ index: Int, _ x: [Double], _ gradient: [Double]) -> Bool {
        (x[index] <= bounds.lowerBound && gradient[index] > 0) || (x[index] >= bounds.upperBound && gradient[index] < 0)
    }

    /// The Newton step among the free variables, with as much added to the diagonal as makes it a descent within the radius.
    private static func step(_ point: Point, _ free: [Int], _ radius: Double) -> [Double]? {
        let hessian = free.map { row in free.map { point.hessian[row][$0] } }
        let gradient = free.map { -point.gradient[$0] }
        let scale = max(1e-12, hessian.indices.map { abs(hessian[$0][$0]) }.max() ?? 1)
        var shift = 0.0
        for _ in 0..<60 {
            var shifted = hessian
            for index in shifted.indices { shifted[index][index] += shift }
            if let factor = Cholesky(shifted) {
                let step = factor.solve(gradient)
                if (step.map { abs($0) }.max() ?? 0) <= radius { return step }
            }
            shift = shift == 0 ? 1e-8 * scale : shift * 3
        }
        let length = gradient.map { abs($0) }.max() ?? 0
        return length > 0 ? gradient.map { $0 / length * radius } : nil
    }

    private static func predicted(_ point: Point, _ free: [Int], _ step: [Double]) -> Double {
        var sum = 0.0
        for (row, move) in zip(free, step) {
            sum -= point.gradient[row] * move
            for (column, other) in zip(free, step) { sum -= 0.5 * move * point.hessian[row][column] * other }
        }
        return sum
    }
}

/// A symmetric positive definite matrix as L·Lᵀ.
public struct Cholesky: Sendable {
    private let lower: [[Double]]

    /// `nil` where the matrix is not positive definite.
    public init?(_ matrix: [[Double]]) {
        var lower = matrix
        for row in matrix.indices {
            for column in 0...row {
                var sum = matrix[row][column]
                for k in 0..<column { sum -= lower[row][k] * lower[column][k] }
                if row == column {
                    guard sum > 1e-14 * abs(matrix[row][row]), sum.isFinite else { return nil }
                    lower[row][row] = sum.squareRoot()
                } else {
                    lower[row][column] = sum / lower[column][column]
                }
            }
        }
        self.lower = lower
    }

    public func solve(_ right: [Double]) -> [Double] {
        var x = right
        for row in x.indices {
            for k in 0..<row { x[row] -= lower[row][k] * x[k] }
            x[row] /= lower[row][row]
        }
        for row in x.indices.reversed() {
            for k in (row + 1)..<max(row + 1, x.count) { x[row] -= lower[k][row] * x[k] }
            x[row] /= lower[row][row]
        }
        return x
    }

    public var inverse: [[Double]] {
        lower.indices.map { column in
            var unit = [Double](repeating: 0, count: lower.count)
            unit[column] = 1
            return solve(unit)
        }
    }
}
