import AWSProtocol
import EmulatorClock
import HTTPTransport

@testable import TwitchSimulator

/// The simulator behind the world's HTTP client, in the world's time.
struct SimulatedTwitch: Sendable {
    let source: TwitchSimulator.Source
    let simulator: TwitchSimulator
    private let clock: WorldClock

    static func source(seed: UInt64, channelCount: Int) -> TwitchSimulator.Source {
        .world(.init(seed: seed, channelCount: channelCount))
    }

    init(_ world: World, _ source: TwitchSimulator.Source, defects: TwitchDefects) {
        self.source = source
        clock = WorldClock(world: world)
        simulator = TwitchSimulator(
            source, application: TwitchApplication(clientID: "client", clientSecret: "s3cret"), clock: clock,
            defects: defects)
    }

    var now: Timestamp { clock.now }

    func set(_ instant: Timestamp) {
        clock.set(instant)
    }

    /// The streams that are live now, by id.
    var truth: [String: Stream] {
        guard case .world(let world) = source else { return [:] }
        return Dictionary(world.streams(at: clock.now).map { (String($0.id), $0) }) { first, _ in first }
    }

    /// Whether a stream has been away or its viewers have changed since then, so that it may have passed a page's end.
    func hasMoved(_ id: String, since instant: Timestamp) -> Bool {
        guard let stream = truth[id] else { return true }
        let viewers = stream.viewers(at: now)
        return (instant.seconds...now.seconds + 60).contains { second in
            let then = Timestamp(milliseconds: second * 1000)
            return !stream.session.contains(then) || stream.viewers(at: then) != viewers
        }
    }

    /// Answers as a transport would: too late or half is no answer.
    func send(_ request: HTTPTransport.HTTPRequest) async throws -> HTTPTransport.HTTPResponse {
        let sent = clock.now
        let response = await simulator.respond(to: Self.wire(request))
        let patience = sent + request.timeout
        if clock.now > patience {
            clock.set(patience)
            throw HTTPTransportError.timedOut
        }
        guard case .bytes(let bytes) = response.body else {
            throw HTTPTransportError.connectionLost("the connection was reset")
        }
        return HTTPTransport.HTTPResponse(
            status: response.status,
            headers: HTTPTransport.HTTPHeaders(response.headers.fields.map { ($0.name, $0.value) }), body: bytes)
    }

    private static func wire(_ request: HTTPTransport.HTTPRequest) -> AWSProtocol.HTTPRequest {
        let target = request.url.dropFirst("http://twitch.test".count).split(separator: "?", maxSplits: 1)
        var headers = AWSProtocol.HTTPHeaders()
        for (name, value) in request.headers.pairs { headers.add(name, value) }
        return AWSProtocol.HTTPRequest(
            method: request.method, path: String(target[0]), query: target.count > 1 ? String(target[1]) : "",
            headers: headers, body: .bytes(request.body))
    }
}

/// The world's time; whoever sleeps moves it.
struct WorldClock: Timekeeper {
    let world: World

    var now: Timestamp { Timestamp(milliseconds: world.read(\.now).milliseconds) }

    func set(_ instant: Timestamp) {
        world.change { $0.now = .milliseconds(instant.milliseconds) }
    }

    func sleep(until deadline: Timestamp) async throws {
        if deadline > now { set(deadline) }
    }

    /// Rings at once: in this world nobody waits.
    func alarm(at instant: Timestamp, for purpose: String, _ ring: @escaping @Sendable () async -> Void) -> Alarm {
        set(max(now, instant))
        let ringing = Task { await ring() }
        return Alarm { ringing.cancel() }
    }
}
