public import RapportCore

extension HouseView {
    /// All views, in the order of the reference page, `v_people` first. What people have as fields depends on the house.
    public static func all(fields: [FieldCatalog.Field]) -> [HouseView] {
        [people(fields), orders, events, messages, segments, members, permissions, campaigns, accounts, products, imports]
    }

    /// Those who are neither erased, nor merged into others, nor known by a device only.
    private static let living = "people.state = 0 AND people.anonymous = 0"

    private static func people(_ fields: [FieldCatalog.Field]) -> HouseView {
        let shown = fields.filter { !$0.definition.identifying && !$0.definition.sensitive }
        return HouseView(
            name: "v_people", row: "a person who is known by more than a device",
            columns: [
                Column("person", "the public id"), Column("created_at", "when first heard of"),
                Column("last_seen", "when last heard of"),
            ] + shown.map { Column($0.definition.name, $0.definition.purpose) }
        ) { dialect in
            let values = shown.map { field -> String in
                let column = "golden.f\(field.slot)"
                return switch field.definition.type {
                case .decimal(let scale): dialect.decimal(column, scale)
                case .money(let currency): dialect.decimal(column, FieldType.minorDigits(of: currency))
                case .date: dialect.day(column)
                case .time: dialect.time(column)
                case .flag: dialect.flag(column)
                case .text, .choice, .integer: column
                }
            }
            let head = ["people.public_id", dialect.time("people.created_at"), dialect.time("people.last_seen")]
            return """
                SELECT \((head + values).joined(separator: ", "))
                FROM people LEFT JOIN golden ON golden.person = people.id WHERE \(living)
                """
        }
    }

    private static let events = HouseView(
        name: "v_events", row: "something that happened, to a person or to nobody",
        columns: [
            Column("event", "its number: partition and position on the log"),
            Column("person", "the public id; none for what concerns nobody"),
            Column("kind", "what happened, such as order.placed"), Column("source", "who said so"),
            Column("occurred_at", "when it happened"), Column("received_at", "when Rapport heard of it"),
            Column("history", "whether it was told long after it happened"),
            Column("properties", "the rest, as JSON text, without what identifies a person"),
        ]
    ) { dialect in
        """
        SELECT events.partition || '-' || events.position, people.public_id, kinds.name, sources.name,
            \(dialect.time("events.occurred_at")), \(dialect.time("events.received_at")), \(dialect.flag("events.history")),
            events.properties
        FROM events
        JOIN kinds ON kinds.id = events.kind
        JOIN sources ON sources.id = events.source
        LEFT JOIN people ON people.id = events.person
        WHERE events.person = 0 OR (\(living))
        """
    }

    private static let messages = HouseView(
        name: "v_messages", row: "a message of ours to a person, sent or not",
        columns: [
            Column("person", "the public id"), Column("act", "the campaign's name, or what else made it"),
            Column("brand", "who wrote"), Column("topic", "about what"),
            Column("class", "marketing, service, security or notice"), Column("channel", "by what"),
            Column("state", "queued, held, claimed, handing_over, sent, failed, in_doubt or dropped"),
            Column("at", "when it came to this state; of what waits, not before when"),
        ]
    ) { dialect in
        """
        SELECT people.public_id, acts.name, acts.brand, acts.topic,
            \(dialect.word("acts.class", ["marketing", "service", "security", "notice"])), acts.channel,
            \(dialect.word("messages.state", ["queued", "held", "claimed", "handing_over", "sent", "failed", "in_doubt", "dropped"])),
            \(dialect.time("messages.at"))
        FROM messages
        JOIN acts ON acts.id = messages.act
        JOIN people ON people.id = messages.person AND \(living)
        """
    }

    private static let segments = HouseView(
        name: "v_segments", row: "a segment",
        columns: [
            Column("segment", "its name"), Column("expression", "whom it holds"), Column("version", "of its definition"),
            Column("state", "counting, filling or live"), Column("members", "how many are in it now"),
            Column("changed_at", "when the definition was last changed"),
        ]
    ) { dialect in
        """
        SELECT segments.name, segments.expression, segments.version, segments.state,
            COALESCE((SELECT SUM(segment_counts.members) FROM segment_counts WHERE segment_counts.segment = segments.id), 0),
            \(dialect.time("segments.changed_at"))
        FROM segments WHERE segments.state <> 'retired'
        """
    }

