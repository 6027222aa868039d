import RapportAnalytics
import RapportEngagement
import RapportIntegration
public import RapportStorage

extension Host {
    /// Who keeps records of people: each answers for its tables when somebody asks what is kept of them, or to be forgotten.
    public static var personalData: [any PersonalData] {
        [StoredPersonalData(), EngagementPersonalData(), IntegrationPersonalData(), AnalyticsPersonalData()]
    }
}
