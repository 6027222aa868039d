import Foundation
public import RapportCore

/// A model of repeat purchases fitted by maximum likelihood, or what stands in for it where the data cannot carry it.
public struct PurchaseFit: Sendable {
    public let model: FittedPurchaseModel
    /// ln L, as the papers count it: without the factors that no parameter changes.
    public let logLikelihood: Double
    /// Of the parameters on their fitted scales, from the observed information; `nil` where there is none.
    public let covariance: [[Double]]?
    /// Why it is not the BG/NBD model; `nil` where it is.
    public let fallback: Remark?
    /// What to mind although the model stands.
    public let remarks: [Remark]
    public let steps: Int

    /// The standard error of each parameter.
    public var standardErrors: [Double]? {
        covariance.map { matrix in matrix.indices.map { max(0, matrix[$0][$0]).squareRoot() * model.slope($0) } }
    }

    /// A figure's standard error from the parameters' uncertainty, by the delta method.
    public func standardError(of figure: (FittedPurchaseModel) -> Double) -> Double? {
        guard let covariance else { return nil }
        let scaled = model.scaled
        let gradient = scaled.indices.map { index in
            let step = 1e-4
            var (up, down) = (scaled, scaled)
            up[index] += step
            down[index] -= step
            return (figure(model.at(up)) - figure(model.at(down))) / (2 * step)
        }
        var variance = 0.0
        for row in gradient.indices {
            for column in gradient.indices { variance += gradient[row] * covariance[row][column] * gradient[column] }
        }
        return max(0, variance).squareRoot()
    }

    /// Fewer customers who came back than this carry no model.
    public static let fewest = 10

    /// Fits the BG/NBD model and judges whether the data carry it: whether its parameters are found at all, and whether it
    /// says more than the simpler models that are its limits.
    ///
    /// - Throws: `Problem` `clv.no_purchases`.
    public init(_ summary: PurchaseSummary) throws {
        guard !summary.customers.isEmpty else {
            throw Problem("clv.no_purchases", "there is no purchase to learn from")
        }
        let likelihood = PurchaseLikelihood(summary)
        let repeaters = summary.repeaters
        guard repeaters >= Self.fewest, likelihood.ages > 0 else {
            self.init(few: likelihood, repeaters)
            return
        }
        let starts = Self.starts(likelihood)
        // Each model from the optimum of the simpler one that is its limit, and from elsewhere.
        let nbd = Self.best(likelihood.nbd, starts.prefix(2).map { Array($0.prefix(2)) })
        let equal = Self.best(likelihood.equalDropout, [nbd.at + [-3], [starts[0][0], starts[0][1], -1.5]])
        let full = Self.best(
            likelihood.bgnbd, [starts[0], equal.at[..<2] + [equal.at[2], 1]], starts.dropFirst() + [nbd.at + [-1, 3]])
        let shape = BGNBD(r: exp(full.at[0]), alpha: exp(full.at[1]), a: exp(full.at[2]), b: exp(full.at[3]))

        if let fallback = Self.reason(full, equal: equal, nbd: nbd) {
            // ln L is larger by less than 2 where leaving explains nothing (a likelihood ratio test at 5 %).
            if equal.isSettled, nbd.value - equal.value > 1.92, let covariance = Cholesky(equal.hessian)?.inverse {
                self.init(
                    .equalDropout(
                        EqualDropout(r: exp(equal.at[0]), alpha: exp(equal.at[1]), dropout: 1 / (1 + exp(-equal.at[2])))),
                    equal, covariance, fallback: Self.replaced(fallback, by: "equal_dropout"))
            } else if nbd.isSettled, let covariance = Cholesky(nbd.hessian)?.inverse {
                self.init(
                    .nbd(NBD(r: exp(nbd.at[0]), alpha: exp(nbd.at[1]))), nbd, covariance,
                    fallback: Self.replaced(fallback, by: "nbd"))
            } else {
                self.init(
                    model: .plainRate(PlainRate(rate: likelihood.repeats / likelihood.ages)), logLikelihood: likelihood.plainRate,
                    covariance: [[1 / likelihood.repeats]],
                    fallback: Self.replaced(fallback, by: "one_rate"),
                    remarks: [], steps: full.steps)
            }
            return
        }
        self.init(
            .bgnbd(shape), full, Cholesky(full.hessian)?.inverse, fallback: nil,
            remarks: Self.remarks(full))
    }

