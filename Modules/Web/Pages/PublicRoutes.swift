import HTTPTypes
import Hummingbird
import RapportCore
import RapportEngagement

/// What people reach from a message: unsubscribing, and links that lead on.
struct PublicRoutes {
    let unsubscribe: UnsubscribeUseCase
    let clicks: ClickUseCase
    let pages: PageRenderer

    func add(to router: Router<some RequestContext>) {
        // GET shows and never changes: scanners and previews follow links.
        router.get("/u/:token") { _, context in
            let token = try context.parameters.require("token")
            guard let page = try await unsubscribe.page(token) else { return nobody(token) }
            return render(page, token: token)
        }
        router.post("/u/:token") { request, context in
            let token = try context.parameters.require("token")
            let form = Form.parse(try await request.bytes(limit: 16_384))
            // RFC 8058, section 3.2: this body means one click in a mail program.
            let isOneClick = form["List-Unsubscribe"] == "One-Click"
            guard let page = try await unsubscribe.end(token, scope(form["choice"]), oneClick: isOneClick) else {
                return nobody(token)
            }
            return isOneClick ? Reply.text(pages.texts("page.ended") + "\n") : render(page, token: token)
        }
        for method in [HTTPRequest.Method.get, .head] {
            router.on("/c/:token", method: method) { request, context in
                let token = try context.parameters.require("token")
                let purpose = [HTTPField.Name("Sec-Purpose"), HTTPField.Name("Purpose"), HTTPField.Name("X-Moz")]
                    .compactMap { $0.flatMap { request.headers[$0] } }
                let url = await clicks.follow(
                    .init(
                        token: token, method: request.method.rawValue, userAgent: request.headers[.userAgent] ?? "",
                        prefetch: purpose.contains { $0.lowercased().contains("prefetch") }))
                guard let url else { return pages.unknownLink() }
                return Response(status: .found, headers: [.location: url, .cacheControl: "no-store"])
            }
        }
    }

    private func scope(_ choice: String?) -> UnsubscribeUseCase.Scope {
        switch choice {
        case nil, "": .topicOnChannel
        case "everything": .everything
        case "channel": .channel
        case let topic?: .topics([topic])
        }
    }

    private func render(_ page: UnsubscribeUseCase.Page, token: String) -> Response {
        let texts = pages.texts
        let ended = page.everythingEnded || page.topic.hasEnded
        let names = ["topic": page.topic.title, "channel": pages.channel(page.channel)]
        let rest = page.everythingEnded ? [] : page.others.filter { !$0.hasEnded }
        let sentence =
            page.everythingEnded
            ? texts("page.everything_ended") : texts(ended ? "page.topic_ended" : "page.unsubscribe_ask", names)
        return pages.page(
            "unsubscribe", title: texts("page.unsubscribe"), section: .outside(brand: page.brand),
            [
                "heading": texts(ended ? "page.unsubscribed" : "page.unsubscribe_heading", names), "sentence": sentence,
                "asking": !ended, "action": "/u/\(token)", "rest_action": "/u/\(token)", "has_rest": !page.everythingEnded,
                "preferences": page.preferences, "rest": rest.map { ["value": $0.topic, "name": $0.title] },
            ])
    }

    private func nobody(_ token: String) -> Response {
        unsubscribe.isCopy(token) ? pages.copyForColleagues() : pages.unknownLink()
    }
}
