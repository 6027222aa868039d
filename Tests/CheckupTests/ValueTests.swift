import Foundation
import RapportCheckup
import Testing

@Suite("Values in a list")
struct ValueTests {
    @Test("dates that cannot be, that stand for nothing and that lie ahead are told apart")
    func dates() async throws {
        let file = try await CheckedFile(
            """
            name,birthday,last order,renewal date
            Ann Lee,31/02/1980,01/03/2026,01/03/2031
            Bob Ray,01/01/1900,17/03/2031,15/03/2031
            Cyd Fox,14/05/1890,17/03/2026,
            Dan Orr,12/25/1980,17/03/2019,
            Eve May,25/12/1980,01/01/1970,
            Fay Poe,29/02/2000,00/00/0000,
            Gus Moe,13/06/1999,30/06/2026,

            """, exact: true)
        #expect(file.role("last order") == .lastActivity)
        #expect(file.role("renewal date") == .comingDate)
        #expect(file.lines(.impossibleDate) == [2])
        #expect(file.lines(.defaultDate) == [3, 6, 7])
        #expect(file.lines(.futureDate) == [3])
        #expect(file.lines(.impossibleAge) == [4])
        #expect(file.lines(.otherOrder) == [5])
        #expect(file.suggestion(5, .otherOrder) == "1980-12-25")
        #expect(file.lines(.stale) == [5])
    }

    @Test(
        "names of people are left alone in any script and of any length",
        arguments: [
            "Ng", "Yo", "Олексій", "محمد", "小明", "민준", "दीपक", "Nguyễn", "D'Arcy", "J.R.", "Zoë", "María José", "Trew", "Fred",
            "Were",
            "McDonald", "de la Cruz", "İbrahim", "O’Neill", "Xiao", "Asa", "Ada", "Sasha", "DJ", "LI", "Café»", "می\u{200C}خواهم",
            "Anna-Lena",
        ])
    func realNames(_ name: String) async throws {
        let file = try await CheckedFile(
            "first name,last name,town\n\(name),Lee,Leeds\nBob,\(name),York\nCyd,Fox,Hull\n", exact: true)
        #expect(file.found.filter { $0.column != "town" } == [])
    }

    @Test(
        "what is no name is found",
        arguments: [
            ("ASDF", Finding.placeholderName), ("test", .placeholderName), ("n.a.", .placeholderName), ("-", .placeholderName),
            ("qwertzu", .keyboardName), ("asdfgh", .keyboardName), ("hhhh", .keyboardName), ("sdfsdf", .keyboardName),
            ("ann@acme.org", .nameWithAddress), ("07700 900123", .nameWithDigits), ("JOHNATHAN", .capitals),
            ("M\u{C3}\u{BC}ller", .mojibake),
            ("Jos\u{C3}\u{A9}", .mojibake), ("M?ller", .lostLetters), ("An\u{200B}na", .invisible), ("\u{FEFF}Anna", .invisible),
            ("M&uuml;ller", .mojibake),
        ])
    func noNames(_ name: String, _ finding: Finding) async throws {
        let others = (0..<5).map { "Bob,Fox,Hull\($0)\n" }.joined()
        let file = try await CheckedFile("first name,last name,town\nAda,Lee,York\n\(name),Lee,Leeds\n\(others)", exact: true)
        #expect(file.lines(finding) == [3])
    }

    @Test("a name of 300 letters is long, and shown short")
    func longName() async throws {
        let file = try await CheckedFile(
            "first name,town\n\(String(repeating: "Anna ", count: 80)),Leeds\nBob,York\n", exact: true)
        #expect(file.lines(.longName) == [2])
        #expect(CheckupSheet(file.report, width: 80) { text, _ in text }.lines.allSatisfy { $0.count <= 100 })
    }

    @Test("mojibake is turned back, also where it happened twice")
    func mojibake() async throws {
        func broken(_ text: String) -> String { String(String.UnicodeScalarView(text.utf8.map { Unicode.Scalar($0) })) }
        let once = broken("Łukasz Müller")
        let file = try await CheckedFile(
            "name,town\n\(once),Leeds\n\(broken(broken("Zoë")).replacing("\u{85}", with: "…")),York\nBob Ray,Hull\n", exact: true)
        #expect(file.suggestion(2, .mojibake) == "Łukasz Müller")
        #expect(file.suggestion(3, .mojibake) == "Zoë")
    }

