import AWSClient
import Testing

@testable import Handlers

/// A step is struck at one request after another, when the request has had its effect, and called again as its caller would:
/// the world must end as if nothing had happened. (Before its effect would be after the one before.)
@Suite struct `A step that is cut off` {
    static let streams: [JSON] =
        (0..<12).map { FakeTwitch.stream($0) } + [FakeTwitch.stream(3), FakeTwitch.stream(40, viewers: 3)]

    /// Where the ledger stands when the process has died, whichever request that was.
    static let statusesOfDeath: [PipelineFunction: Set<String>] = [
        .extract: ["pending"], .enrich: ["pending", "filling-games", "filling-channels", "success"],
    ]

    @Test(arguments: PipelineFunction.allCases, World.Trouble.allCases)
    func `anywhere, leaves the same world once it is repeated`(
        step: PipelineFunction, trouble: World.Trouble
    ) async throws {
        let (before, event) = try await Self.world(before: step)
        let undisturbed = World(before)
        let answer = try await undisturbed.call(step, event)
        let requests = before.requests.count..<undisturbed.read(\.requests.count)
        #expect(requests.count >= 3)
        var statuses: Set<String> = []
        for request in requests {
            let world = World(before)
            world.plan(trouble, at: request)
            let first = try? await world.call(step, event)
            let status = world.rows("pulls").first?["status"]?.string ?? ""
            statuses.insert(status)
            // Never success with gaps: who reads it finds all there is.
            if step == .enrich, status == "success" {
                #expect(world.traces == undisturbed.traces, "success too early: \(trouble) at request \(request)")
            }
            let second = try await world.call(step, event)
            #expect(world.traces == undisturbed.traces, "\(trouble) at request \(request)")
            // A store that dies reports its messages as failed, and then not; an enrich repeated knows what it fetched.
            if step != .enrich { #expect(second == answer || first == answer, "\(trouble) at request \(request)") }
        }
        if let expected = Self.statusesOfDeath[step] {
            #expect(trouble == .death ? statuses == expected : statuses.contains("failed"))
        }
    }

    /// One run, each process of which is killed after a few requests, until one comes to its end.
    @Test(arguments: 0..<20)
    func `again and again, comes to its end all the same`(seed: UInt64) async throws {
        var random = Xorshift(seed: seed)
        let (undisturbed, world) = (World(streams: Self.streams), World(streams: Self.streams))
        var event = try World.event("extract-schedule")
        var deaths = 0
        for step in [PipelineFunction.extract, .enrich, .publishToQueue, .silverJob, .goldJob] {
            let answer = try await undisturbed.call(step, event)
            var end: JSON?
            for attempt in 0..<200 where end == nil {
                world.plan(.death, at: world.read(\.requests.count) + random.next(4 + attempt))
                end = try? await world.call(step, event)
                if end == nil { deaths += 1 }
            }
            #expect(end != nil, "\(step) never came to its end")
            if step != .publishToQueue { event = answer }
        }
        #expect(deaths > 0)
        #expect(world.traces == undisturbed.traces)
        #expect(world.rows("pulls").count == 1)
    }

    /// The world as it stands before a step, and the step's event.
    private static func world(before step: PipelineFunction) async throws -> (World.State, JSON) {
        let world = World(streams: streams)
        var event = try World.event("extract-schedule")
        for earlier in PipelineFunction.allCases {
            if step == .sqsToStore, earlier == step { event = world.batch() }
            guard earlier != step else { break }
            // The queue's consumer stands beside the line of steps.
            let answer = try await world.call(earlier, earlier == .sqsToStore ? world.batch() : event)
            if ![.publishToQueue, .sqsToStore].contains(earlier) { event = answer }
        }
        return (world.read { $0 }, event)
    }
}

extension World {
    /// All that outlives a step, but for instants and counted attempts.
    fileprivate var traces: [[String]] {
        read { state in
            let ledger = ["run_id", "status", "rows", "pages", "duplicates", "bronze_key", "enriched_key"]
            let rows = ["realtime", "games", "users", "pulls"].map { table in
                (state.dynamoDB.tables[table] ?? []).map { row in
                    row.filter { table == "pulls" ? ledger.contains($0.key) : $0.key != "asked_at" }.sorted {
                        $0.key < $1.key
                    }
                    .map { "\($0.key)=\($0.value)" }.joined(separator: " ")
                }.sorted()
            }
            let objects = state.s3.objects.map { "\($0.key) \($0.value.body.hashValue)" }.sorted()
            return rows + [objects, Set(state.messages.map(\.body)).sorted()]
        }
    }
}
