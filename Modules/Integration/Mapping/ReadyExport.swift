import RapportCore

/// What the columns of another system's export say of permission.
enum ReadyExport {
    enum Test: Sendable {
        case filled
        /// Filled with the moment at which it happened.
        case date
        case words([String])
    }

    struct Part: Sendable {
        /// As `ColumnIndex.key` has it.
        var column: String
        var test: Test
        /// A status of a permission, or a reason of a suppression.
        var word: String
        var isPermission = false
        /// The column with the moment, where it is another one.
        var date: String?
        /// The column that says where somebody agreed.
        var place: String?
    }

    static func parts(of export: KnownExport) -> [Part] { parts[export.name] ?? [] }

    private static let yes = ["true", "1", "yes", "wahr", "ja", "vrai", "oui", "verdadero", "verdadeiro", "vero"]

    private static let parts = [
        "Mailchimp": [
            Part(column: "optintime", test: .date, word: "granted", isPermission: true, place: "optinip"),
            Part(column: "confirmtime", test: .date, word: "confirmed", isPermission: true, place: "confirmip"),
            Part(column: "unsubtime", test: .date, word: "unsubscribed"),
            Part(column: "cleantime", test: .date, word: "bounce"),
        ],
        "HubSpot": [
            Part(column: "unsubscribedfromallemail", test: .words(yes), word: "unsubscribed"),
            Part(column: "hsemailoptout", test: .words(yes), word: "unsubscribed"),
            Part(column: "vonallenemailsabgemeldet", test: .words(yes), word: "unsubscribed"),
            Part(column: "portalunsubscribe", test: .words(yes), word: "unsubscribed"),
            Part(column: "portalspamreport", test: .words(yes), word: "complaint"),
            Part(column: "emailhardbouncereason", test: .filled, word: "bounce"),
            Part(column: "globalbounce", test: .words(yes), word: "bounce"),
        ],
        "Salesforce": [
            Part(column: "hasoptedoutofemail", test: .words(yes), word: "unsubscribed"),
            Part(column: "emailoptout", test: .words(yes), word: "unsubscribed"),
            Part(column: "emailbouncedreason", test: .filled, word: "bounce"),
        ],
        "Braze": [
            Part(
                column: "emailsubscribe", test: .words(["opted_in"]), word: "granted", isPermission: true, date: "emailoptedinat"),
            Part(column: "optedintoemailsat", test: .date, word: "granted", isPermission: true),
            Part(column: "emailsubscribe", test: .words(["unsubscribed"]), word: "unsubscribed", date: "emailunsubscribedat"),
            Part(column: "unsubscribedfromemailsat", test: .date, word: "unsubscribed"),
        ],
        "Mautic": [
            Part(column: "donotcontact", test: .words(yes), word: "manual"),
            Part(column: "dnc", test: .words(yes), word: "manual"),
        ],
    ]
}
