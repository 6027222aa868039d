import Foundation

/// The model that a house's purchases can carry, with its parameters.
public enum FittedPurchaseModel: PurchaseModel, Hashable, Codable {
    case bgnbd(BGNBD)
    case equalDropout(EqualDropout)
    case nbd(NBD)
    case plainRate(PlainRate)

    /// The model itself: whoever asks it about many customers asks this, which is made anew at each call.
    var model: any PurchaseModel {
        switch self {
        case .bgnbd(let model): model
        case .equalDropout(let model): model
        case .nbd(let model): model
        case .plainRate(let model): model
        }
    }

    public var timeScale: Double { model.timeScale }

    public func probabilityAlive(_ history: PurchaseHistory) -> Double { model.probabilityAlive(history) }

    public func expectedWhileAlive(within periods: Double, frequency: Int, age: Double) -> Double {
        model.expectedWhileAlive(within: periods, frequency: frequency, age: age)
    }

    /// For machines: `bg_nbd`, `equal_dropout`, `nbd`, `plain_rate`.
    public var name: String {
        switch self {
        case .bgnbd: "bg_nbd"
        case .equalDropout: "equal_dropout"
        case .nbd: "nbd"
        case .plainRate: "plain_rate"
        }
    }

    /// The parameters by name.
    public var parameters: [(name: String, value: Double)] {
        switch self {
        case .bgnbd(let m): [("r", m.r), ("alpha", m.alpha), ("a", m.a), ("b", m.b)]
        case .equalDropout(let m): [("r", m.r), ("alpha", m.alpha), ("dropout", m.dropout)]
        case .nbd(let m): [("r", m.r), ("alpha", m.alpha)]
        case .plainRate(let m): [("rate", m.rate)]
        }
    }

    /// The same model at other parameters, given on the scales on which they are fitted: logarithms, and of `dropout` the
    /// logarithm of its odds.
    func at(_ scaled: [Double]) -> FittedPurchaseModel {
        let values = scaled.map { exp($0) }
        switch self {
        case .bgnbd: return .bgnbd(BGNBD(r: values[0], alpha: values[1], a: values[2], b: values[3]))
        case .equalDropout:
            return .equalDropout(EqualDropout(r: values[0], alpha: values[1], dropout: 1 / (1 + exp(-scaled[2]))))
        case .nbd: return .nbd(NBD(r: values[0], alpha: values[1]))
        case .plainRate: return .plainRate(PlainRate(rate: values[0]))
        }
    }

    var scaled: [Double] {
        parameters.map { $0.name == "dropout" ? log($0.value) - log1p(-$0.value) : log($0.value) }
    }

    /// How a parameter moves with its scale: to turn errors of logarithms into errors of parameters.
    func slope(_ index: Int) -> Double {
        let (name, value) = parameters[index]
        return name == "dropout" ? value * (1 - value) : value
    }
}
