import Lambda
import Testing

/// Every state with every event: what is not named below is refused or ignored.
@Suite struct `The life of an execution environment` {
    typealias Phase = ExecutionEnvironment.Phase

    static let a = "request-a"
    static let b = "request-b"

    /// Each phase, reached by events alone.
    static let phases: [(name: String, environment: ExecutionEnvironment)] = [
        ("starting", make()),
        ("starting again", make { _ = $0.exited() }),
        ("init failed", make { _ = $0.initError() }),
        (
            "init failed again",
            make {
                _ = $0.exited(); _ = $0.initError()
            }
        ),
        ("restarting", make { _ = $0.timeUp() }),
        ("running", make { _ = $0.next() }),
        (
            "answered",
            make {
                _ = $0.next(); _ = $0.answer(a, .response)
            }
        ),
        (
            "ready",
            make {
                _ = $0.next(); _ = $0.answer(a, .response); _ = $0.next()
            }
        ),
        (
            "disconnected",
            make {
                _ = $0.next(); _ = $0.answer(a, .response); _ = $0.next(); $0.parkedConnectionLost()
            }
        ),
        (
            "awaited",
            make {
                _ = $0.next(); _ = $0.answer(a, .response); _ = $0.next(); $0.parkedConnectionLost(); _ = $0.begin(b)
            }
        ),
        ("ended", make { _ = $0.shutDown() }),
    ]

    static func make(_ events: (inout ExecutionEnvironment) -> Void = { _ in }) -> ExecutionEnvironment {
        var environment = ExecutionEnvironment(for: a)
        events(&environment)
        return environment
    }

    static func each<Result>(_ event: (inout ExecutionEnvironment) -> Result) -> [(String, Result, Phase)] {
        phases.map { name, environment in
            var environment = environment
            let result = event(&environment)
            return (name, result, environment.phase)
        }
    }

    func check<Result: Equatable>(
        _ event: (inout ExecutionEnvironment) -> Result, _ expected: [String: (Result, Phase)],
        source: SourceLocation = #_sourceLocation
    ) {
        #expect(expected.count == Self.phases.count, sourceLocation: source)
        for (name, result, phase) in Self.each(event) {
            #expect(result == expected[name]?.0, "\(name)", sourceLocation: source)
            #expect(phase == expected[name]?.1, "\(name)", sourceLocation: source)
        }
    }

    static func refused(_ from: String, _ to: String) -> RuntimeRefusal {
        .invalidStateTransition(from: from, to: to)
    }

