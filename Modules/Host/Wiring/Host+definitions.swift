import RapportAnalytics
import RapportCore
import RapportEngagement
import RapportStorage

extension Host {
    /// The kinds of definitions, in the order in which they are applied: each may build on those before it.
    static func definitionHandlers(_ catalog: Catalog, _ identity: IdentityRuleBook, _ configuration: Configuration)
        -> [any DefinitionHandler]
    {
        let segments = SegmentDefinitions(catalog: catalog, permits: FoldedPermits(catalog: catalog))
        let aging: @Sendable (Timestamp, Connection) throws -> Void = { now, db in try segments.fillAgain(at: now, in: db) }
        return [
            FieldHandler(aging: aging), IdentifierHandler(book: identity, aging: aging), KindHandler(catalog: catalog),
            AccountRoleHandler(), RelationHandler(), TopicHandler(catalog: catalog),
            PermissionRulesHandler(),
            StandingHandler(), GuardsHandler(),
            LifecycleDefinitions(catalog: catalog, permits: FoldedPermits(catalog: catalog)),
            TemplateHandler(), segments,
            ModelHandler(), RatesHandler(), CostsHandler(), FiguresHandler(),
            ReportHandler(channels: configuration.channels.map(\.name), brands: configuration.brands.map(\.name)),
            ObjectiveHandler(figures: segmentReading(catalog)),
            JourneyHandler(catalog: catalog, reading: segmentReading(catalog)),
            RetentionHandler(catalog: catalog, permits: FoldedPermits(catalog: catalog)),
        ]
    }
}
