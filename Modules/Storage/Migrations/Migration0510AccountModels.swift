extension Migration {
    /// What was learnt of companies: how much each field says, and how common its values are.
    static let accountModels = Migration(
        "0510-account-models",
        [
            """
            CREATE TABLE account_match_models (
                id IDENTITY,
                learnt_at BIGINT NOT NULL,
                companies BIGINT NOT NULL,
                body TEXT NOT NULL
            ) STRICT
            """
        ])
}
