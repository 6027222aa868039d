import RapportMatching

/// All rows as numbers, gathered batch by batch.
struct CheckedList {
    let columns: [CheckedColumn]
    private(set) var hits: [Hit] = []
    var blocks: [Block] = []
    private(set) var standings: [RowStanding] = []
    private(set) var files: [UInt8] = []
    private(set) var lines: [UInt32] = []
    private(set) var mails: [UInt64] = []
    private(set) var phones: [UInt64] = []
    private(set) var wholes: [UInt64] = []
    private(set) var ids: [UInt64] = []
    private(set) var firsts: [UInt64] = []
    private(set) var lasts: [UInt64] = []
    private(set) var mailCells: [CheckedBatch.MailCell] = []
    private(set) var domains: [String] = []
    private(set) var filled: [Int]
    private(set) var frequent: [FrequentValues]
    private(set) var unjudgedPhones = 0
    private var places: [String: Int32] = [:]
    var records: MatchRecords
    private let compared: [Int]

    var count: Int { blocks.count }

    /// - Parameter compared: the columns by which rows are compared; none: they are not.
    init(_ columns: [CheckedColumn], compared: [Int]) {
        self.columns = columns
        self.compared = compared.count > 1 ? compared : []
        filled = Array(repeating: 0, count: columns.count)
        frequent = columns.map { _ in FrequentValues() }
        records = MatchRecords(columns: self.compared.map { columns[$0].name })
    }

    var isCompared: Bool { !compared.isEmpty }
    var comparedKinds: [String: ColumnKind] {
        var kinds: [String: ColumnKind] = [:]
        for index in compared {
            switch columns[index].role {
            case .email: kinds[columns[index].name] = .email
            case .phone: kinds[columns[index].name] = .phone
            case .firstName, .lastName, .name, .company, .city: kinds[columns[index].name] = .name
            case .street: kinds[columns[index].name] = .address
            case .postcode: kinds[columns[index].name] = .postcode
            case .birthday: kinds[columns[index].name] = .date
            default: break
            }
            // A column with next to nothing in it tells nothing.
            if filled[index] * 100 < count { kinds[columns[index].name] = .ignored }
        }
        return kinds
    }

    mutating func take(_ batch: CheckedBatch) {
        let start = blocks.count
        hits += batch.hits.lazy.map { hit in
            var moved = hit
            moved.row += Int32(start)
            return moved
        }
        let map = batch.domains.map { name in
            let place = places[name] ?? Int32(domains.count)
            if Int(place) == domains.count {
                places[name] = place
                domains.append(name)
            }
            return place
        }
        mailCells += batch.mailCells.lazy.map { cell in
            var moved = cell
            moved.row += Int32(start)
            moved.domain = map[Int(cell.domain)]
            return moved
        }
        blocks += batch.blocks
        standings += batch.standings
        files += batch.files
        lines += batch.lines
        mails += batch.mails
        phones += batch.phones
        wholes += batch.wholes
        ids += batch.ids
        firsts += batch.firsts
        lasts += batch.lasts
        unjudgedPhones += batch.unjudgedPhones
        for index in filled.indices {
            filled[index] += batch.filled[index]
            frequent[index].add(batch.frequent[index], from: start)
        }
        guard !compared.isEmpty else { return }
        for row in batch.blocks.indices {
            records.append(batch.compared[(row * compared.count)..<((row + 1) * compared.count)])
        }
    }

    /// Lets go of the records once they are compared.
    mutating func takeRecords() -> MatchRecords {
        let taken = records
        records = MatchRecords(columns: [])
        return taken
    }
}
