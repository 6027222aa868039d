import Foundation

/// Turns log-odds into probabilities that hold what they say.
enum Calibration: Sendable {
    /// As the model says.
    case none
    /// Log-odds stretched and shifted (Platt 1999).
    case platt(slope: Double, shift: Double)
    /// The closest rising steps (Zadrozny and Elkan 2002), straight lines between them.
    case isotonic(margins: [Double], probabilities: [Double])

    var name: String {
        switch self {
        case .none: "none"
        case .platt: "platt"
        case .isotonic: "isotonic"
        }
    }

    func probability(_ margin: Double) -> Double {
        switch self {
        case .none: return Logistic.probability(margin)
        case .platt(let slope, let shift): return Logistic.probability(slope * margin + shift)
        case .isotonic(let margins, let probabilities):
            guard let first = margins.first, let last = margins.last else { return Logistic.probability(margin) }
            if margin <= first { return probabilities[0] }
            if margin >= last { return probabilities[probabilities.count - 1] }
            var (low, high) = (0, margins.count - 1)
            while high - low > 1 {
                let middle = (low + high) / 2
                if margins[middle] <= margin { low = middle } else { high = middle }
            }
            let share = (margin - margins[low]) / (margins[high] - margins[low])
            return probabilities[low] + share * (probabilities[high] - probabilities[low])
        }
    }

    /// The way that lowers the log-loss by more than a two-hundredth on parts that it was not learnt from; otherwise none.
    ///
    /// - Parameter parts: the margins and answers of each fold.
    static func chosen(_ parts: [(margins: [Double], answers: [Int8])]) -> Calibration {
        guard parts.count > 1 else { return .none }
        var losses = [0.0, 0.0, 0.0]
        let count = parts.map(\.answers.count).reduce(0, +)
        for index in parts.indices {
            let others = parts.indices.filter { $0 != index }
            let margins = others.flatMap { parts[$0].margins }
            let answers = others.flatMap { parts[$0].answers }
            let ways: [Calibration] = [.none, platt(margins, answers)] + (count >= 1_000 ? [isotonic(margins, answers)] : [])
            for (place, way) in ways.enumerated() {
                for (margin, answer) in zip(parts[index].margins, parts[index].answers) {
                    losses[place] += PredictionScores.loss(way.probability(margin), answer)
                }
            }
        }
        if count < 1_000 { losses[2] = .infinity }
        let margins = parts.flatMap(\.margins)
        let answers = parts.flatMap(\.answers)
        if losses[2] < losses[1] * 0.995, losses[2] < losses[0] * 0.995 { return isotonic(margins, answers) }
        return losses[1] < losses[0] * 0.995 ? platt(margins, answers) : .none
    }

    /// The same kind of calibration, learnt from other rows.
    func learnt(_ margins: [Double], _ answers: [Int8]) -> Calibration {
        switch self {
        case .none: .none
        case .platt: Self.platt(margins, answers)
        case .isotonic: Self.isotonic(margins, answers)
        }
    }

    private static func platt(_ margins: [Double], _ answers: [Int8]) -> Calibration {
        var (slope, shift) = (1.0, 0.0)
        for _ in 0..<30 {
            var (g0, g1, h00, h01, h11) = (0.0, 0.0, 1e-9, 0.0, 1e-9)
            for row in margins.indices {
                let p = Logistic.probability(slope * margins[row] + shift)
                let (residual, weight) = (p - Double(answers[row]), p * (1 - p))
                g0 += residual * margins[row]
                g1 += residual
                h00 += weight * margins[row] * margins[row]
                h01 += weight * margins[row]
                h11 += weight
            }
            let determinant = h00 * h11 - h01 * h01
            guard determinant > 1e-12 else { return .none }
            let (first, second) = ((h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant)
            slope -= max(-1, min(1, first))
            shift -= max(-2, min(2, second))
            if abs(first) + abs(second) < 1e-8 { break }
        }
        return slope > 0 && slope.isFinite && shift.isFinite ? .platt(slope: slope, shift: shift) : .none
    }

    /// Pools neighbours that fall (Ayer et al. 1955); no probability is 0 or 1.
    private static func isotonic(_ margins: [Double], _ answers: [Int8]) -> Calibration {
        let order = margins.indices.sorted { margins[$0] < margins[$1] }
        var sums: [Double] = []
        var counts: [Double] = []
        var places: [Double] = []
        for row in order {
            sums.append(Double(answers[row]))
            counts.append(1)
            places.append(margins[row])
            while sums.count > 1, sums[sums.count - 2] * counts[sums.count - 1] >= sums[sums.count - 1] * counts[sums.count - 2] {
                let (sum, count, place) = (sums.removeLast(), counts.removeLast(), places.removeLast())
                let last = sums.count - 1
                places[last] = (places[last] * counts[last] + place * count) / (counts[last] + count)
                sums[last] += sum
                counts[last] += count
            }
        }
        let probabilities = sums.indices.map { (sums[$0] + 0.5) / (counts[$0] + 1) }
        var rising = probabilities
        for index in rising.indices.dropFirst() { rising[index] = max(rising[index], rising[index - 1]) }
        return .isotonic(margins: places, probabilities: rising)
    }
}
