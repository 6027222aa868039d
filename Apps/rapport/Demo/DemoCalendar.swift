import RapportCore

/// When the story is told: the latest Monday at nine in New York that lies a week back at least, so that nothing of it lies
/// in the future. The data's own Monday is 1 January 2018; every date moves forward by the whole weeks between the two.
struct DemoCalendar {
    /// Monday, 09:00 in New York.
    let start: Timestamp
    /// A multiple of seven.
    let days: Int

    init(now: Timestamp) {
        let zone = TimeZoneRules("America/New_York") ?? .utc
        let latest = now - .days(7)
        var day = Int(zone.day(of: latest.milliseconds))
        day -= CivilDate(daysSince1970: day).weekday - 1
        func nine(_ day: Int) -> Timestamp {
            Timestamp(milliseconds: zone.start(ofDay: Int64(day))) + .hours(9)
        }
        if nine(day) > latest { day -= 7 }
        start = nine(day)
        days = day - 17_532
    }

    var end: Timestamp { start + .days(7) }
}

/// Moves every date in a text file by whole days and leaves all other bytes alone: `2017-12-30`, `30.12.2017`, `12/30/2017`.
struct DateShift {
    let days: Int

    func moved(_ bytes: [UInt8]) -> [UInt8] {
        var out = bytes
        bytes.withUnsafeBufferPointer { bytes in
            out.withUnsafeMutableBufferPointer { out in
                var index = 0
                while index + 10 <= bytes.count {
                    guard isDigit(bytes[index]), index == 0 || !isDigit(bytes[index - 1]),
                        index + 10 == bytes.count || !isDigit(bytes[index + 10]), let date = date(bytes, index)
                    else {
                        index += 1
                        continue
                    }
                    write(CivilDate(daysSince1970: date.day.daysSince1970 + days), date.form, &out, index)
                    index += 10
                }
            }
        }
        return out
    }

    private enum Form { case iso, dotted, american }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private func date(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> (day: CivilDate, form: Form)? {
        let form: Form
        switch (bytes[start + 2], bytes[start + 4], bytes[start + 5], bytes[start + 7]) {
        case (_, 0x2D, _, 0x2D): form = .iso
        case (0x2E, _, 0x2E, _): form = .dotted
        case (0x2F, _, 0x2F, _): form = .american
        default: return nil
        }
        func number(_ offset: Int, _ count: Int) -> Int? {
            var value = 0
            for index in start + offset..<start + offset + count {
                guard isDigit(bytes[index]) else { return nil }
                value = value * 10 + Int(bytes[index] - 0x30)
            }
            return value
        }
        let (year, month, day) =
            switch form {
            case .iso: (number(0, 4), number(5, 2), number(8, 2))
            case .dotted: (number(6, 4), number(3, 2), number(0, 2))
            case .american: (number(6, 4), number(0, 2), number(3, 2))
            }
        guard let year, let month, let day, let date = CivilDate(year: year, month: month, day: day) else { return nil }
        return (date, form)
    }

    private func write(_ date: CivilDate, _ form: Form, _ out: inout UnsafeMutableBufferPointer<UInt8>, _ start: Int) {
        func put(_ value: Int, _ offset: Int, _ count: Int) {
            var rest = value
            for index in stride(from: start + offset + count - 1, through: start + offset, by: -1) {
                out[index] = UInt8(0x30 + rest % 10)
                rest /= 10
            }
        }
        let (year, month, day) =
            switch form {
            case .iso: (0, 5, 8)
            case .dotted: (6, 3, 0)
            case .american: (6, 0, 3)
            }
        put(date.year, year, 4)
        put(date.month, month, 2)
        put(date.day, day, 2)
    }
}
