import HTTPTypes
import Hummingbird
import NIOCore

/// The style sheet and the mark, from inside the program.
struct AssetRoutes {
    func add(to router: Router<some RequestContext>) {
        router.get("/assets/style.css") { _, _ in Self.asset(PackageResources.style_css, "text/css; charset=utf-8") }
        router.get("/assets/mark.svg") { _, _ in Self.asset(PackageResources.mark_svg, "image/svg+xml") }
    }

    private static func asset(_ bytes: [UInt8], _ type: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: type, .cacheControl: "public, max-age=3600"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
