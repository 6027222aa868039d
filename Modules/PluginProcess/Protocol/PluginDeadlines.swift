/// How long a child may take. Reading counts from message to message, and only while nobody holds it back.
public struct PluginDeadlines: Sendable, Hashable {
    public var hello: Duration
    public var start: Duration
    public var probe: Duration
    public var send: Duration
    public var read: Duration
    public var receive: Duration
    public var duty: Duration
    public var ping: Duration
    public var stop: Duration

    public init(
        hello: Duration = .seconds(10), start: Duration = .seconds(30), probe: Duration = .seconds(25),
        send: Duration = .seconds(60),
        read: Duration = .seconds(300), receive: Duration = .seconds(10), duty: Duration = .seconds(60),
        ping: Duration = .seconds(10),
        stop: Duration = .seconds(5)
    ) {
        self.hello = hello
        self.start = start
        self.probe = probe
        self.send = send
        self.read = read
        self.receive = receive
        self.duty = duty
        self.ping = ping
        self.stop = stop
    }
}
