import RapportCore
import RapportStorage
import Testing

@testable import RapportWeb

@Suite("Tracked calls")
struct TrackingTests {
    private let received = Timestamp(milliseconds: 1_790_000_000_000)

    private func translate(
        _ text: String, kind: TrackedCall.Kind? = .track, undeclared: TrackingSource.Undeclared = .keep
    ) throws -> TrackingTranslator.Translation {
        let call = try TrackedCall(try JSONValue(parsing: text), kind: kind, receivedAt: received)
        let kinds = Set(KindDefinition.builtIn.map(\.name))
        let fields = FieldCatalog(FieldDefinition.builtIn.enumerated().map { .init(slot: $0.offset + 1, definition: $0.element) })
        return try TrackingTranslator(
            source: TrackingSource(name: "track.shop", undeclared: undeclared),
            schema: TrackingSchema(fields: fields, kinds: kinds)
        ).translate(call)
    }

    @Test("an order is order.placed, with its lines and the shop's own number of the customer")
    func order() throws {
        let event = try #require(
            try translate(
                """
                {"userId": " C-17 ", "event": "Order Completed", "messageId": "m1", "properties":
                 {"order_id": "O-1", "revenue": 12.50, "currency": "EUR", "products": [{"sku": "a"}, {"sku": "b"}]}}
                """
            ).events.first)
        #expect(event.kind == "order.placed" && event.source == "track.shop")
        #expect(event.identifiers == [Identifier(kind: "external.track_shop", value: "c-17")])
        #expect(
            event.properties
                == [
                    "order": "O-1", "total": .decimal("12.50"), "currency": "EUR", "lines": [["sku": "a"], ["sku": "b"]],
                    "items": 2,
                ])
        #expect(event.dedupeKey == DedupeKey.hash(["track", "track.shop", "m1", ""], near: "m1") && event.dedupeDays == 30)
    }

    @Test(
        "names become kinds: known ones by the table, declared ones as they are, others in snake case",
        arguments: [
            ("ORDER completed", "order.placed"), ("page.viewed", "page.viewed"), ("Signed Up", "track.signed_up"),
            ("signedUp", "track.signed_up"), ("Żółw", "track.u17buf3u142w"), ("!!!", "track.u21u21u21"),
            ("🎉", "track.u1f389"),
        ])
    func names(name: String, kind: String) throws {
        let text = JSONValue.object([.init("userId", "1"), .init("event", .string(name))]).text
        #expect(try translate(text).events.first?.kind == kind)
    }

    @Test("a client's wrong clock is corrected by when it says that it sent the call")
    func skew() throws {
        let event = try #require(
            try translate(
                """
                {"anonymousId": "d", "event": "x", "timestamp": "2020-01-01T00:00:00Z", "sentAt": "2020-01-01T00:00:30Z"}
                """
            ).events.first)
        #expect(event.occurredAt == received - .seconds(30))
        #expect(event.identifiers == [Identifier(kind: "device", value: "d")])
    }

    @Test(
        "times are ISO 8601, Unix seconds or Unix milliseconds",
        arguments: [
            (#""2023-11-14T22:13:20Z""#, 1_700_000_000_000), (#""2023-11-14 23:13:20.5+01:00""#, 1_700_000_000_500),
            ("1700000000", 1_700_000_000_000), ("1700000000000", 1_700_000_000_000), ("1700000000.1239", 1_700_000_000_124),
            ("1700000000123.9", 1_700_000_000_123), ("1.7e9", 1_700_000_000_000), ("0", 0), ("-86400", -86_400_000),
            ("99999999999", 99_999_999_999_000), ("100000000000", 100_000_000_000),
        ])
    func times(text: String, milliseconds: Int64) throws {
        let call = #"{"userId": "1", "event": "x", "timestamp": \#(text)}"#
        #expect(try translate(call).events.first?.occurredAt == Timestamp(milliseconds: milliseconds))
    }

    @Test(
        "a sentAt that is no time corrects nothing and is noted, of a single call as of a batch",
        arguments: [#""now""#, "true", #""1700000000""#, "1e30", "[]", "9e18"])
    func badSentAt(text: String) throws {
        let told = #"{"userId": "1", "event": "x", "timestamp": "2020-01-01T00:00:00Z", "sentAt": \#(text)}"#
        let alone = try translate(told)
        #expect(alone.unread == ["sentAt"])
        #expect(alone.events.first?.occurredAt == Timestamp(iso8601: "2020-01-01T00:00:00Z"))
        let body = try JSONValue(parsing: #"{"userId": "1", "event": "x"}"#)
        let sent = ClientTime(try JSONValue(parsing: told)["sentAt"])
        #expect(try TrackedCall(body, kind: .track, sentAt: sent, receivedAt: received).isUncorrected)
        // What the call itself says comes first.
        let own = try JSONValue(parsing: #"{"userId": "1", "event": "x", "sentAt": "2020-01-01T00:00:00Z"}"#)
        #expect(try !TrackedCall(own, kind: .track, sentAt: sent, receivedAt: received).isUncorrected)
    }

    @Test(
        "an email or phone that is none is left out, noted and named on the person's event; the call comes in",
        arguments: [
            (#"{"email": "ann@@example", "phone": "+1 860 555 0104"}"#, ["email"], ["phone"]),
            (#"{"email": "Ann@Example.org", "phone": "ask later"}"#, ["phone"], ["email"]),
            (#"{"email": ["a@example.org"], "phone": false}"#, ["email", "phone"], []),
            (#"{"email": " ", "phone": null}"#, [], []), (#"{"phone": 18605550104}"#, [], ["phone"]),
        ])
    func addresses(traits: String, unread: [String], known: [String]) throws {
        let told = try translate(#"{"userId": "1", "traits": \#(traits)}"#, kind: .identify)
        #expect(told.unread == unread)
        let event = try #require(told.events.first)
        let kinds = event.identifiers.map { $0.kind == "landline" ? "phone" : $0.kind }
        #expect(kinds == ["external.track_shop"] + known)
        #expect(event.properties["unread"]?.string == (unread.isEmpty ? nil : unread.joined(separator: ", ")))
        let done = try translate(#"{"userId": "1", "event": "x", "context": {"traits": \#(traits)}}"#)
        #expect(done.unread == unread && done.events.count == 1)
    }

    @Test(
        "what is wrong is named",
        arguments: [
            (#"{"event": "x"}"#, "track.no_identity"), (#"{"userId": ["1"], "event": "x"}"#, "track.bad_id"),
            (#"{"userId": "1", "event": "x", "timestamp": "yesterday"}"#, "track.bad_time"),
            (#"{"userId": "1", "event": "x", "timestamp": 1e30}"#, "track.bad_time"),
            (#"{"userId": "1", "event": "x", "originalTimestamp": false}"#, "track.bad_time"),
            (#"["userId"]"#, "track.not_an_object"),
            (#"{"userId": "  ", "event": "x"}"#, "track.bad_id"), (#"{"userId": "1\u0000", "event": "x"}"#, "track.bad_id"),
            (#"{"userId": "1", "anonymousId": "\t", "event": "x"}"#, "track.bad_id"),
            (#"{"userId": "1"}"#, "track.no_event"), (#"{"userId": "1", "event": " "}"#, "track.no_event"),
            (#"{"userId": "1", "event": 5}"#, "track.no_event"), (#"{"userId": "1", "event": null}"#, "track.no_event"),
        ])
    func refusals(text: String, code: String) throws {
        let problem = #expect(throws: Problem.self) { _ = try translate(text) }
        #expect(problem?.code == code)
    }

    @Test("events that nobody declared are kept, dropped and counted, or refused, as the source says")
    func undeclared() throws {
        let text = #"{"userId": "1", "event": "Spin Wheel"}"#
        #expect(try translate(text).events.map(\.kind) == ["track.spin_wheel"])
        let dropped = try translate(text, undeclared: .drop)
        #expect(dropped.events.isEmpty && dropped.dropped == ["track.spin_wheel"])
        let problem = #expect(throws: Problem.self) { _ = try translate(text, undeclared: .refuse) }
        #expect(problem?.code == "track.undeclared")
    }

    @Test("nobody says with a write key what only Rapport itself says", arguments: KindDefinition.own.sorted())
    func own(kind: String) throws {
        let events = try translate(#"{"userId": "1", "event": "\#(kind)"}"#).events
        #expect(events.map(\.kind) == ["track." + kind.replacing(".", with: "_")])
    }
}
