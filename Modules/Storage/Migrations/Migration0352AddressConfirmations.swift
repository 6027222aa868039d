extension Migration {
    /// When each address of people last proved right: of several the one that did lately is written to.
    static let addressConfirmations = Migration(
        "0352-address-confirmations",
        [
            // address: `AddressHash` of it.
            """
            CREATE TABLE address_confirmations (
                person BIGINT NOT NULL,
                address BIGINT NOT NULL,
                at BIGINT NOT NULL,
                PRIMARY KEY (person, address)
            ) STRICT, WITHOUT ROWID
            """
        ]
    ) { db in try ConfirmationsFold.fillAddresses(in: db) }
}
