extension KindDefinition {
    /// The kinds that every Rapport knows: the touchpoints of product.md C2 and C5. Capabilities and YAML add theirs.
    public static let builtIn: [KindDefinition] = identity + orders + web + messages + talks + rest

    private static func kind(_ name: String, _ slots: (String, SlotType)...) -> KindDefinition {
        KindDefinition(trusted: name, slots.map { SlotDefinition($0.0, $0.1) })
    }

    private static let money = SlotType.money(currency: "currency")

    private static let identity: [KindDefinition] = [
        // Says fields of the person; the values themselves are personal.
        kind("person.identified"),
        kind("person.merged"),
        kind("person.unmerged"),
        kind("person.erased"),
        kind("account.identified"),
        kind("account.joined", ("account", .text), ("role", .text)),
        kind("account.left", ("account", .text), ("role", .text)),
        kind("job.changed", ("from", .text), ("to", .text), ("cause", .text)),
        kind("relation.started", ("relation", .text)),
        kind("relation.ended"),
        kind("household.joined"),
        kind("household.left"),
        kind("product.identified"),
    ]

    private static let orders: [KindDefinition] = [
        kind("product.viewed", ("product", .text), ("category", .text), ("price", money), ("currency", .text)),
        kind("cart.updated", ("total", money), ("currency", .text), ("items", .integer)),
        kind("checkout.started", ("total", money), ("currency", .text), ("items", .integer)),
        kind("order.placed", ("total", money), ("currency", .text), ("items", .integer), ("store", .text)),
        kind("order.paid", ("total", money), ("currency", .text)),
        kind("order.shipped", ("carrier", .text)),
        kind("order.delivered"),
        kind("order.cancelled", ("total", money), ("currency", .text), ("reason", .text)),
        kind("order.returned", ("total", money), ("currency", .text), ("reason", .text)),
        kind("order.refunded", ("amount", money), ("currency", .text), ("reason", .text)),
        kind("coupon.redeemed", ("campaign", .text), ("coupon", .text)),
        kind("invoice.sent", ("total", money), ("currency", .text)),
        kind("payment.received", ("amount", money), ("currency", .text)),
        kind("statement.sent"),
    ]

    private static let web: [KindDefinition] = [
        kind("page.viewed", ("path", .text), ("category", .text), ("referrer", .text), ("campaign", .text)),
        kind("screen.viewed", ("name", .text), ("category", .text)),
        kind("link.clicked", ("campaign", .text), ("channel", .text), ("link", .text), ("human", .flag)),
        kind("form.submitted", ("form", .text), ("campaign", .text)),
        kind("session.started", ("referrer", .text), ("campaign", .text)),
    ]

    private static let messages: [KindDefinition] = [
        kind("message.sent", ("campaign", .text), ("channel", .text), ("topic", .text)),
        kind("message.delivered", ("campaign", .text), ("channel", .text), ("topic", .text)),
        kind("message.bounced", ("campaign", .text), ("channel", .text), ("bounce", .text)),
        kind("message.failed", ("campaign", .text), ("channel", .text), ("reason", .text)),
        kind("message.opened", ("campaign", .text), ("channel", .text), ("topic", .text)),
        kind("message.replied", ("campaign", .text), ("channel", .text), ("topic", .text)),
        kind("message.received", ("channel", .text), ("topic", .text)),
        kind("message.complained", ("campaign", .text), ("channel", .text), ("topic", .text)),
        // No response within the campaign's window: silence is an event too.
        kind("message.unanswered", ("campaign", .text), ("channel", .text), ("topic", .text)),
    ]

    private static let talks: [KindDefinition] = [
        kind("complaint.opened", ("subject", .text), ("channel", .text)),
        kind("complaint.closed", ("subject", .text), ("outcome", .text)),
        kind("call.held", ("direction", .text), ("outcome", .text), ("minutes", .integer)),
        kind("meeting.held", ("outcome", .text), ("minutes", .integer)),
        kind("chat.held", ("outcome", .text), ("minutes", .integer)),
        kind("visit.made", ("place", .text), ("purpose", .text)),
        kind("occasion.attended", ("occasion", .text)),
        kind("survey.answered", ("survey", .text), ("score", .integer)),
        kind("review.posted", ("product", .text), ("stars", .integer)),
        kind("referral.made", ("campaign", .text)),
        kind("note.added"),
        kind("file.added"),
    ]

    private static let rest: [KindDefinition] = [
        kind("preference.stated"),
        kind("question.asked", ("field", .text), ("touchpoint", .text)),
        kind("question.answered", ("field", .text), ("touchpoint", .text), ("changed", .flag)),
        kind("question.declined", ("field", .text), ("touchpoint", .text)),
        kind("segment.entered", ("segment", .text), ("cause", .text)),
        kind("segment.left", ("segment", .text), ("cause", .text)),
        kind("lifecycle.changed", ("from", .text), ("to", .text), ("cause", .text)),
        kind("import.started"),
        kind("import.finished"),
        kind("definition.applied", ("kind", .text), ("name", .text)),
    ]
}