    @Test func `each phase is reached by its events`() {
        let phases = Self.phases.map(\.environment.phase)
        #expect(
            phases == [
                .starting(.first, for: Self.a), .starting(.second, for: Self.a), .initFailed(.first, for: Self.a),
                .initFailed(.second, for: Self.a), .restarting(for: Self.a), .running(Self.a), .answered(Self.a),
                .ready, .disconnected(pending: nil), .disconnected(pending: Self.b), .ended,
            ])
    }

    @Test func `begin`() {
        check(
            { $0.begin(Self.b) },
            [
                "starting": (.refuse, .starting(.first, for: Self.a)),
                "starting again": (.refuse, .starting(.second, for: Self.a)),
                "init failed": (.refuse, .initFailed(.first, for: Self.a)),
                "init failed again": (.refuse, .initFailed(.second, for: Self.a)),
                "restarting": (.refuse, .restarting(for: Self.a)),
                "running": (.refuse, .running(Self.a)),
                "answered": (.refuse, .answered(Self.a)),
                "ready": (.deliver, .running(Self.b)),
                "disconnected": (.wait, .disconnected(pending: Self.b)),
                "awaited": (.refuse, .disconnected(pending: Self.b)),
                "ended": (.refuse, .ended),
            ])
    }

    @Test func `next`() {
        check(
            { $0.next() },
            [
                "starting": (.deliver(endsInit: true), .running(Self.a)),
                "starting again": (.deliver(endsInit: false), .running(Self.a)),
                "init failed": (.refuse(Self.refused("InitError", "Ready")), .initFailed(.first, for: Self.a)),
                "init failed again": (.refuse(Self.refused("InitError", "Ready")), .initFailed(.second, for: Self.a)),
                "restarting": (.refuse(Self.refused("Started", "Ready")), .restarting(for: Self.a)),
                "running": (.deliverAgain, .running(Self.a)),
                "answered": (.park, .ready),
                "ready": (.park, .ready),
                "disconnected": (.park, .ready),
                "awaited": (.deliver(endsInit: false), .running(Self.b)),
                "ended": (.refuse(Self.refused("Exited", "Ready")), .ended),
            ])
    }

    @Test(arguments: [ExecutionEnvironment.AnswerKind.response, .error])
    func `an answer with the right id`(kind: ExecutionEnvironment.AnswerKind) {
        check(
            { $0.answer(Self.a, kind) },
            [
                "starting": (.refuse(.invalidRequestID), .starting(.first, for: Self.a)),
                "starting again": (.refuse(.invalidRequestID), .starting(.second, for: Self.a)),
                "init failed": (.refuse(.invalidRequestID), .initFailed(.first, for: Self.a)),
                "init failed again": (.refuse(.invalidRequestID), .initFailed(.second, for: Self.a)),
                "restarting": (.refuse(.invalidRequestID), .restarting(for: Self.a)),
                "running": (.accept, .answered(Self.a)),
                "answered": (
                    .refuse(Self.refused("RuntimeResponseSentState", kind.rawValue)), .answered(Self.a)
                ),
                "ready": (.refuse(.invalidRequestID), .ready),
                "disconnected": (.refuse(.invalidRequestID), .disconnected(pending: nil)),
                "awaited": (.refuse(.invalidRequestID), .disconnected(pending: Self.b)),
                "ended": (.refuse(.invalidRequestID), .ended),
            ])
    }

    @Test func `an answer with a foreign id is refused in every phase and changes nothing`() {
        for (index, result) in Self.each({ $0.answer("stranger", .response) }).enumerated() {
            #expect(result.1 == .refuse(.invalidRequestID))
            #expect(result.2 == Self.phases[index].environment.phase)
        }
    }

    @Test func `init error`() {
        let target = "InitError"
        check(
            { $0.initError() },
            [
                "starting": (.accept, .initFailed(.first, for: Self.a)),
                "starting again": (.accept, .initFailed(.second, for: Self.a)),
                "init failed": (.refuse(Self.refused("InitError", target)), .initFailed(.first, for: Self.a)),
                "init failed again": (.refuse(Self.refused("InitError", target)), .initFailed(.second, for: Self.a)),
                "restarting": (.refuse(Self.refused("Started", target)), .restarting(for: Self.a)),
                "running": (.refuse(Self.refused("Running", target)), .running(Self.a)),
                "answered": (.refuse(Self.refused("RuntimeResponseSentState", target)), .answered(Self.a)),
                "ready": (.refuse(Self.refused("Ready", target)), .ready),
                "disconnected": (.refuse(Self.refused("Ready", target)), .disconnected(pending: nil)),
                "awaited": (.refuse(Self.refused("Ready", target)), .disconnected(pending: Self.b)),
                "ended": (.refuse(Self.refused("Exited", target)), .ended),
            ])
    }

    @Test func `the parked connection is lost`() {
        for (index, result) in Self.each({ $0.parkedConnectionLost() }).enumerated() {
            let before = Self.phases[index].environment.phase
            #expect(result.2 == (before == .ready ? .disconnected(pending: nil) : before))
        }
    }

    @Test func `the process exits`() {
        check(
            { $0.exited() },
            [
                "starting": (.restart, .starting(.second, for: Self.a)),
                "starting again": (.fail(Self.a), .ended),
                "init failed": (.restart, .starting(.second, for: Self.a)),
                "init failed again": (.fail(Self.a), .ended),
                "restarting": (.restart, .starting(.second, for: Self.a)),
                "running": (.fail(Self.a), .ended),
                "answered": (.kill, .ended),
                "ready": (.kill, .ended),
                "disconnected": (.kill, .ended),
                "awaited": (.fail(Self.b), .ended),
                "ended": (.nothing, .ended),
            ])
    }

    @Test func `the time is up`() {
        check(
            { $0.timeUp() },
            [
                "starting": (.killToRestart, .restarting(for: Self.a)),
                "starting again": (.fail(Self.a), .ended),
                "init failed": (.killToRestart, .restarting(for: Self.a)),
                "init failed again": (.fail(Self.a), .ended),
                "restarting": (.nothing, .restarting(for: Self.a)),
                "running": (.fail(Self.a), .ended),
                "answered": (.kill, .ended),
                "ready": (.nothing, .ready),
                "disconnected": (.nothing, .disconnected(pending: nil)),
                "awaited": (.fail(Self.b), .ended),
                "ended": (.nothing, .ended),
            ])
    }

    @Test func `the process cannot be started`() {
        for (index, result) in Self.each({ $0.couldNotStart() }).enumerated() {
            switch Self.phases[index].environment.phase {
            case .starting: #expect(result.1 == .fail(Self.a) && result.2 == .ended)
            case let before: #expect(result.1 == .nothing && result.2 == before)
            }
        }
    }

    @Test func `shut down`() {
        check(
            { $0.shutDown() },
            [
                "starting": (.fail(Self.a), .ended), "starting again": (.fail(Self.a), .ended),
                "init failed": (.fail(Self.a), .ended), "init failed again": (.fail(Self.a), .ended),
                "restarting": (.fail(Self.a), .ended), "running": (.fail(Self.a), .ended),
                "answered": (.kill, .ended), "ready": (.kill, .ended), "disconnected": (.kill, .ended),
                "awaited": (.fail(Self.b), .ended), "ended": (.nothing, .ended),
            ])
    }

    /// Whatever a bootstrap does, in whatever order, an invocation is answered at most once.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func `no sequence of events answers an invocation twice`(seed: UInt64) {
        var random = SplitMix(state: seed)
        var environment = ExecutionEnvironment(for: "0")
        var open: Set<String> = ["0"]
        for step in 1...60 {
            let id = String(Int(random.next() % UInt64(step)))
            var answered: String?
            switch random.next() % 8 {
            case 0:
                if environment.begin(String(step)) != .refuse { open.insert(String(step)) }
            case 1: _ = environment.next()
            case 2, 3: if environment.answer(id, .response) == .accept { answered = id }
            case 4: _ = environment.initError()
            case 5: environment.parkedConnectionLost()
            case 6: if case .fail(let failed) = environment.exited() { answered = failed }
            default: if case .fail(let failed) = environment.timeUp() { answered = failed }
            }
            if let answered { #expect(open.remove(answered) != nil) }
        }
    }
}

/// A small seeded generator: the same seed, the same sequence.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