    private static let members = HouseView(
        name: "v_members", row: "a person who is in a segment now",
        columns: [Column("segment", "its name"), Column("person", "the public id"), Column("since", "since when")]
    ) { dialect in
        """
        SELECT segments.name, people.public_id, \(dialect.time("membership.since"))
        FROM membership
        JOIN segments ON segments.id = membership.segment AND segments.state <> 'retired'
        JOIN people ON people.id = membership.person AND \(living)
        """
    }

    private static let permissions = HouseView(
        name: "v_permissions", row: "a permission that a person gave, whether or not something speaks against it now",
        columns: [
            Column("person", "the public id"), Column("brand", "to whom; all where empty"),
            Column("topic", "about what; all where empty"),
            Column("channel", "by what; all where empty"), Column("status", "pending, granted or confirmed"),
            Column("proven", "whether date, source and wording are on record"), Column("at", "when"),
            Column("source", "who said so"),
        ]
    ) { dialect in
        """
        SELECT people.public_id, brands.value, topics.value, channels.value,
            \(dialect.word("permissions.status", ["pending", "granted", "confirmed"])), \(dialect.flag("permissions.proven")),
            \(dialect.time("permissions.at")), sources.name
        FROM permissions
        JOIN people ON people.id = permissions.person AND \(living)
        JOIN sources ON sources.id = permissions.source
        LEFT JOIN symbols brands ON brands.id = permissions.brand
        LEFT JOIN symbols topics ON topics.id = permissions.topic
        LEFT JOIN symbols channels ON channels.id = permissions.channel
        """
    }

    private static let campaigns = HouseView(
        name: "v_campaigns", row: "a campaign",
        columns: [
            Column("campaign", "its name"), Column("state", "draft, approved, scheduled, sending, paused, stopped or done"),
            Column("people", "in its segment when last counted"),
            Column("starts_at", "when it begins or began; none before that is known"),
        ]
    ) { dialect in
        "SELECT campaigns.name, campaigns.state, campaigns.size, \(dialect.timeOrNone("campaigns.starts_at")) FROM campaigns"
    }

    private static let accounts = HouseView(
        name: "v_accounts", row: "a company",
        columns: [
            Column("account", "the public id"), Column("source", "who said so"), Column("key", "the source's key"),
            Column("name", "what it is called"), Column("people", "how many people belong to it"),
        ]
    ) { _ in
        """
        SELECT accounts.public_id, sources.name, accounts.external, accounts.name,
            (SELECT COUNT(*) FROM person_accounts JOIN people ON people.id = person_accounts.person AND \(living)
             WHERE person_accounts.source = accounts.source AND person_accounts.external = accounts.external)
        FROM accounts JOIN sources ON sources.id = accounts.source
        """
    }

    private static let products = HouseView(
        name: "v_products", row: "a product",
        columns: [Column("source", "who said so"), Column("key", "the source's key"), Column("name", "what it is called")]
    ) { _ in "SELECT sources.name, products.external, products.name FROM products JOIN sources ON sources.id = products.source" }

    private static let imports = HouseView(
        name: "v_imports", row: "an import",
        columns: [
            Column("import", "its number"), Column("name", "of the file or table"), Column("source", "in whose name"),
            Column("state", "running, finished, stopped, reverting or reverted"), Column("started_at", "when"),
            Column("added", "events that were new"), Column("duplicates", "rows that were known"),
            Column("rejected", "rows that were not taken"),
        ]
    ) { dialect in
        """
        SELECT imports.id, imports.name, imports.source,
            \(dialect.word("imports.state", ["running", "finished", "stopped", "reverting", "reverted"])),
            \(dialect.time("imports.started_at")), imports.added, imports.duplicates, imports.rejected
        FROM imports
        """
    }
}
