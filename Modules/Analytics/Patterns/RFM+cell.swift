extension RFM {
    /// What to call customers by the fifths of their recency and frequency. Each of the 25 pairs has one name.
    public enum Cell: String, Sendable, CaseIterable {
        case champions, loyal
        case potentialLoyal = "potential_loyal"
        case new, promising
        case needAttention = "need_attention"
        case aboutToSleep = "about_to_sleep"
        case cannotLose = "cannot_lose"
        case atRisk = "at_risk"
        case hibernating

        /// | recency | frequency | cell |
        /// |---|---|---|
        /// | 5 | 4, 5 | champions |
        /// | 3, 4 | 4, 5 | loyal |
        /// | 4, 5 | 2, 3 | potential_loyal |
        /// | 5 | 1 | new |
        /// | 4 | 1 | promising |
        /// | 3 | 3 | need_attention |
        /// | 3 | 1, 2 | about_to_sleep |
        /// | 1, 2 | 5 | cannot_lose |
        /// | 1, 2 | 3, 4 | at_risk |
        /// | 1, 2 | 1, 2 | hibernating |
        init(recency: Int, frequency: Int) {
            self =
                switch (recency, frequency) {
                case (5, 4...): .champions
                case (3..., 4...): .loyal
                case (4..., 2...): .potentialLoyal
                case (5, _): .new
                case (4, _): .promising
                case (3, 3): .needAttention
                case (3, _): .aboutToSleep
                case (_, 5...): .cannotLose
                case (_, 3...): .atRisk
                default: .hibernating
                }
        }
    }
}