    @Test("columns that changed places are found on their rows")
    func swapped() async throws {
        var text = "first name,last name,email\n"
        for number in 0..<40 {
            let first = ["Anna", "Bruno", "Carla", "David"][number % 4]
            let last = ["Adler", "Becker", "Costa", "Dubois", "Egger"][number % 5]
            text += "\(first),\(last),\(first)\(number)@acme.org\n"
        }
        text += "Becker,Anna,b.anna@acme.org\nann@acme.org,Lee,Ann Lee\nDavid,Costa,dc@acme.org\n"
        let file = try await CheckedFile(text, exact: true)
        #expect(file.lines(.swappedNames) == [42])
        #expect(file.lines(.misplaced) == [43])
        #expect(file.suggestion(43, .misplaced) == "ann@acme.org")
    }

    @Test(
        "phones of every country are judged by where they are",
        arguments: [
            ("020 7946 0000", "GB", true), ("+49 30 901820", "GB", true), ("0049 30 901820", "FR", true), ("12", "GB", false),
            ("+44 12", "GB", false), ("(212) 736-5000", "US", true), ("+81 3-3224-5000", "", true), ("+999 12345678", "", false),
            ("06 12 34 56 78", "France", true), ("call reception", "GB", false), ("4.47912E+11", "GB", false),
            ("49 30 901820", "DE", true),
        ])
    func phones(_ number: String, _ country: String, _ isFine: Bool) async throws {
        let file = try await CheckedFile(
            "name,phone,country\nAnn Lee,\(number),\(country)\nBob Ray,+442079460001,GB\n", exact: true)
        #expect(file.lines(.impossiblePhone) == (isFine ? [] : [2]))
    }

    @Test("a number that four people share is told of, one of a family is not")
    func sharedPhone() async throws {
        let file = try await CheckedFile(
            """
            name,phone,country
            Ann Lee,020 7946 0000,GB
            Bob Ray,+44 20 7946 0000,GB
            Cyd Fox,02079460000,GB
            Dan Orr,0044 20 7946 0000,GB
            Eve May,0161 496 0000,GB
            Fay May,0161 496 0000,GB
            Gus Moe,0000000000,GB

            """, exact: true)
        #expect(file.lines(.sharedPhone) == [2, 3, 4, 5])
        #expect(file.lines(.placeholderPhone) == [8])
    }

    @Test("rows with too few and too many fields are told of")
    func ragged() async throws {
        let file = try await CheckedFile(
            "email,name,town\nann@acme.org,Ann,Leeds\nbob@acme.org,Bob\ncyd@acme.org,Cyd,York,x\ndan@acme.org,Dan,Hull\n",
            exact: true)
        #expect(file.lines(.ragged) == [3, 4])
    }

    @Test(
        "exports of other systems are known, and their columns understood",
        arguments: [
            (
                "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,LEID,EUID\nann@acme.org,Ann,Lee,2,2024-01-02 10:00:00,192.0.2.1,2024-01-02 10:05:00,1,a1\n",
                "Mailchimp", 1
            ),
            (
                "Record ID,First Name,Last Name,Email,Lifecycle Stage,Marketing contact status,Unsubscribed from all email\n1,Ann,Lee,ann@acme.org,customer,Marketing contact,true\n2,Bob,Ray,bob@acme.org,lead,Marketing contact,\n",
                "HubSpot", 0
            ),
            (
                "Id,FirstName,LastName,Email,HasOptedOutOfEmail,IsEmailBounced\n1,Ann,Lee,ann@acme.org,true,false\n2,Bob,Ray,bob@acme.org,false,false\n",
                "Salesforce", 0
            ),
            (
                "external_id,email,email_subscribe,push_subscribe\n1,ann@acme.org,unsubscribed,opted_in\n2,bob@acme.org,opted_in,opted_in\n",
                "Braze", 0
            ),
            (
                "id,firstname,lastname,email,points,last_active,dateidentified,doNotContact\n1,Ann,Lee,ann@acme.org,3,2026-01-02,2024-01-01,1\n2,Bob,Ray,bob@acme.org,3,2026-01-02,2024-01-01,0\n",
                "Mautic", 0
            ),
        ])
    func exports(_ text: String, _ name: String, _ writable: Int) async throws {
        let file = try await CheckedFile(text, exact: true)
        #expect(file.report.export == name)
        #expect(file.report.writable == writable)
        if name != "Mailchimp" { #expect(file.report.steps.first { $0.name == "must_not_be_written_to" }?.rows == 1) }
    }
}
