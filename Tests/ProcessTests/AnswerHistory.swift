import RapportCore

/// What happened in an `AnswerHouse`: the same for the same day.
struct AnswerHistory {
    /// In days since 1970.
    let today: Int

    /// So many days ago.
    func day(_ ago: Int) -> String { String(moment(ago, 0, 0).prefix(10)) }

    private func moment(_ ago: Int, _ hour: Int, _ minute: Int) -> String {
        let minutes = Int64(today - ago) * 1_440 + Int64(hour % 24) * 60 + Int64(minute % 60)
        return Timestamp(milliseconds: minutes * 60_000).rfc3339
    }

    var definitions: String {
        """
        rates:
          EUR:
            USD: {"2020-01-01": 0.9, "\(day(100))": 0.85}
            JPY: 0.006
        costs:
          house:
            currency: EUR
            messages: {email: 0.02, post: 0.85}
            campaigns: {spring: 40.00}
        segments:
          buyers: count(order.placed) >= 1
          lately: count(order.placed, last 60 days) >= 1
        objectives:
          orders: {owner: Ana, metric: count(order.placed), target: 900, from: \(day(200)), until: \(day(-30))}
          revenue: {owner: Ana, metric: {revenue: EUR}, target: 50000, from: \(day(200)), until: \(day(-30))}
        """
    }

    var people: String {
        // Of two who are one the later one's city holds, whenever the file was read.
        "Id,Since,Email,Name,City,Country\n"
            + (0..<90).map { customer in
                "\(customer),\(moment(400, customer / 60, customer)),c\(customer)@a.example,Name \(customer % 17),"
                    + "City \(customer % 7),\(["NZ", "FR", ""][customer % 3])\n"
            }.joined()
    }

    var products: String {
        "SKU,Name,Cost\n" + (0..<12).map { "p\($0),Thing \($0),\(["2.10", "", "0.5"][$0 % 3])\n" }.joined()
    }

    var orders: String {
        var text = "Order,At,Email,Status,Total,Currency,Store,Item,Pieces\n"
        var number = 0
        for customer in 0..<80 {
            let (gap, stop) = [(13, 0), (24, 30 + customer), (61, 0)][customer % 3]
            for ago in stride(from: 390 - customer % 40, to: stop, by: -gap) {
                number += 1
                let currency = customer % 4 == 0 ? ["EUR", "EUR", "EUR", "USD", "JPY"][(customer * 7 + number) % 5] : "EUR"
                let total = currency == "JPY" ? "\(900 + number % 700)" : "\(10 + number * 37 % 90).\(10 + number % 90)"
                let head = "\(number),\(moment(ago, number, number)),c\(customer)@a.example"
                for line in 0...(number % 3) {
                    let item = (number * 5 + line * (customer % 3 + 1)) % 12
                    text += "\(head),placed,\(total),\(currency),store \(number % 4),p\(item),\(1 + line)\n"
                }
                func sequel(_ state: String, _ after: Int, _ amount: String, _ own: String) {
                    text += "\(number),\(moment(max(0, ago - after), 1, 0)),c\(customer)@a.example,\(state),\(amount),\(own),,,\n"
                }
                if number % 11 == 0 { sequel("refunded", 3, "5", currency) }
                if number % 29 == 0 { sequel("refunded", 2, "2", "USD") }
                if number % 37 == 0 { sequel("cancelled", 1, "", currency) }
                if number % 41 == 0 { sequel("returned", 4, "", currency) }
            }
        }
        return text
    }

    var events: String {
        var text = "Row,Kind,At,Email,Campaign,Channel,Topic,Path,Survey,Score\n"
        var row = 0
        func add(_ kind: String, _ ago: Int, _ hour: Int, _ customer: Int, _ properties: String) {
            row += 1
            text += "\(row),\(kind),\(moment(max(0, ago), hour, row)),c\(customer)@a.example,\(properties)\n"
        }
        for customer in 0..<90 {
            // Not everybody is written to.
            for message in 0..<(customer % 7 == 3 ? 0 : 4) {
                let ago = 20 + message * 45 + customer % 9
                let channel = ["email", "post"][(customer + message) % 2]
                let campaign = ["spring", "autumn"][message % 2]
                add("message.sent", ago, customer + message, customer, "\(campaign),\(channel),offers,,,")
                if (customer + message) % 4 == 0 {
                    add("link.clicked", ago - 1, customer, customer, "\(campaign),\(channel),,,,")
                }
                if customer * message % 7 == 0 {
                    add("page.viewed", ago - 2, customer, customer, "\(customer % 2 == 0 ? "" : campaign),,,/p\(customer % 5),,")
                }
            }
            if customer % 13 == 0 {
                add("complaint.opened", 30 + customer % 20, 5, customer, ",,,,,")
                add("complaint.closed", 20 + customer % 20, 5, customer, ",,,,,")
            }
            if customer % 5 == 0 { add("survey.answered", 25, 7, customer, ",,,,csat,\(1 + customer % 4)") }
            if customer % 31 == 0 { add("message.complained", 15, 7, customer, "autumn,email,,,,") }
        }
        return text
    }
}
