/// Whose export a table is, told by the names of its columns.
///
/// Names are those of the vendors' help pages, object references and published sources, read in 2026. Hardly an export has all of
/// them, and people rename, drop and add columns: a name that no other program gives tells by itself, others tell together.
public struct KnownExport: Sendable, Hashable {
    /// `Mailchimp`, `HubSpot` …
    public let name: String
    /// The name that its records get as a source.
    public let source: String

    /// The system that most of the columns speak for; `nil` for a list of one's own.
    public static func of(_ columns: [String]) -> KnownExport? {
        let keys = Set(columns.map(key))
        var best: (points: Int, export: KnownExport)?
        for system in systems where system.others.isDisjoint(with: keys) {
            let points = keys.reduce(0) { $0 + (system.points[$1] ?? 0) }
            if points >= enough, points > best?.points ?? 0 { best = (points, system.export) }
        }
        return best?.export
    }

    /// A column's name without capitals, accents and what stands between its words: `Opted out of email` is `optedoutofemail`.
    public static func key(_ column: String) -> String { Text.searchWords(column).joined() }

    private struct System: Sendable {
        var export: KnownExport
        var points: [String: Int] = [:]
        /// Names of a program whose other columns are named alike.
        var others: Set<String>

        /// - Parameters:
        ///   - own: names that nobody else gives.
        ///   - shared: names that a few give.
        init(_ name: String, own: String, telling: String, shared: String, others: Set<String> = []) {
            export = KnownExport(name: name, source: name.lowercased())
            self.others = others
            for (names, value) in [(shared, 1), (telling, 2), (own, enough)] {
                for name in names.split(whereSeparator: \.isWhitespace) { points[String(name)] = value }
            }
        }
    }

    private static let enough = 3

    private static let systems = [
        System(
            "Mailchimp",
            own: """
                memberrating leid euid unsubcampaigntitle unsubcampaignid unsubreasonother cleancampaigntitle cleancampaignid
                """,
            telling: "unsubtime unsubreason cleantime gmtoff dstoff",
            shared: "emailaddress optintime optinip confirmtime confirmip lastchanged cc"),
        System(
            "HubSpot",
            own: """
                unsubscribedfromallemail marketingcontactstatus emailhardbouncereason hsobjectid hsemailoptout hsleadstatus
                hsemailhardbouncereasonenum hsmarketablestatus hubspotownerid hubspotscore hubspotteam recordidcontact
                portalbounce portalunsubscribe portalspamreport marketingemailconfirmationstatus hsemailconfirmationstatus
                sendssincelastengagement vonallenemailsabgemeldet
                """,
            telling: "recordid datensatzid lifecyclephase globalbounce",
            shared: """
                contactid lifecyclestage contactowner leadstatus createdate lastactivitydate originalsource associatedcompany
                becameacustomerdate erstellungsdatum
                """,
            others: ["contactownerid", "leadownerid", "accountnameid"]),
        System(
            "Salesforce",
            own: """
                hasoptedoutofemail isemailbounced emailbouncedreason emailbounceddate hasoptedoutoffax masterrecordid
                jigsawcontactid lastcurequestdate mailingzippostalcode mailingstateprovince systemmodstamp
                """,
            telling: "lastmodifiedbyid reportstoid createdbyid",
            shared: "contactid leadid accountid ownerid mailingstreet mailingcity mailingpostalcode emailoptout isdeleted",
            others: ["contactownerid", "leadownerid", "accountnameid"]),
        System(
            "Braze",
            own: """
                emailsubscribe emailsubscribestate pushsubscribe brazeid appboyid unsubscribedfromemailsat optedintoemailsat
                optedintopushat unsubscribedfrompushat numberofpushtokens inapppurchasetotal
                """,
            telling: "randombucket useraliases lastappversionused googleadids",
            shared: "userid externalid sessioncount firstsession lastsession idfas idfvs"),
        System(
            "Mautic",
            own: "preferredprofileimage dateidentified ownerbyuserid ownerbyuser",
            telling: "attributiondate preferredlocale stageid createdbyuser modifiedbyuser",
            shared: "lastactive attribution points googleplus foursquare stage"),
    ]
}
