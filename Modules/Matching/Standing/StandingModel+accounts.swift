extension StandingModel {
    /// What one would say of companies whom nobody has looked at yet, rounded toward caution: of one firm name, site and register number
    /// agree; its branches have these in common too, but stand elsewhere.
    public static let builtInAccounts: StandingModel = {
        // Shares of the levels: (missing,) different, faint, slight, alike, close, swapped, same.
        let rows: [Row] = [
            Row(
                name: "name", kind: .name, isWordy: true, m: [[1, 0.05, 0.03, 0.06, 0.12, 0.14, 0.25, 0.35]],
                u: [[1, 0.9878, 0.006, 0.004, 0.0015, 0.0004, 0.0002, 0.0001]],
                related: [1, 0.06, 0.03, 0.12, 0.14, 0.10, 0.15, 0.40]),
            Row(
                name: "number", kind: .number, m: [[1, 0.05, 0.005, 0.005, 0.005, 0.05, 0.005, 0.88]],
                u: [[1, 0.99945, 0.0002, 0.0002, 0.0001, 0.00002, 0.00001, 0.00002]],
                related: [1, 0.55, 0.002, 0.002, 0.001, 0.02, 0.005, 0.42]),
            Row(
                name: "web", kind: .web, m: [[1, 0.14, 0.01, 0.01, 0.03, 0.03, 0.10, 0.68]],
                u: [[1, 0.9974, 0.0005, 0.001, 0.0005, 0.0001, 0.0002, 0.0003]],
                related: [1, 0.20, 0.01, 0.01, 0.04, 0.02, 0.14, 0.58]),
            Row(
                name: "phone", kind: .phone, m: [[1, 0.35, 0.005, 0.02, 0.01, 0.04, 0.075, 0.50]],
                u: [[1, 0.9988, 0.0001, 0.0001, 0.0006, 0.0003, 0.00004, 0.00006]],
                related: [1, 0.75, 0.005, 0.02, 0.02, 0.04, 0.025, 0.14]),
            Row(
                name: "postcode", kind: .postcode, m: [[1, 0.13, 0.02, 0.03, 0.005, 0.05, 0.005, 0.76]],
                u: [[1, 0.93, 0.05, 0.015, 0.0002, 0.004, 0.0001, 0.0007]]),
            Row(
                name: "city", kind: .name, parent: 4, m: repeated([1, 0.12, 0.005, 0.01, 0.02, 0.05, 0.005, 0.79]),
                u: [0.02, 0.015, 0.15, 0.40, 0.40, 0.40, 0.40, 0.93].map { agreeing($0) }),
            Row(
                name: "street", kind: .address, isWordy: true, parent: 4,
                m: repeated([1, 0.18, 0.03, 0.03, 0.05, 0.09, 0.10, 0.52]),
                u: [0.0003, 0.0002, 0.0005, 0.001, 0.001, 0.002, 0.002, 0.02].map { agreeing($0) }),
            Row(
                name: "country", kind: .category, m: [[1, 0.02, 0.005, 0.005, 0.005, 0.005, 0.005, 0.955]],
                u: [[1, 0.5, 0.01, 0.01, 0.01, 0.01, 0.01, 0.45]], related: [1, 0.1, 0.01, 0.01, 0.01, 0.01, 0.01, 0.85]),
        ]
        return StandingModel(rows, relatedShare: 5e-7, prior: 2e-6)
    }()

    /// The columns by which companies are compared, in order.
    public static var accountColumns: [String] { builtInAccounts.columns.map(\.name) }
}
