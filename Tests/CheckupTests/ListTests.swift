import Foundation
import RapportCheckup
import RapportCore
import Testing

@Suite("A checkup of a list")
struct ListTests {
    @Test("how many can be written to is what remains when each row was counted under its first reason")
    func funnel() async throws {
        let file = try await CheckedFile(
            """
            email,first name,last name,status,opt-in date,opt-in source,wording
            ann@acme.org,Ann,Lee,subscribed,2024-01-02,form,v1
            bob@gmial.com,Bob,Ray,subscribed,2024-01-02,form,v1
            cyd@acme,Cyd,Fox,subscribed,2024-01-02,form,v1
            ,Dan,Orr,subscribed,2024-01-02,form,v1
            eve@acme.org,Eve,May,unsubscribed,2024-01-02,form,v1
            fay@acme.org,Fay,Poe,pending,,,
            gus@acme.org,Gus,Moe,subscribed,,form,v1
            ANN@ACME.ORG,Ann,Lee,subscribed,2024-01-02,form,v1
            hal@acme.org,Hal,Kay,cleaned,2024-01-02,form,v1

            """, exact: true)
        #expect(file.report.rows == 9)
        #expect(file.report.writable == 1)
        #expect(file.report.gaps.isEmpty)
        let steps = Dictionary(uniqueKeysWithValues: file.report.steps.map { ($0.name, $0.rows) })
        #expect(steps["no_address"] == 1)
        #expect(steps["dead_address"] == 1)
        #expect(steps["mistyped_address"] == 1)
        #expect(steps["must_not_be_written_to"] == 2)
        #expect(steps["never_confirmed"] == 1)
        #expect(steps["unproven"] == 1)
        #expect(steps["duplicate"] == 1)
        #expect(file.report.steps.reduce(0) { $0 + $1.rows } + file.report.writable == 9)
        #expect(file.lines(.sameRow) == [9])
        #expect(file.lines(.bounced) == [10])
    }

    @Test("who left in one file must not be written to because of another")
    func acrossFiles() async throws {
        let file = try await CheckedFile(
            "Email Address,First Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP\nann@acme.org,Ann,2,2024-01-02 10:00:00,192.0.2.1\nbob@acme.org,Bob,2,2024-01-02 10:00:00,192.0.2.1\n",
            others: ["Email Address,First Name,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE\nbob@acme.org,Bob,2025-03-04 11:00:00,Spring\n"],
            exact: true)
        #expect(file.report.export == "Mailchimp")
        #expect(file.lines(.contradictory) == [3])
        #expect(file.lines(.unsubscribed) == [2])
        #expect(file.report.writable == 1)
        #expect(file.report.gaps == [.wording])
    }

    @Test("who left and came back later may be written to, who left after that may not")
    func cameBack() async throws {
        let file = try await CheckedFile(
            """
            email,consent,consent_date,unsubscribed_at
            ann@acme.org,yes,2025-06-01,2024-01-01
            bob@acme.org,yes,2023-06-01,2024-01-01
            cyd@acme.org,no,,
            dan@acme.org,yes,2023-06-01,

            """, exact: true)
        #expect(file.lines(.unsubscribed) == [3])
        #expect(file.lines(.contradictory) == [3])
        #expect(file.lines(.neverAgreed) == [4])
        #expect(file.report.writable == 2)
    }

    @Test("a list without a column of permission says so instead of a number")
    func noPermission() async throws {
        let file = try await CheckedFile("email,name\nann@acme.org,Ann Lee\nbob@acme.org,Bob Ray\n", exact: true)
        #expect(!file.report.saysWhoAgreed)
        #expect(file.report.writable == 0)
        #expect(file.report.deliverable == 2)
        #expect(file.lines(.neverAgreed).isEmpty)
    }

    @Test("lines are those of the file, also below values of several lines")
    func lines() async throws {
        let file = try await CheckedFile("email,note\nann@acme.org,\"one\ntwo\nthree\"\nbob@,x\n", exact: true)
        #expect(file.lines(.malformed) == [5])
    }

