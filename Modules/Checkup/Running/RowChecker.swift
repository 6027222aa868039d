import RapportCore

/// Checks rows by themselves: everything that can be told without the others. A value: several batches are checked at once.
struct RowChecker: Sendable {
    let columns: [CheckedColumn]
    let standing: StandingReader
    let compared: [Int]
    private let phones: PhoneJudge
    let dates: [DateJudge?]
    private let names: [NameJudge?]
    private let country: Int?
    private let hasAddresses: Bool
    private let firstName: Int?
    private let lastName: Int?

    init(_ columns: [CheckedColumn], options: Checkup.Options, home: String?) {
        self.columns = columns
        standing = StandingReader(columns)
        compared = columns.filter(\.role.isCompared).map(\.index)
        phones = PhoneJudge(home: home)
        let freshFrom = CivilDate(daysSince1970: options.today.daysSince1970 - options.staleYears * 365 - options.staleYears / 4)
        dates = columns.map { column in
            column.role.isDate
                ? DateJudge(role: column.role, order: column.order, today: options.today, freshFrom: freshFrom) : nil
        }
        names = columns.map { $0.role.isName ? NameJudge(role: $0.role, isLoud: $0.isLoud) : nil }
        country = columns.first { $0.role == .country }?.index
        hasAddresses = columns.contains { $0.role == .email }
        firstName = columns.first { $0.role == .firstName }?.index
        lastName = columns.first { $0.role == .lastName }?.index
    }

    func check(_ rows: [ListRow]) -> CheckedBatch {
        var batch = CheckedBatch(
            filled: Array(repeating: 0, count: columns.count), frequent: columns.map { _ in FrequentValues() })
        batch.hits.reserveCapacity(rows.count / 2)
        var scratch = Scratch(texts: Array(repeating: "", count: columns.count))
        for (number, row) in rows.enumerated() { check(row, number, &batch, &scratch) }
        batch.domains = scratch.domains.sorted { $0.value < $1.value }.map(\.key)
        return batch
    }

    /// What is kept from row to row of a batch.
    private struct Scratch {
        /// What each column of the row is compared by.
        var texts: [String]
        /// Domains by their place in the batch.
        var domains: [String: Int32] = [:]
        var words = StandingWords()
        private var country = (text: "", region: String?.none)

        init(texts: [String]) { self.texts = texts }

        /// The region that a value names; the next row often has the same.
        mutating func region(_ cell: Cell) -> String? {
            if cell.isEmpty { return nil }
            if cell.text != country.text { country = (cell.text, CountryNames.region(cell.text)) }
            return country.region
        }
    }

    private func check(_ row: ListRow, _ number: Int, _ batch: inout CheckedBatch, _ scratch: inout Scratch) {
        batch.files.append(UInt8(clamping: row.file))
        batch.lines.append(UInt32(clamping: row.line))
        if row.isRagged { batch.hits.append(Hit(.ragged, row: number)) }
        if row.isRepaired { batch.hits.append(Hit(.repaired, row: number)) }
        let standing = self.standing.isEmpty ? [] : self.standing.standing(row.fields, &scratch.words)
        var state = RowState(block: Block(standing))
        let region = country.flatMap { scratch.region(Cell(row.fields[$0])) }
        for column in columns {
            let cell = Cell(row.fields[column.index])
            if column.role.isCompared { scratch.texts[column.index] = "" }
            guard !cell.isEmpty else { continue }
            batch.filled[column.index] += 1
            let hash = Folding.hash(cell.text)
            if column.role != .id { state.whole = Folding.mix(state.whole &* 31 &+ hash ^ UInt64(column.index + 1)) }
            func hit(_ finding: Finding) { batch.hits.append(Hit(finding, row: number, column: column.index)) }
            if let finding = TextJudge.finding(cell.text, isShort: column.role.isCompared) { hit(finding) }
            if column.isTelling, Self.isTelling(column.role) { batch.frequent[column.index].add(hash, row: number) }
            switch column.role {
            case .email: email(cell, column, row, number, &state, &batch, &scratch.domains)
            case .phone: phone(cell, column, region, number, &state, &batch)
            case .firstName, .lastName, .name:
                if let finding = names[column.index]?.finding(cell.text) { hit(finding) }
                if column.role == .lastName { state.last = hash } else { state.first = hash }
            case .age:
                if let age = Double(cell.text), age > 120 || age < 0 { hit(.impossibleAge) }
            case .id: state.id = Placeholders.isNothing(cell.folded) ? 0 : hash
            default: value(cell, column, number, &batch)
            }
            switch column.role {
            case .email, .phone: scratch.texts[column.index] = state.normal
            case let role where role.isCompared:
                let isFiller = cell.text.utf8.count <= 12 && Placeholders.isFiller(cell.folded)
                scratch.texts[column.index] = isFiller ? "" : cell.text
            default: break
            }
        }
        if state.mail == 0, !state.hasMail, hasAddresses {
            if !state.saysNoAddress { batch.hits.append(Hit(.noAddress, row: number)) }
            state.block.insert(.noAddress)
        }
        if let firstName, let lastName, state.first != 0, state.last != 0,
            NameJudge.isMadeUp(first: Cell(row.fields[firstName]).folded, last: Cell(row.fields[lastName]).folded)
        {
            batch.hits.append(Hit(.placeholderName, row: number, column: firstName))
        }
        for finding in standing.findings { batch.hits.append(Hit(finding, row: number)) }
        batch.standings.append(standing)
        batch.blocks.append(state.block)
        batch.mails.append(state.mail)
        batch.phones.append(state.phone)
        batch.wholes.append(state.whole)
        batch.ids.append(state.id)
        batch.firsts.append(state.first)
        batch.lasts.append(state.last)
        for index in compared { batch.compared.append(scratch.texts[index]) }
    }

