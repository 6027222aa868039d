import Foundation
import RapportCheckup
import RapportTestKit
import Testing

@Suite("Addresses in a list")
struct AddressTests {
    /// Addresses as a column, each with what is to be found on its line; nil: nothing.
    private func check(_ cases: [(String, Finding?)]) async throws {
        let text = "email,town\n" + cases.map { "\"\($0.0.replacing("\"", with: "\"\""))\",Leeds\n" }.joined()
        let file = try await CheckedFile(text, exact: true)
        for (index, (address, finding)) in cases.enumerated() {
            let found = file.found.filter { $0.line == Int64(index + 2) && $0.column == "email" }.map(\.finding)
            #expect(found == (finding.map { [$0] } ?? []), "\(address)")
        }
    }

    @Test("addresses that are in order, in any script and of any length, are left alone")
    func fine() async throws {
        try await check(
            [
                "ann@shop.co.uk", "ann.lee+news@gmail.com", "o'neil@acme.org", "A@b.de", "x_y-z@sub.acme.museum", "用户@例子.公司",
                "jörg@müller.de", "δοκιμή@παράδειγμα.gr", "ann@mail.com", "ann@ymail.com", "ann@gmx.net", "ann@email.com",
                "ann@live.ca",
                "ann@yahoo.co.in", "ann@cloud.com", "ann@grange.fr", "ann@hotel.io", "Ann Lee <ann@acme.org>",
                "mailto:ann2@acme.org",
                "ann@horizon.net", "ann@never.com", "ann@oulook-bau.de", "info.ann@acme.org",
                String(repeating: "a", count: 64) + "@acme.org",
            ].map { ($0, nil) })
    }

    @Test("addresses to which no mail can go are told from those where it can")
    func dead() async throws {
        try await check([
            ("ann", .malformed), ("ann@", .malformed), ("@acme.org", .malformed), ("ann@@acme.org", .malformed),
            ("a b@acme.org", .malformed),
            ("ann..lee@acme.org", .malformed), (".ann@acme.org", .malformed), ("ann@acme", .malformed),
            ("ann@-acme.org", .malformed),
            ("ann@acme..org", .malformed), ("ann@acme.org,", .malformed), ("ann@acme.org; bob@acme.org", .malformed),
            (String(repeating: "a", count: 65) + "@acme.org", .malformed), ("ann@192.0.2.1", .malformed),
            ("ann@[192.0.2.1]", .literal),
            ("ann@[IPv6:2001:db8::1]", .literal), ("ann@[192.0.2]", .malformed), ("ann@example.com", .reserved),
            ("ann@shop.test", .reserved),
            ("ann@sub.example.org", .reserved), ("ann@router.local", .reserved), ("ann@acme.qqzz", .noSuchDomain),
            ("no-reply@acme.org", .noReply), ("test@test.com", .placeholderAddress), ("ann@mailinator.com", .disposable),
            ("sales@acme.org", .role), ("postmaster@acme.org", .role), ("\"ann lee\"@acme.org", .unusual),
            ("n/a", .placeholderValue),
        ])
    }

    @Test(
        "a slip of the hand is found with what was meant",
        arguments: [
            ("ann@gmial.com", "ann@gmail.com"), ("ann@gmail.con", "ann@gmail.com"), ("ann@gmail.co", "ann@gmail.com"),
            ("ann@hotmal.com", "ann@hotmail.com"), ("ann@yahooo.co.uk", "ann@yahoo.co.uk"), ("ann@outlok.com", "ann@outlook.com"),
            ("ann@acme.cmo", "ann@acme.com"), ("ann@googlemial.com", "ann@googlemail.com"), ("Ann@iclod.com", "Ann@icloud.com"),
            ("ann@web.dee", "ann@web.de"), ("ann@btinernet.com", "ann@btinternet.com"),
        ])
    func mistyped(_ address: String, _ meant: String) async throws {
        let file = try await CheckedFile("email,town\n\(address),Leeds\nbob@gmail.com,York\n", exact: true)
        #expect(file.suggestion(2, .mistyped) == meant)
        #expect(file.lines(.mistyped) == [2])
    }

    @Test(
        "what is no address is mended where that is likely",
        arguments: [
            ("ann@gmail,com", "ann@gmail.com"), ("ann @acme.org", "ann@acme.org"), ("ann@@acme.org", "ann@acme.org"),
            ("ann(at)acme.org", "ann@acme.org"), ("ann@acme.org.", "ann@acme.org"), ("ann@gmailcom", "ann@gmail.com"),
            ("ann.leegmail.com", "ann.lee@gmail.com"), ("ann@acme.org;bob@acme.org", "ann@acme.org"),
            ("ann@acme..org", "ann@acme.org"),
            ("ann@gmail", "ann@gmail.com"), (".ann@acme.org", "ann@acme.org"), ("ann [at] acme [dot] org", "ann@acme.org"),
        ])
    func mended(_ text: String, _ meant: String) async throws {
        let file = try await CheckedFile("email,town\n\"\(text)\",Leeds\nbob@gmail.com,York\ncyd@acme.org,York\n", exact: true)
        #expect(file.suggestion(2, .malformed) == meant)
    }

    @Test("a rare domain one letter from a very common one of the list is a slip, a common one is not")
    func ownDomains() async throws {
        var text = "email,town\n"
        for number in 0..<400 { text += "ann\(number)@northwind-foods.se,Leeds\n" }
        for number in 0..<30 { text += "bob\(number)@northwind-goods.se,York\n" }
        text += "cyd@northwind-food.se,York\ndan@nortwind-foods.se,York\neve@northwind-foods2.se,York\n"
        let file = try await CheckedFile(text, exact: true)
        #expect(file.lines(.mistyped) == [433])
        #expect(file.suggestion(433, .mistyped) == "dan@northwind-foods.se")
    }

    @Test(
        "the judgements of isemail are shared, but for what a mail server of the open net would not take",
        .enabled(if: IsEmail.file != nil, "shared/data/isemail is absent"))
    func isemail() async throws {
        let cases = try IsEmail.cases()
        #expect(cases.count > 150)
        // A row of text beside each, so that none looks like the header, and so that empty ones are kept.
        let text =
            "n,email\n"
            + cases.enumerated().map { "x\($0.offset),\"\($0.element.address.replacing("\"", with: "\"\""))\"\n" }.joined()
        let folder = FileManager.default.temporaryDirectory.appending(path: "isemail-\(UUID().uuidString).csv")
        try Data(text.utf8).write(to: folder)
        defer { try? FileManager.default.removeItem(at: folder) }
        var differ: [String] = []
        for item in cases where !item.address.isEmpty {
            let isFine = MailCheck.canReceive(item.address)
            // Spaces and line ends around an address are the list's, not the address's.
            let trimmed = item.address.trimmingCharacters(in: .whitespacesAndNewlines)
            if isFine != item.isUsable, trimmed == item.address { differ.append("\(item.id): \(item.address) \(item.diagnosis)") }
        }
        // A domain without a dot, and one of digits, are RFC 5321 and nobody's.
        let allowed = ["ISEMAIL_RFC5321_TLD", "ISEMAIL_RFC5321_TLDNUMERIC", "test@io"]
        #expect(differ.filter { line in !allowed.contains { line.contains($0) } } == [])
    }
}
