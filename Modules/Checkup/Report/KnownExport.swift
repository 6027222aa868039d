/// Whose export a file is, told by names of columns that no other program gives together.
public enum KnownExport {
    /// `Mailchimp`, `HubSpot` …; `nil` for a list of one's own.
    public static func name(_ columns: [String]) -> String? {
        let keys = Set(columns.map { ColumnName($0).key })
        return signatures.first { signature in
            signature.all.allSatisfy(keys.contains) && (signature.some.isEmpty || signature.some.contains(where: keys.contains))
        }?.name
    }

    private struct Signature: Sendable {
        var name: String
        var all: [String]
        var some: [String]
    }

    private static let signatures = [
        Signature(
            name: "Mailchimp", all: ["emailaddress"],
            some: ["memberrating", "optintime", "leid", "euid", "confirmtime", "unsubtime", "cleantime"]),
        Signature(
            name: "HubSpot", all: ["recordid"],
            some: [
                "lifecyclestage", "marketingcontactstatus", "unsubscribedfromallemail", "contactowner", "leadstatus",
                "emailhardbouncereason",
            ]),
        Signature(
            name: "Salesforce", all: [],
            some: [
                "hasoptedoutofemail", "isemailbounced", "emailbouncedreason", "hasoptedoutoffax", "masterrecordid",
                "jigsawcontactid",
            ]),
        Signature(
            name: "Braze", all: [],
            some: ["emailsubscribe", "emailsubscribestate", "pushsubscribe", "brazeid", "unsubscribedfromemailsat", "appboyid"]),
        Signature(
            name: "Mautic", all: ["firstname", "lastname"],
            some: ["preferredprofileimage", "dateidentified", "attributiondate", "stageid", "ownerbyuserid", "lastactive"]),
    ]
}
