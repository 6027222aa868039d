import RapportAnalytics
import RapportEngagement
import RapportStorage

extension Host {
    /// The kinds of definitions, in the order in which they are applied: each may build on those before it.
    static func definitionHandlers(_ catalog: Catalog, _ identity: IdentityRuleBook) -> [any DefinitionHandler] {
        [
            FieldHandler(), IdentifierHandler(book: identity), KindHandler(catalog: catalog), TopicHandler(catalog: catalog),
            PermissionRulesHandler(),
            StandingHandler(), GuardsHandler(),
            TemplateHandler(), SegmentDefinitions(catalog: catalog, permits: FoldedPermits(catalog: catalog)),
            ModelHandler(), RatesHandler(), CostsHandler(), FiguresHandler(),
        ]
    }
}
