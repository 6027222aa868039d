import RapportPluginKit

@main
struct DiaryMain {
    static func main() async { await PluginMain.run(DiaryChannel.self) }
}