    /// What is gathered over the columns of one row.
    private struct RowState {
        var block: Block
        var mail: UInt64 = 0
        var hasMail = false
        var saysNoAddress = false
        var phone: UInt64 = 0
        var whole: UInt64 = 0
        var id: UInt64 = 0
        var first: UInt64 = 0
        var last: UInt64 = 0
        /// The last address or number in the form in which it is compared.
        var normal = ""
    }

    private func email(
        _ cell: Cell, _ column: CheckedColumn, _ row: ListRow, _ number: Int, _ state: inout RowState,
        _ batch: inout CheckedBatch,
        _ domains: inout [String: Int32]
    ) {
        state.normal = ""
        func hit(_ finding: Finding) { batch.hits.append(Hit(finding, row: number, column: column.index)) }
        let isOwn = !state.hasMail
        guard let address = MailAddress(cell.text) else {
            if Placeholders.isFiller(cell.folded) {
                hit(.placeholderValue)
                state.saysNoAddress = true
                return
            }
            let isElsewhere =
                !cell.text.utf8.contains(0x40)
                && columns.contains { $0.role.isName && MailAddress(Cell(row.fields[$0.index]).text) != nil }
            hit(isElsewhere ? .misplaced : .malformed)
            state.hasMail = true
            if isOwn { state.block.insert(.dead) }
            return
        }
        state.hasMail = true
        state.normal = "\(address.name)@\(address.domain)"
        let finding = address.nameFinding
        if let finding { hit(finding) }
        if case .literal = address.syntax {
            hit(.literal)
            if isOwn { state.block.insert(.dead) }
        } else {
            let place = domains[address.domain] ?? Int32(domains.count)
            domains[address.domain] = place
            batch.mailCells.append(.init(row: Int32(number), column: Int16(clamping: column.index), domain: place, isOwn: isOwn))
        }
        guard isOwn else { return }
        state.mail = address.hash
        if finding == .noReply || finding == .placeholderAddress { state.block.insert(.dead) }
    }

    private func phone(
        _ cell: Cell, _ column: CheckedColumn, _ region: String?, _ number: Int, _ state: inout RowState,
        _ batch: inout CheckedBatch
    ) {
        state.normal = ""
        func hit(_ finding: Finding) { batch.hits.append(Hit(finding, row: number, column: column.index)) }
        if cell.text.utf8.contains(0x40), MailSyntax.judge(cell.text).isAddress { return hit(.misplaced) }
        switch phones.verdict(cell.text, region: region) {
        case .impossible: hit(.impossiblePhone)
        case .placeholder: hit(Placeholders.isNothing(cell.folded) ? .placeholderValue : .placeholderPhone)
        case .unknown:
            batch.unjudgedPhones += 1
            state.normal = cell.text
            if state.phone == 0 { state.phone = Folding.hash(cell.text.filter(\.isNumber)) }
        case .number(let number, let isSure):
            if !isSure { hit(.unassignedPhone) }
            state.normal = number
            if state.phone == 0 { state.phone = Folding.hash(number) }
        }
    }

    private func value(_ cell: Cell, _ column: CheckedColumn, _ number: Int, _ batch: inout CheckedBatch) {
        func hit(_ finding: Finding) { batch.hits.append(Hit(finding, row: number, column: column.index)) }
        if let judge = dates[column.index] {
            if let parts = DateParts(cell.text) {
                if let finding = judge.finding(parts) { hit(finding) }
                return
            }
            let folded = cell.folded
            if Placeholders.isFiller(folded) { return hit(.placeholderValue) }
            if column.role == .birthday || column.role == .date || column.role == .lastActivity, Double(folded) == nil {
                hit(.impossibleDate)
            }
            return
        }
        guard cell.text.utf8.count <= 24 else { return }
        switch column.role {
        case .company, .street:
            if Placeholders.isFiller(cell.folded) { hit(.placeholderValue) }
        case .city, .region, .country, .postcode:
            let folded = cell.folded
            let isZeros = folded.utf8.count >= 3 && folded.utf8.allSatisfy { $0 == 0x30 }
            if Placeholders.isNothing(folded) || isZeros
                || column.role == .city && folded.utf8.count >= 4 && Keyboard.isRun(folded)
            {
                hit(.placeholderValue)
            }
        default: break
        }
    }

    private static func isTelling(_ role: ColumnRole) -> Bool {
        role == .street || role == .birthday || role == .name || role == .text
    }
}
