import Foundation
import RapportCore
import RapportHost
import RapportPluginKit
import RapportStorage
import RapportTestKit
import Testing

@Suite("Instances of one plugin")
struct PluginInstanceTests {
    /// Says which instance it is, what it was told and what it kept, and ends when asked to.
    private static let program = """
        import json, os, sys
        def say(**m): print(json.dumps(m), flush=True)
        say(type="hello", protocol=1)
        for line in sys.stdin:
            m = json.loads(line)
            if m["type"] == "init":
                settings, kept = m["settings"], m["state"].get("count", 0)
                if settings["name"] == "broken": say(type="problem", re=m["id"], reason="no good name", option="name")
                else: say(type="ready", re=m["id"])
            if m["type"] == "probe":
                seen = [os.environ["RAPPORT_INSTANCE"], settings["name"], str(len(settings.get("key", ""))), str(kept)]
                seen.append(str(sorted(k for k in os.environ
                    # python3 may be a script of pyenv's, which sets these itself.
                    if k not in ("PATH", "LANG", "LC_CTYPE", "PWD", "OLDPWD", "SHLVL", "_") and "PYENV" not in k)))
                say(type="done", re=m["id"], findings=seen)
            for message in m.get("messages", []):
                kept += 1
                say(type="result", re=m["id"], message=message["id"], outcome="sent", state={"count": kept})
        """

    @Test(
        "each has its settings, its secret from the environment or a file, and its name; nothing of the host's environment is seen",
        arguments: DatabaseKind.available)
    func instances(kind: DatabaseKind) async throws {
        let plugins = FileManager.default.temporaryDirectory.appending(path: "instances-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: plugins, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: plugins) }
        try Data(Self.program.utf8).write(to: plugins.appending(path: "plugin.py"))
        try Data("from-a-file\n".utf8).write(to: plugins.appending(path: "secret"))
        let yaml = """
            id: channel.twin
            kind: channel
            version: 1.0.0
            summary: Is several.
            command: [python3, plugin.py]
            settings:
              name: {type: text, required: true, help: Its name.}
              key: {type: secret, help: Its secret.}
            """
        try Data(yaml.utf8).write(to: plugins.appending(path: "plugin.yaml"))
        let channels = """
            plugin_path: ['\(plugins.path)']
            channels:
              one: {plugin: channel.twin, name: Ann, key: {env: TWIN_KEY}}
              two: {plugin: channel.twin, name: Bo, key: {file: '\(plugins.path)/secret'}}
              three: {plugin: channel.twin, name: broken}
            """
        try await House.with(kind, channels, environment: ["TWIN_KEY": "s3cret"]) { house in
            let results = await withTaskGroup(of: ProbeResult.self, returning: [ProbeResult].self) { group in
                for instance in house.rapport.configuration.channels { group.addTask { await house.rapport.probe(instance) } }
                var results: [ProbeResult] = []
                for await result in group { results.append(result) }
                return results.sorted { $0.instance < $1.instance }
            }
            #expect(results.map(\.instance) == ["channels.one", "channels.three", "channels.two"])
            let environment = "['RAPPORT_INSTANCE', 'RAPPORT_PROTOCOL']"
            #expect(results[0].findings == ["one", "Ann", "6", "0", environment])
            #expect(results[2].findings == ["two", "Bo", "11", "0", environment])
            #expect(results[1].problem?.reason == "no good name")
            #expect(results[1].problem?.place?.path == "name")
            // What one keeps is its own, and is there after a restart.
            let message = OutgoingMessage(
                id: "m1", to: "ann@example.org", from: "shop@example.org", subject: "", text: "Hi", topicClass: "service",
                person: "p")
            for name in ["one", "one", "two"] {
                let channel = try house.rapport.channel(name)
                #expect(await channel.send([message])[0].isSent)
                await channel.cleanup()
            }
            let kept = try await house.rapport.database.read { db in
                try db.all("SELECT instance, value FROM plugin_state ORDER BY instance") { "\($0.text(0)) \($0.text(1))" }
            }
            #expect(kept == ["channels.one 2", "channels.two 1"])
        }
    }
}