    @Test("people who are likely one are found though nothing of them is the same")
    func likely() async throws {
        var text = "first_name,last_name,email,birthday,city\n"
        let firsts = ["anna", "bruno", "carla", "david", "elena", "felix", "greta", "hugo", "ines", "jonas"]
        let lasts = ["adler", "becker", "costa", "dubois", "ferrari", "garcia", "hansen", "jensen", "keller", "lopez"]
        for number in 0..<100 {
            let (first, last) = (firsts[number % 10], lasts[number / 10])
            let day = "19\(50 + number % 40)-\(number % 9 + 1)-\(number % 27 + 1)"
            text += "\(first),\(last),\(first).\(last)\(number)@acme.org,\(day),leeds\n"
        }
        text += "carla,hannsen,c.hansen@gmail.com,1972-9-9,leeds\n"
        let file = try await CheckedFile(text)
        #expect(file.report.wasCompared)
        #expect(file.lines(.likelySame).count <= 1)
        #expect(file.report.people >= 100)
    }

    @Test("an empty file, a header alone and a table without people are told of, not refused")
    func bare() async throws {
        #expect(try await CheckedFile("").report.rows == 0)
        let header = try await CheckedFile("email,name\n").report
        #expect(header.rows == 0)
        #expect(CheckupSheet(header) { text, _ in text }.lines.joined(separator: "\n").contains("no row"))
        let sites = try await CheckedFile("site,rooms\nMill,3\nDock,4\nYard,5\n").report
        #expect(!sites.hasAddresses)
        #expect(sites.writable == 0)
    }

    @Test("a program or a picture is refused with what it is")
    func binary() async throws {
        await #expect(throws: CheckupError.self) {
            _ = try await CheckedFile(String(repeating: "\u{7F}ELF\u{1}\u{2}\0\0\u{3}\n", count: 40))
        }
        await #expect(throws: CheckupError.self) { _ = try await CheckedFile("PK\u{3}\u{4}\u{14}\0\u{6}\0\u{8}\0\n") }
    }

    @Test("a role for a column that is not there is refused, with the name that was meant")
    func unknownColumn() async throws {
        let error = await #expect(throws: CheckupError.self) {
            _ = try await CheckedFile("email,handynr\nann@acme.org,1\n", roles: ["handynrr": .phone])
        }
        #expect(error?.description.contains("handynr\"?") == true)
    }

    @Test("the page, the sheet and the JSON tell the same numbers, and a value cannot break the page")
    func outputs() async throws {
        let file = try await CheckedFile(
            "email,first name\n<script>alert(1)</script>,Ann\nbob@gmial.com,\"A & \u{200B}B\"\n", exact: true)
        let html = CheckupPage(file.report, date: .init(daysSince1970: 20_000)).html
        #expect(!html.contains("<script"))
        #expect(html.contains("&lt;script&gt;"))
        #expect(!html.contains("http"))
        #expect(html.firstMatch(of: #/checkup\.[a-z]/#) == nil)
        let sheet = CheckupSheet(file.report, width: 80) { text, _ in text }.lines
        #expect(sheet.allSatisfy { $0.count <= 100 })
        #expect(sheet.joined(separator: "\n").contains("bob@gmial.com → @gmail.com"))
        #expect(sheet.joined(separator: "\n").firstMatch(of: #/checkup\.[a-z]/#) == nil)
        #expect(file.report.json["rows"]?.integer == 2)
    }

    @Test("every problem, role and step has its words")
    func words() {
        for finding in Finding.allCases {
            #expect(Texts.english.has("checkup.finding.\(finding.rawValue)"), "\(finding)")
            #expect(Texts.english.has("checkup.why.\(finding.rawValue)"), "\(finding)")
            #expect(Texts.english.has("checkup.section.\(finding.section.rawValue)"), "\(finding)")
        }
        for role in ColumnRole.allCases { #expect(Texts.english.has("checkup.role.\(role.rawValue)"), "\(role)") }
        for (_, name) in Block.order { #expect(Texts.english.has("checkup.step.\(name)"), "\(name)") }
    }
}
