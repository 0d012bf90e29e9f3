import EmulatorClock
import Foundation
import Lambda
import Testing

@Suite struct `Invoking a bootstrap` {
    @Test func `an event comes back from a real process`() async throws {
        try await World.run { world in
            let echo = try await world.make("echo")
            let result = try await world.invoke(echo, #"{"name":"Zoë"}"#)
            #expect(result.text == #"{"name":"Zoë"}"#)
            #expect(result.functionError == nil)
            #expect(result.report.initDuration != nil)
            #expect(result.report.maxMemoryUsed > 0)
        }
    }

    @Test func `a second event finds the environment warm`() async throws {
        try await World.run { world in
            let pid = try await world.make("pid")
            let first = try await world.invoke(pid)
            let second = try await world.invoke(pid)
            #expect(first.text == second.text)
            #expect(second.report.initDuration == nil)
        }
    }
}
