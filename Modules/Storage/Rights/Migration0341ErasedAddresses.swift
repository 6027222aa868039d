extension Migration {
    /// Addresses of people who were erased, by hash, so that a list that still has them brings back nobody to write to.
    public static let erasedAddresses = Migration(
        "0341-erased-addresses",
        [
            """
            CREATE TABLE erased_addresses (
                address BIGINT NOT NULL PRIMARY KEY,
                erased_at BIGINT NOT NULL
            ) STRICT
            """
        ])
}
