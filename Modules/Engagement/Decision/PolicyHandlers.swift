import RapportCore
public import RapportStorage

/// `permission:` in YAML: which bases suffice where (config/permission).
public struct PermissionRulesHandler: DefinitionHandler {
    public let kind = "permission"
    public let section = "permission"
    public init() {}

    public func check(_ draft: DefinitionDraft, in db: Connection) throws {
        try placed(draft) { _ = try PolicyReader { _ in 1 }.rules(PolicyBody(draft.body), of: draft.name) }
    }
    public func apply(_ definition: Definition, in db: Connection) throws { try PolicyBook.outdate(in: db) }
    public func remove(_ definition: Definition, in db: Connection) throws { try PolicyBook.outdate(in: db) }
}

/// `guards:` in YAML: quiet hours, silent days, caps and what standings stop.
public struct GuardsHandler: DefinitionHandler {
    public let kind = "guards"
    public let section = "guards"
    public init() {}

    public func check(_ draft: DefinitionDraft, in db: Connection) throws {
        try placed(draft) {
            var policy = DecisionPolicy()
            try PolicyReader { _ in 1 }.add(PolicyBody(draft.body), to: &policy)
        }
    }
    public func apply(_ definition: Definition, in db: Connection) throws { try PolicyBook.outdate(in: db) }
    public func remove(_ definition: Definition, in db: Connection) throws { try PolicyBook.outdate(in: db) }
}

/// `topics:` in YAML: what the house writes about, each with its class.
public struct TopicHandler: DefinitionHandler {
    public let kind = "topic"
    let catalog: Catalog
    public init(catalog: Catalog) { self.catalog = catalog }

    public func check(_ draft: DefinitionDraft, in db: Connection) throws {
        try placed(draft) {
            let body = PolicyBody(draft.body)
            if Text.folded(draft.name) == Unprofiled.topic {
                throw Problem(
                    "topic.reserved",
                    "\"\(draft.name)\" is the topic of objections to being profiled: nothing is written about it",
                    remedy: "Give the topic another name.")
            }
            try body.checkKeys(["class", "title", "description"])
            _ = try body.topicClass(try body.text("class") ?? "", "class")
            _ = try body.text("title")
        }
    }
    public func apply(_ definition: Definition, in db: Connection) throws {
        _ = try catalog.symbols([Text.folded(definition.name)], in: db)
    }
    public func remove(_ definition: Definition, in db: Connection) throws {}
}

/// `standings:` in YAML: which events raise and clear a fact.
public struct StandingHandler: DefinitionHandler {
    public let kind = "standing"
    public init() {}

    public func check(_ draft: DefinitionDraft, in db: Connection) throws {
        try placed(draft) { _ = try StandingRule(fact: draft.name, body: draft.body) }
    }
    public func apply(_ definition: Definition, in db: Connection) throws {}
    public func remove(_ definition: Definition, in db: Connection) throws {}
}

/// Gives a problem the place in the file that its path has there.
private func placed(_ draft: DefinitionDraft, _ body: () throws -> Void) throws {
    do { try body() } catch let problem as Problem {
        throw problem.at(draft.place(problem.place?.path ?? "") ?? problem.place ?? .init(path: draft.name))
    }
}
