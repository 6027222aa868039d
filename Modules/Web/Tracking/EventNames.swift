import RapportCore

/// The names of Segment's e-commerce specification, version 2, as kinds of Rapport.
enum EventNames {
    static let known: [String: String] = [
        "product viewed": "product.viewed",
        "product added": "cart.product_added",
        "product removed": "cart.product_removed",
        "cart viewed": "cart.viewed",
        "cart shared": "cart.shared",
        "checkout started": "checkout.started",
        "checkout step viewed": "checkout.step_viewed",
        "checkout step completed": "checkout.step_completed",
        "payment info entered": "checkout.payment_entered",
        "order completed": "order.placed",
        "order updated": "order.updated",
        "order refunded": "order.refunded",
        "order cancelled": "order.cancelled",
        "products searched": "product.searched",
        "product list viewed": "product.list_viewed",
        "product list filtered": "product.list_filtered",
        "product clicked": "product.clicked",
        "product shared": "product.shared",
        "product reviewed": "review.posted",
        "promotion viewed": "promotion.viewed",
        "promotion clicked": "promotion.clicked",
        "coupon entered": "coupon.entered",
        "coupon applied": "coupon.applied",
        "coupon denied": "coupon.denied",
        "coupon removed": "coupon.removed",
        "product added to wishlist": "wishlist.product_added",
        "product removed from wishlist": "wishlist.product_removed",
    ]

    /// The kind of a tracked event: known names by the table, a declared kind as it is, others `track.<snake_name>`. What only
    /// Rapport itself says stays its own: a write key, which stands in every page, can claim none of it.
    static func kind(of name: String, isDeclared: (String) -> Bool) -> String {
        if let known = known[name.lowercased()] { return known }
        if isDeclared(name), !KindDefinition.own.contains(name) { return name }
        return "track." + snakeCase(name)
    }

    /// `Signed Up` and `signedUp` become `signed_up`. What is neither letter nor digit separates words; letters beyond ASCII,
    /// which a kind cannot carry, are written by their code points, so that two names never become one by losing them. So is
    /// all of a name without any letter or digit: 🎉 becomes `u1f389`.
    static func snakeCase(_ name: String) -> String {
        var out = ""
        var previousIsLower = false
        for scalar in name.unicodeScalars {
            let properties = scalar.properties
            let isLetter = properties.isAlphabetic || properties.numericType != nil
            guard isLetter else {
                if !out.isEmpty, out.last != "_" { out.append("_") }
                previousIsLower = false
                continue
            }
            if properties.isUppercase, previousIsLower { out.append("_") }
            previousIsLower = properties.isLowercase || properties.numericType != nil
            out += scalar.isASCII ? properties.lowercaseMapping : "u" + String(scalar.value, radix: 16)
        }
        while out.last == "_" { out.removeLast() }
        if out.isEmpty { out = name.unicodeScalars.map { "u" + String($0.value, radix: 16) }.joined() }
        return out.isEmpty ? "unnamed" : String(out.prefix(maximumLength))
    }

    private static let maximumLength = 80
}
