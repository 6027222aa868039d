import Foundation

/// Limited-memory BFGS (Nocedal 1980; Nocedal and Wright 2006, algorithm 7.5), scaled by the expected curvature.
enum QuasiNewton {
    private static let memory = 8

    static func minimum(of objective: LogisticObjective, from start: [Double], tolerance: Double = 1e-6, limit: Int = 200)
        -> [Double]
    {
        var x = start
        var gradient = [Double](repeating: 0, count: x.count)
        var value = objective.value(x, gradient: &gradient)
        var steps: [[Double]] = []
        var changes: [[Double]] = []
        var inverses: [Double] = []
        var trial = x
        var trialGradient = gradient
        for _ in 0..<limit {
            var direction = gradient
            var alphas: [Double] = []
            for index in steps.indices.reversed() {
                let alpha = inverses[index] * dot(steps[index], direction)
                alphas.append(alpha)
                add(-alpha, changes[index], to: &direction)
            }
            var gamma = 1.0
            if let step = steps.last, let change = changes.last {
                var scaled = 0.0
                for index in change.indices { scaled += change[index] * change[index] * objective.scales[index] }
                gamma = dot(step, change) / scaled
            }
            for index in direction.indices { direction[index] *= gamma * objective.scales[index] }
            for index in steps.indices {
                let beta = inverses[index] * dot(changes[index], direction)
                add(alphas[steps.count - 1 - index] - beta, steps[index], to: &direction)
            }
            let slope = -dot(gradient, direction)
            // What a full step would still gain, against the value.
            if slope > -tolerance * max(1, abs(value)) { break }
            var length = 1.0
            var found = false
            for _ in 0..<30 {
                for index in x.indices { trial[index] = x[index] - length * direction[index] }
                let next = objective.value(trial, gradient: &trialGradient)
                if next <= value + 1e-4 * length * slope {
                    value = next
                    found = true
                    break
                }
                // The minimum of the parabola through what is known, kept within bounds.
                let curved = -slope * length * length / (2 * (next - value - slope * length))
                length = min(max(curved, 0.1 * length), 0.5 * length)
            }
            guard found else { break }
            var step = trial
            var change = trialGradient
            for index in x.indices {
                step[index] -= x[index]
                change[index] -= gradient[index]
            }
            let curvature = dot(step, change)
            if curvature > 1e-12 {
                if steps.count == memory {
                    steps.removeFirst()
                    changes.removeFirst()
                    inverses.removeFirst()
                }
                steps.append(step)
                changes.append(change)
                inverses.append(1 / curvature)
            }
            swap(&x, &trial)
            swap(&gradient, &trialGradient)
        }
        return x
    }

    private static func dot(_ left: [Double], _ right: [Double]) -> Double {
        var sum = 0.0
        for index in left.indices { sum += left[index] * right[index] }
        return sum
    }

    private static func add(_ factor: Double, _ values: [Double], to out: inout [Double]) {
        for index in out.indices { out[index] += factor * values[index] }
    }
}
