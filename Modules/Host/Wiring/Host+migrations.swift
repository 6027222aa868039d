import RapportAnalytics
import RapportEngagement
import RapportIntegration
public import RapportStorage

extension Host {
    /// The migrations of every capability that this build has.
    public static var migrations: [Migration] {
        Migration.storage + [
            .imports, .sources, .permissions, .decisions, .preferences, .households, .frequency, .questions, .segments,
            .segmentPurpose,
            .lifecycle,
            .delivery, .campaigns, .plugins, .callbacks, .duties, .runningImports, .holdOuts, .rates, .reports, .objectives,
            .objectiveSilence,
        ]
    }
}
