import FoundationEssentials
import LambdaRuntime
import Testing

@testable import Handlers

@Suite struct `The health event` {
    private struct Echo: RawLambdaHandler {
        func handle(payload: [UInt8], context: LambdaContext) async throws -> [UInt8] { payload }
    }

    private func answer(_ payload: String) async throws -> String {
        let handler = HealthEvent(.silverJob, before: Echo())
        let context = LambdaContext(
            requestID: "r", deadline: Date(timeIntervalSince1970: 9),
            logger: LambdaLogger(level: .error, output: { _ in }),
            now: { Date(timeIntervalSince1970: 0) })
        return String(decoding: try await handler.handle(payload: Array(payload.utf8), context: context), as: UTF8.self)
    }

    @Test func `is answered with the function's name, and reaches no function`() async throws {
        #expect(try await answer(#"{"rivulet":"health"}"#) == #"{"function":"silverJob","healthy":true}"#)
    }

    @Test func `is that one text: every other event is the function's`() async throws {
        for event in [#"{"rivulet":"health","x":1}"#, "{}", #"{"health":true}"#] {
            #expect(try await answer(event) == event)
        }
    }
}