    /// Why a model does not stand, and what stands in for it.
    static func replaced(_ reason: Remark, by standIn: String) -> Remark {
        Remark("cli.clv.note.with_stand_in", parts: ["reason": reason, "stand_in": Remark("cli.clv.stand_in.\(standIn)")])
    }

    private init(
        _ model: FittedPurchaseModel, _ minimum: Newton.Minimum, _ covariance: [[Double]]?, fallback: Remark?,
        remarks: [Remark] = []
    ) {
        self.init(
            model: model, logLikelihood: -minimum.value, covariance: covariance, fallback: fallback, remarks: remarks,
            steps: minimum.steps)
    }

    private init(
        model: FittedPurchaseModel, logLikelihood: Double, covariance: [[Double]]?, fallback: Remark?, remarks: [Remark],
        steps: Int
    ) {
        self.model = model
        self.logLikelihood = logLikelihood
        self.covariance = covariance
        self.fallback = fallback
        self.remarks = remarks
        self.steps = steps
    }

    private init(few likelihood: PurchaseLikelihood, _ repeaters: Int) {
        let reason =
            repeaters == 0
            ? Remark("cli.clv.note.nobody_back", count: likelihood.customers)
            : Remark(
                "cli.clv.note.few_back",
                ["repeaters": "\(repeaters)", "customers": "\(likelihood.customers)", "fewest": "\(Self.fewest)"])
        let rate = likelihood.ages > 0 ? likelihood.repeats / likelihood.ages : 0
        self.init(
            model: .plainRate(PlainRate(rate: rate)), logLikelihood: likelihood.plainRate,
            covariance: likelihood.repeats > 0 ? [[1 / likelihood.repeats]] : nil,
            fallback: Self.replaced(reason, by: "plain_rate"), remarks: [], steps: 0)
    }

    /// Places to start from, in logarithms: the mean rate for various mixtures of rates and of leaving.
    private static func starts(_ likelihood: PurchaseLikelihood) -> [[Double]] {
        let rate = max(1e-9, likelihood.repeats / likelihood.ages)
        return [(0.5, 1.0, 3.0), (0.25, 0.5, 2.0), (2.0, 1.0, 20.0), (1.0, 0.1, 0.2)].map { r, a, b in
            // Rates seen are lower than those of customers who stay.
            [log(r), log(r / rate / 2), log(a), log(b)]
        }
    }

    /// The lowest of what is found from some places; from further ones too where those do not agree.
    private static func best(
        _ function: ([Double]) -> Newton.Point, _ starts: [[Double]], _ further: some Collection<[Double]> = [[Double]]()
    ) -> Newton.Minimum {
        var newton = Newton()
        newton.bounds = -15...15
        var found = starts.map { newton.minimize(from: $0, function) }
        if found.contains(where: { !$0.isSettled || abs($0.value - found[0].value) > 1e-6 }) {
            found += further.map { newton.minimize(from: $0, function) }
        }
        return found.dropFirst().reduce(found[0]) { best, next in
            next.value < best.value - 1e-9 || (next.isSettled && !best.isSettled && next.value <= best.value + 1e-9) ? next : best
        }
    }

    /// Why the four parameters cannot stand; `nil` where they can.
    private static func reason(_ full: Newton.Minimum, equal: Newton.Minimum, nbd: Newton.Minimum) -> Remark? {
        let (a, b) = (exp(full.at[2]), exp(full.at[3]))
        let error = Cholesky(full.hessian).map { factor in factor.inverse[3][3].squareRoot() }
        let leaving = a / (a + b)
        let share = String(format: "%.2g %%", 100 / (1 + exp(-equal.at[2])))
        // ln L is larger by 1.92 where another parameter explains something (a likelihood ratio test at 5 %).
        let differs = equal.value - full.value > 1.92
        if full.value > nbd.value - 0.05 {
            return Remark("cli.clv.note.nobody_leaves")
        }
        // An error as large as b itself: from nearly nothing to without end.
        let isLoose = error.map { !($0 < 1) } ?? true
        if b > 1e4 || full.bounded.contains(3) || (isLoose && (leaving < 0.05 || !differs)) {
            return Remark("cli.clv.note.b_runs_away", ["share": share])
        }
        if !full.isSettled || error.map({ !($0 < 3) }) ?? true {
            return Remark("cli.clv.note.no_top")
        }
        return nil
    }

    private static func remarks(_ full: Newton.Minimum) -> [Remark] {
        guard let inverse = Cholesky(full.hessian)?.inverse, inverse[3][3].squareRoot() > 0.5 else { return [] }
        return [Remark("cli.clv.note.roughly")]
    }
}
