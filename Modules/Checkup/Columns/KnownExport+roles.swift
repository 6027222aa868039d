import RapportCore

extension KnownExport {
    /// What the columns of the export hold, by key, whatever stands in the first rows: a column of opt-outs may be empty there, and a
    /// count of bounces looks like a yes.
    var roles: [String: ColumnRole] { Self.roles[name] ?? [:] }

    private static func roles(_ lines: KeyValuePairs<ColumnRole, String>) -> [String: ColumnRole] {
        var roles: [String: ColumnRole] = [:]
        for (role, names) in lines {
            for name in names.split(whereSeparator: \.isWhitespace) { roles[String(name)] = role }
        }
        return roles
    }

    private static let roles: [String: [String: ColumnRole]] = [
        "Mailchimp": roles([
            .email: "emailaddress", .consentAt: "optintime", .consentSource: "optinip", .confirmedAt: "confirmtime",
            .unsubscribed: "unsubtime unsubreason unsubreasonother", .bounced: "cleantime",
            .text: "confirmip unsubcampaigntitle unsubcampaignid cleancampaigntitle cleancampaignid euid notes tags timezone",
            .number: "memberrating latitude longitude gmtoff dstoff", .id: "leid", .country: "cc", .date: "lastchanged",
        ]),
        "HubSpot": roles([
            .id: "recordid recordidcontact hsobjectid contactid datensatzid",
            // In the export of those who left, each column of a kind of mail says who left it.
            .unsubscribed: """
            unsubscribedfromallemail hsemailoptout portalunsubscribe marketinginformation vonallenemailsabgemeldet
            """,
            .bounced: """
            emailhardbouncereason hsemailhardbouncereason hsemailhardbouncereasonenum portalbounce globalbounce
            invalidemailaddress hsemailbadaddress
            """,
            .complained: "portalspamreport", .status: "marketingemailconfirmationstatus hsemailconfirmationstatus",
            .category: "marketingcontactstatus hsmarketablestatus lifecyclestage leadstatus hsleadstatus lifecyclephase",
            .number: """
            marketingemailsbounced marketingemailsopened marketingemailsclicked marketingemailsdelivered marketingemailsreplied
            hsemailbounce hsemailopen hsemailclick hsemaildelivered hsemailreplied sendssincelastengagement
            """,
            .date: """
            createdate erstellungsdatum becameasubscriberdate becamealeaddate becameacustomerdate hslifecyclestagesubscriberdate
            """,
            .lastActivity: "lastactivitydate lastcontacted noteslastupdated noteslastcontacted",
            .comingDate: "nextactivitydate notesnextactivitydate closedate", .company: "companyname associatedcompany company",
            .text: "contactowner hubspotownerid emaildomain ipcity ipcountry ipcountrycode ipstateregion ipstatecoderegioncode",
        ]),
        "Salesforce": roles([
            .id: "id contactid leadid", .unsubscribed: "hasoptedoutofemail emailoptout hasoptedoutsolicit",
            .doNotContact: "hasoptedoutprocessing", .bounced: "isemailbounced emailbouncedreason emailbounceddate",
            .category: """
            hasoptedoutoffax faxoptout donotcall hasoptedouttracking hasoptedoutprofiling hasoptedoutgeotracking isdeleted
            """,
            .text: "masterrecordid accountid ownerid reportstoid createdbyid lastmodifiedbyid jigsaw jigsawcontactid",
            .lastActivity: "lastactivitydate lastactivity", .date: "createddate lastmodifieddate systemmodstamp",
            .birthday: "birthdate", .street: "mailingstreet", .city: "mailingcity",
            .postcode: "mailingpostalcode mailingzippostalcode", .region: "mailingstate mailingstateprovince",
            .country: "mailingcountry", .company: "accountname",
        ]),
        "Braze": roles([
            .id: "userid externalid brazeid appboyid", .unsubscribed: "unsubscribedfromemailsat emailunsubscribedat",
            .consentAt: "optedintoemailsat emailoptedinat", .status: "emailsubscribe emailsubscribestate",
            .category: "pushsubscribe optedintopushat unsubscribedfrompushat pushoptedinat pushunsubscribedat createdfrom",
            .birthday: "dateofbirth dob", .city: "city homecity", .phone: "phonenumber phone", .lastActivity: "lastsession",
            .date: "firstsession createdat", .number: "randombucket sessioncount inapppurchasetotal numberofpushtokens",
            .text: "timezone useraliases devices",
        ]),
        "Mautic": roles([
            .id: "id", .doNotContact: "donotcontact dnc", .lastActivity: "lastactive",
            .date: "dateidentified dateadded attributiondate",
            .number: "points attribution", .street: "address1", .postcode: "zipcode", .language: "preferredlocale",
            .text: "ownerbyuser ownerbyuserid createdbyuser modifiedbyuser position", .category: "stage stageid",
        ]),
    ]
}
