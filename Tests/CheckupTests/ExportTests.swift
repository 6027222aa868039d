import Foundation
import RapportCheckup
import Testing

/// Header lines as the vendors' documentation and published exports have them, with some columns gone, renamed and added.
@Suite("Exports of other systems")
struct ExportTests {
    struct Export: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        /// Lines of those who must not be written to.
        var stopped: [Int64]
        var roles: [String: ColumnRole] = [:]
        var testDescription: String { "\(name): \(text.prefix(60))" }
    }

    static let exports = [
        Export(
            name: "Mailchimp",
            text: """
                Email Address,First Name,Last Name,Address,Phone Number,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,LEID,EUID,NOTES,TAGS
                ann@acme.org,Ann,Lee,,,2,2019-01-02 10:00:00,,2019-01-02 10:00:00,192.0.2.1,0,0,,,,GB,,2025-03-04 11:00:00,Spring,ab12,NORMAL,,1,e1,,
                bob@acme.org,Bob,Ray,,,2,2019-01-02 10:00:00,,2019-01-02 10:00:00,192.0.2.1,0,0,,,,GB,,2025-03-05 11:00:00,Spring,ab12,SPAM,,2,e2,,
                """,
            stopped: [2, 3],
            roles: [
                "OPTIN_TIME": .consentAt, "CONFIRM_TIME": .confirmedAt, "OPTIN_IP": .consentSource, "UNSUB_CAMPAIGN_TITLE": .text,
                "LEID": .id, "MEMBER_RATING": .number,
            ]),
        Export(
            name: "Mailchimp",
            text: """
                Email,Prénom,Nom,Ville,MEMBER_RATING,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE
                ann@acme.org,Ann,Lee,Lille,2,2025-03-04 11:00:00,Spring
                """,
            stopped: [2], roles: ["Prénom": .firstName, "Nom": .lastName, "CLEAN_TIME": .bounced]),
        Export(
            name: "Mailchimp",
            text: """
                Correo electrónico,Nombre,Apellidos,OPTIN_TIME,CONFIRM_TIME,CC,Favourite colour
                ann@acme.org,Ann,Lee,,,GB,red
                """,
            stopped: [], roles: ["Correo electrónico": .email, "OPTIN_TIME": .consentAt]),
        Export(
            name: "HubSpot",
            text: """
                Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lead Status,Marketing contact status,Create Date,Became a Subscriber Date,Unsubscribed from all email,Marketing emails bounced,Opted out of email: Marketing Information,IP Country
                1,Ann,Lee,ann@acme.org,,Cyd Fox,New,Marketing contact,2024-01-02 10:00,2024-01-02 10:00,true,0,,germany
                2,Bob,Ray,bob@acme.org,,Cyd Fox,New,Non-marketing contact,2024-01-02 10:00,2024-01-02 10:00,false,1,,germany
                3,Dan,Orr,dan@acme.org,,Cyd Fox,New,Marketing contact,2024-01-02 10:00,2024-01-02 10:00,,1,true,germany
                """,
            stopped: [2, 4],
            roles: [
                "Became a Subscriber Date": .date, "Marketing emails bounced": .number, "Marketing contact status": .category,
                "Contact owner": .text, "IP Country": .text,
            ]),
        Export(
            name: "HubSpot",
            text: """
                Datensatz-ID;Vorname;Nachname;E-Mail;Lifecycle-Phase;Von allen E-Mails abgemeldet;Erstellungsdatum
                1;Ann;Lee;ann@acme.org;Lead;Wahr;2024-01-02
                2;Bob;Ray;bob@acme.org;Lead;Falsch;2024-01-02
                """,
            stopped: [2], roles: ["Von allen E-Mails abgemeldet": .unsubscribed, "Datensatz-ID": .id, "Vorname": .firstName]),
        Export(
            name: "HubSpot",
            text: """
                hs_object_id,firstname,lastname,email,lifecyclestage,hs_email_optout,hs_email_hard_bounce_reason_enum,hs_emailconfirmationstatus
                1,Ann,Lee,ann@acme.org,lead,true,,
                2,Bob,Ray,bob@acme.org,lead,,UNKNOWN_USER,
                3,Cyd,Fox,cyd@acme.org,lead,,,double_opt_in_pending
                """,
            stopped: [2, 3], roles: ["hs_emailconfirmationstatus": .status]),
        Export(
            name: "HubSpot",
            text: """
                Email,Portal Bounce,Portal Unsubscribe,Portal Spam Report,Global Bounce,Marketing Information,Club news
                ann@acme.org,,TRUE,,,,
                bob@acme.org,MAILBOX_FULL,FALSE,FALSE,FALSE,FALSE,FALSE
                cyd@acme.org,,FALSE,TRUE,FALSE,FALSE,FALSE
                dan@acme.org,,FALSE,FALSE,FALSE,FALSE,FALSE
                """,
            stopped: [2, 3, 4], roles: ["Portal Spam Report": .complained, "Portal Bounce": .bounced]),
        Export(
            name: "Salesforce",
            text: """
                "Id","IsDeleted","MasterRecordId","AccountId","LastName","FirstName","MailingCity","Email","HasOptedOutOfEmail","HasOptedOutOfFax","DoNotCall","EmailBouncedReason","EmailBouncedDate","HasOptedOutTracking"
                "0031","0","","001","Lee","Ann","Leeds","ann@acme.org","1","0","0","","","0"
                "0032","0","","001","Ray","Bob","Leeds","bob@acme.org","0","1","1","","","1"
                "0033","0","","001","Fox","Cyd","Leeds","cyd@acme.org","0","0","0","550 no such user","2025-01-02T10:00:00.000Z","0"
                """,
            stopped: [2, 4], roles: ["HasOptedOutTracking": .category, "DoNotCall": .category, "MasterRecordId": .text]),
        Export(
            name: "Salesforce",
            text: """
                Contact ID,Salutation,First Name,Last Name,Email,Mailing City,Mailing State/Province,Mailing Zip/Postal Code,Email Opt Out,Fax Opt Out
                0031,Ms,Ann,Lee,ann@acme.org,Leeds,,LS1 1AA,1,0
                0032,Mr,Bob,Ray,bob@acme.org,Leeds,,LS1 1AB,0,1
                """,
            stopped: [2], roles: ["Email Opt Out": .unsubscribed, "Mailing Zip/Postal Code": .postcode, "Fax Opt Out": .category]),
        Export(
            name: "Braze",
            text: """
                Appboy ID,country,created_at,date_of_birth,email,unsubscribed_from_emails_at,user_id,first_name,last_name,last_session,opted_into_push_at,unsubscribed_from_push_at,random_bucket,phone_number
                5f1,GB,2024-01-02 10:00:00,1980-02-03,ann@acme.org,2025-01-02 10:00:00,u1,Ann,Lee,2026-10-01 10:00:00,,,11,
                5f2,GB,2024-01-02 10:00:00,1980-02-03,bob@acme.org,,u2,Bob,Ray,2026-10-01 10:00:00,,2025-01-02 10:00:00,12,
                """,
            stopped: [2], roles: ["unsubscribed_from_push_at": .category, "Appboy ID": .id, "date_of_birth": .birthday]),
        Export(
            name: "Braze",
            text: """
                user_id,first_name,last_name,email,unsubscribed_from_emails_at,opted_in_to_emails_at,user_aliases
                u1,Ann,Lee,ann@acme.org,,2024-01-02 10:00:00,
                u2,Bob,Ray,bob@acme.org,2025-01-02 10:00:00,,
                """,
            stopped: [3], roles: ["opted_in_to_emails_at": .consentAt]),
        Export(
            name: "Mautic",
            text: """
                id,points,title,firstname,lastname,company,position,email,mobile,address1,city,zipcode,preferred_locale,last_active,attribution_date,attribution
                1,3,,Ann,Lee,Acme,Buyer,ann@acme.org,,1 High St,Leeds,LS1 1AA,en_GB,2026-01-02,,0
                """,
            stopped: [], roles: ["last_active": .lastActivity, "address1": .street, "zipcode": .postcode]),
    ]

    @Test("are known by some of their columns, and what those hold is understood", arguments: exports)
    func known(_ export: Export) async throws {
        let file = try await CheckedFile(export.text + "\n", exact: true)
        #expect(file.report.export == export.name)
        let stops: Set<Finding> = [.unsubscribed, .bounced, .complained, .doNotContact]
        #expect(Set(file.found.filter { stops.contains($0.finding) }.map(\.line)) == Set(export.stopped))
        for (column, role) in export.roles { #expect(file.role(column) == role, "\(column)") }
    }

    @Test("one without any column of those who left says so")
    func silent() async throws {
        let text = "id,firstname,lastname,email,points,preferred_locale,last_active\n1,Ann,Lee,ann@acme.org,3,en,2026-01-02\n"
        let file = try await CheckedFile(text, exact: true)
        #expect(!file.report.saysWhoLeft)
        let sheet = CheckupSheet(file.report, width: 100) { text, _ in text }.lines.joined(separator: " ")
        #expect(sheet.contains("Mautic export says who left"))
    }

    @Test(
        "a list of one's own is nobody's export",
        arguments: [
            "Email Address,First Name,Status",
            "Record Id,Contact Owner.id,Contact Owner,Lead Source,First Name,Last Name,Email Opt Out",
            "id,email,first_name,last_name,points", "user_id,email,created_at,last_session", "Email,Contact ID,Create Date",
        ])
    func own(_ header: String) async throws {
        let values = header.split(separator: ",").map { _ in "x" }.joined(separator: ",")
        #expect(try await CheckedFile("\(header)\n\(values)\n", exact: true).report.export == nil)
    }
}
