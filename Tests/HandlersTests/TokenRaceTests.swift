import AWSClient
import HTTPTransport
import LambdaRuntime
import Synchronization
import Testing
import Twitch
import TwitchSimulator

@testable import Handlers

/// Lets one request of several instances through at a time; which of those that wait is told by a seed.
private final class Interleaving: Sendable {
    private struct State {
        var random: Xorshift
        /// Instances that are at work, and not at a request.
        var working = 0
        var waiting: [(instance: Int, continuation: CheckedContinuation<Void, Never>)] = []

        /// The next one to go on, once all have come to a request or to their end.
        mutating func next() -> CheckedContinuation<Void, Never>? {
            guard working == 0, !waiting.isEmpty else { return nil }
            working = 1
            // Threads arrive in any order; the choice must not depend on it.
            waiting.sort { $0.instance < $1.instance }
            return waiting.remove(at: random.next(waiting.count)).continuation
        }
    }

    private let state: Mutex<State>

    init(seed: UInt64) {
        state = Mutex(State(random: Xorshift(seed: seed)))
    }

    func begin(_ instances: Int) {
        state.withLock { $0.working = instances }
    }

    func turn(of instance: Int) async {
        await withCheckedContinuation { continuation in
            let next = state.withLock { state in
                state.working -= 1
                state.waiting.append((instance, continuation))
                return state.next()
            }
            next?.resume()
        }
    }

    func end() {
        let next = state.withLock { state in
            state.working -= 1
            return state.next()
        }
        next?.resume()
    }
}

/// One function instance: its own process, as far as Twitch and the table can tell.
private final class Instance: HTTPClient {
    private let number: Int
    private let world: World
    private let order: Interleaving
    /// Requests until it dies; nil when it lives.
    private let life: Mutex<Int?>

    init(_ number: Int, _ world: World, _ order: Interleaving, life: Int? = nil) {
        self.number = number
        self.world = world
        self.order = order
        self.life = Mutex(life)
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        await order.turn(of: number)
        let response = try await world.send(request)
        let isOver = life.withLock { life in
            life = life.map { $0 - 1 }
            return life == 0
        }
        if isOver { throw World.Crash() }
        return response
    }

    func helix() throws -> HelixClient {
        let environment = World.environment.merging(["TOKENS_TABLE": "tokens"]) { _, given in given }
        let time = TimeAndChance(
            now: { [world] in world.read(\.now) },
            sleep: { [world, order, number] duration in
                await order.turn(of: number)
                world.change { $0.now += duration }
            }, random: { 0.5 })
        let services = try Services(
            environment: environment, http: self, time: time, logger: LambdaLogger(output: { _ in }))
        return try TwitchSettings(Settings(environment)).helix(services)
    }
}

@Suite(.timeLimit(.minutes(2))) struct `Instances that share one token` {
    private let world = World()
    private let twitch: SimulatedTwitch

    init() {
        twitch = SimulatedTwitch(world, SimulatedTwitch.source(seed: 3, channelCount: 50), defects: .none)
        world.use(twitch)
    }

    /// One page for each instance, all at once; nil for those that got none.
    private func race(_ clients: [HelixClient], _ order: Interleaving) async -> [HelixPage<GetStreams.Item>?] {
        let deadline = world.read(\.now) + .seconds(600)
        order.begin(clients.count)
        return await withTaskGroup(of: (Int, HelixPage<GetStreams.Item>?).self) { group in
            for (number, helix) in clients.enumerated() {
                group.addTask {
                    defer { order.end() }
                    return (number, try? await helix.get(GetStreams(first: 1), deadline: deadline))
                }
            }
            return await group.reduce(into: Array(repeating: nil, count: clients.count)) { $0[$1.0] = $1.1 }
        }
    }

    private var tokens: [String] {
        world.requests(to: "/helix/streams").compactMap { $0.headers["Authorization"] }
    }

    @Test(arguments: 0..<60)
    func `ask for it once when they start together, and once more when it died`(seed: UInt64) async throws {
        let order = Interleaving(seed: seed)
        let clients = try (0..<3).map { try Instance($0, world, order).helix() }
        #expect(await race(clients, order).allSatisfy { $0 != nil })
        #expect(world.requests(to: "/oauth2/token").count == 1)
        #expect(tokens.count == 3 && Set(tokens).count == 1)
        // Each meets the 401 with the token that it holds, and goes on with the one that the first of them brought.
        twitch.simulator.revokeTokens()
        #expect(await race(clients, order).allSatisfy { $0 != nil })
        #expect(world.requests(to: "/oauth2/token").count == 2)
        #expect(tokens.count == 9 && Set(tokens).count == 2)
        #expect(world.rows("tokens").count == 1)
        #expect(world.rows("tokens").first?["issue_number"] == .n("2"))
    }

    @Test(arguments: 0..<60)
    func `renew it once, before its end`(seed: UInt64) async throws {
        let order = Interleaving(seed: seed)
        let clients = try (0..<3).map { try Instance($0, world, order).helix() }
        #expect(await race(clients, order).allSatisfy { $0 != nil })
        world.change { $0.now += .seconds(5_011_271 - 59) }
        #expect(await race(clients, order).allSatisfy { $0 != nil })
        #expect(world.requests(to: "/oauth2/token").count == 2)
        #expect(tokens.count == 6, "nobody met a refusal")
    }

    /// Anywhere: before its turn, in it, with a token in hand that it has not written.
    @Test(arguments: 0..<60)
    func `go on when one of them dies`(seed: UInt64) async throws {
        let order = Interleaving(seed: seed)
        let clients = try (0..<3).map {
            try Instance($0, world, order, life: $0 == 0 ? 1 + Int(seed % 6) : nil).helix()
        }
        let pages = await race(clients, order)
        #expect(pages.dropFirst().allSatisfy { $0 != nil })
        #expect((1...2).contains(world.requests(to: "/oauth2/token").count))
        let stored = try #require(world.rows("tokens").first?["access_token"]?.string)
        #expect(tokens.last == "Bearer \(stored)")
    }
}
