import RapportCore
public import RapportStorage

/// `reports:` in YAML: who gets the monthly report (`ReportPlan`).
public struct ReportHandler: DefinitionHandler {
    public let kind = ReportPlan.kind
    private let channels: [String]
    private let brands: [String]

    /// - Parameter channels: the instances of rapport.yaml.
    public init(channels: [String], brands: [String]) {
        self.channels = channels
        self.brands = brands
    }

    public func check(_ draft: DefinitionDraft, in db: Connection) throws {
        func known(_ name: String, _ what: String, _ all: [String]) throws {
            guard !all.contains(name) else { return }
            let known = all.isEmpty ? "rapport.yaml has none" : "rapport.yaml has \(all.joined(separator: ", "))"
            throw Problem(
                "report.\(what)", "no \(what) is called \"\(name)\"", at: .init(path: what),
                remedy: Spelling.nearest(to: name, in: all).map { "Did you mean \"\($0)\"?" } ?? known)
        }
        do {
            let plan = try ReportPlan(name: draft.name, json: draft.body)
            try known(plan.channel, "channel", channels)
            if let brand = plan.brand { try known(brand, "brand", brands) }
        } catch let problem as Problem {
            throw problem.at(draft.place(problem.place?.path ?? "") ?? problem.place ?? .init(path: draft.name))
        }
    }

    public func apply(_ definition: Definition, in db: Connection) throws {}

    public func remove(_ definition: Definition, in db: Connection) throws {}
}
