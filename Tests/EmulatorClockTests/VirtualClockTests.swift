import EmulatorClock
import Synchronization
import TestSupport
import Testing

private final class Woken: Sendable {
    let order = Mutex<[Int]>([])
}

@Suite struct `The virtual clock` {
    private let start = Timestamp(milliseconds: 1_772_388_000_000)

    @Test func `stands still while frozen and moves by hand`() {
        let clock = VirtualClock(frozenAt: start)
        clock.advance(by: .seconds(90))
        #expect(clock.now == start + .seconds(90))
        clock.advance(to: start)
        #expect(clock.now == start + .seconds(90), "a clock does not go back")
    }

    @Test func `runs on from any instant`() {
        let wall = Mutex(Timestamp(milliseconds: 5_000))
        let clock = VirtualClock(startingAt: start, wallClock: { wall.withLock { $0 } })
        wall.withLock { $0.milliseconds += 250 }
        #expect(clock.now == start + .milliseconds(250))
        clock.freeze()
        wall.withLock { $0.milliseconds += 1_000 }
        #expect(clock.now == start + .milliseconds(250))
        clock.resume()
        wall.withLock { $0.milliseconds += 50 }
        #expect(clock.now == start + .milliseconds(300))
    }

    @Test func `wakes sleepers in the order of their deadlines when it passes them`() async throws {
        let clock = VirtualClock(frozenAt: start)
        let woken = Woken()
        try await withThrowingTaskGroup { group in
            for seconds in [3, 1, 2] {
                group.addTask { [start] in
                    try await clock.sleep(until: start + .seconds(seconds))
                    woken.order.withLock { $0.append(seconds) }
                }
            }
            for seconds in 1...3 {
                try await eventually { clock.nextDeadline == start + .seconds(seconds) }
                clock.advance(to: start + .seconds(seconds))
                try await eventually { woken.order.withLock { $0.count } >= seconds }
            }
            try await group.waitForAll()
        }
        #expect(woken.order.withLock { $0 } == [1, 2, 3])
    }

    @Test func `returns at once for an instant that has passed`() async throws {
        let clock = VirtualClock(frozenAt: start)
        try await clock.sleep(until: start)
        try await clock.sleep(until: start - .seconds(1))
    }

    @Test func `a running clock wakes by real time`() async throws {
        let clock = VirtualClock(startingAt: start)
        try await clock.sleep(until: clock.now + .milliseconds(5))
        #expect(clock.now >= start + .milliseconds(5))
    }

    @Test func `a cancelled sleeper is told so and forgotten`() async throws {
        let clock = VirtualClock(frozenAt: start)
        let sleeper = Task { [start] in try await clock.sleep(until: start + .seconds(1)) }
        try await eventually { clock.nextDeadline != nil }
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
        #expect(clock.nextDeadline == nil)
    }

    @Test func `an alarm is set at once, rings once, and holds the clock unsettled while it rings`() async {
        let clock = VirtualClock(frozenAt: start)
        let (gate, opened) = AsyncStream<Void>.makeStream()
        let rings = Mutex(0)
        clock.alarm(at: start + .seconds(1), for: "a test") {
            for await _ in gate { break }
            rings.withLock { $0 += 1 }
        }
        #expect(clock.waits.map(\.purpose) == ["a test"])
        clock.advance(by: .seconds(5))
        #expect(clock.waits.isEmpty && clock.rung == 1)
        opened.yield()
        await clock.settled()
        #expect(rings.withLock { $0 } == 1)
    }

    @Test func `an alarm for an instant that has passed rings at once`() async {
        let clock = VirtualClock(frozenAt: start)
        let hasRung = Mutex(false)
        clock.alarm(at: start, for: "a test") { hasRung.withLock { $0 = true } }
        await clock.settled()
        #expect(hasRung.withLock { $0 })
    }

    @Test func `an alarm that was taken back never rings`() async {
        let clock = VirtualClock(frozenAt: start)
        let alarm = clock.alarm(at: start + .seconds(1), for: "a test") { Issue.record("it rang") }
        alarm.cancel()
        clock.advance(by: .seconds(2))
        await clock.settled()
        #expect(clock.rung == 0)
    }

    @Test func `a recurring alarm says whether it is work, and rings like any other`() async {
        let clock = VirtualClock(frozenAt: start)
        let isWork = Mutex(false)
        let rings = Mutex(0)
        clock.recurringAlarm(at: start + .seconds(1), for: "a round", isWork: { isWork.withLock { $0 } }) {
            rings.withLock { $0 += 1 }
        }
        clock.alarm(at: start + .seconds(2), for: "a test") {}
        #expect(clock.waits.map(\.isRecurring) == [true, false])
        #expect(clock.waits.map(\.isWork) == [false, true])
        isWork.withLock { $0 = true }
        #expect(clock.waits.map(\.isWork) == [true, true])
        clock.advance(by: .seconds(1))
        await clock.settled()
        #expect(rings.withLock { $0 } == 1)
    }
}
