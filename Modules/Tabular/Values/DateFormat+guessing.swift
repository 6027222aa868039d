import RapportCore

extension DateFormat {
    /// The usual formats in which every one of these values can be read, the likeliest first; none for no values.
    ///
    /// `01/02/2024` fits two of them: whoever must not mix up day and month asks when more than one is left.
    public static func fitting(_ values: some Collection<String>) -> [DateFormat] {
        guard !values.isEmpty else { return [] }
        return usual.filter { format in
            values.allSatisfy { value in
                guard let time = format.timestamp(value, zone: nil) else { return false }
                // Numbers are moments only where they lie in living memory.
                return !format.isCount || (time.milliseconds > 300_000_000_000 && time.milliseconds < 4_102_444_800_000)
            }
        }
    }

    /// Whether it counts seconds or milliseconds since 1970.
    var isCount: Bool { form == .unixSeconds || form == .unixMilliseconds }

    private static let usual: [DateFormat] = [
        "RFC 3339", "YYYY-MM-DD HH:mm:ss", "YYYY-MM-DD HH:mm", "YYYY-MM-DDTHH:mm:ss", "YYYYMMDD", "ISO 8601", "DD.MM.YYYY",
        "DD.MM.YYYY HH:mm", "DD.MM.YYYY HH:mm:ss", "DD.MM.YY HH:mm", "D/M/YYYY", "D/M/YYYY HH:mm", "D/M/YYYY HH:mm:ss",
        "M/D/YYYY", "M/D/YYYY HH:mm",
        "M/D/YYYY HH:mm:ss", "M/D/YYYY h:mm A", "M/D/YYYY h:mm:ss A", "D/M/YYYY h:mm A", "D/M/YYYY h:mm:ss A", "D/M/YY",
        "M/D/YY", "DD.MM.YY", "DD-MM-YYYY", "DD-MM-YYYY HH:mm", "DD-MM-YYYY HH:mm:ss", "M-D-YYYY",
        "M-D-YYYY HH:mm", "M-D-YYYY HH:mm:ss", "YYYY/MM/DD", "YYYY/MM/DD HH:mm", "YYYY/MM/DD HH:mm:ss",
        "D MMM YYYY", "D MMM YYYY HH:mm", "D MMM YYYY HH:mm:ss", "D-MMM-YYYY", "D-MMM-YYYY HH:mm:ss", "D-MMM-YY",
        "MMM D, YYYY", "MMM D, YYYY h:mm A", "MMM D, YYYY h:mm:ss A", "unix", "unix_ms",
    ].compactMap { DateFormat($0) }
}
