import RapportEngagement
import RapportStorage

extension Host {
    /// The kinds of definitions, in the order in which they are applied: each may build on those before it.
    static var definitionHandlers: [any DefinitionHandler] {
        [
            FieldHandler(), TopicHandler(catalog: Catalog()), PermissionRulesHandler(), StandingHandler(), GuardsHandler(),
            SegmentDefinitions(catalog: Catalog(), permits: FoldedPermits(catalog: Catalog())),
        ]
    }
}
