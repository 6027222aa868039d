import RapportCore
public import RapportStorage

/// Learns again, after a restore, under which addresses nobody may be written to because somebody was erased: also of people
/// whom the backup never knew.
public struct ErasedAddressReplayer: JournalReplayer {
    public init() {}

    public func replay(_ entry: JournalEntry, in db: Connection) throws -> Bool {
        guard entry.kind == .erasure else { return false }
        let addresses = entry.identifiers.compactMap { AddressHash.of($0) }
        let known = try ErasedAddresses.known(addresses, in: db)
        let news = addresses.filter { known[$0].map { $0 < entry.at } ?? true }
        try ErasedAddresses.remember(news, at: entry.at, in: db)
        return !news.isEmpty
    }
}
