/// What a column of a list of people is for.
public enum ColumnRole: String, Sendable, Hashable, CaseIterable {
    case id, email, phone
    case firstName = "first_name"
    case lastName = "last_name"
    case name, company
    case street, city, postcode, region, country, language
    case birthday, age
    /// A word for how somebody stands to being written to: subscribed, cleaned, opted_in …
    case status
    /// Yes or no: agreed.
    case consent
    case consentAt = "consent_at"
    case consentSource = "consent_source"
    case consentWording = "consent_wording"
    case confirmedAt = "confirmed_at"
    /// Filled with a yes, a date or a reason: opted out, bounced, complained, not to be contacted.
    case unsubscribed, bounced, complained
    case doNotContact = "do_not_contact"
    case lastActivity = "last_activity"
    case date
    /// May lie in the future: renewal, expiry, appointment.
    case comingDate = "coming_date"
    case number, category, text

    /// Says something of permission.
    public var isPermission: Bool {
        switch self {
        case .status, .consent, .consentAt, .consentSource, .consentWording, .confirmedAt, .unsubscribed, .bounced, .complained,
            .doNotContact:
            true
        default: false
        }
    }

    /// Says who must not be written to.
    var saysWhoLeft: Bool {
        switch self {
        case .status, .consent, .unsubscribed, .bounced, .complained, .doNotContact: true
        default: false
        }
    }

    var isDate: Bool {
        switch self {
        case .birthday, .consentAt, .confirmedAt, .lastActivity, .date, .comingDate: true
        default: false
        }
    }

    var isName: Bool { self == .firstName || self == .lastName || self == .name }

    /// Helps to tell whether two rows are one person.
    var isCompared: Bool {
        switch self {
        case .email, .phone, .firstName, .lastName, .name, .company, .street, .city, .postcode, .birthday: true
        default: false
        }
    }
}
