import HTTPTransport
import Testing

@testable import Twitch

@Suite struct `Asking Helix again` {
    @Test func `a 5xx, a reset and a spoilt body pass after jittered waits`() async throws {
        let twitch = TwitchUnderTest { _, index in
            switch index {
            case 0: HTTPResponse(status: 500, body: Array("<html>oops</html>".utf8))
            case 1: throw HTTPTransportError.connectionLost("reset")
            case 2: .json("<html>")
            case 3: .json(#"{"data":null}"#)
            default: .streams([1])
            }
        }
        let page = try await twitch.helix.get(GetStreams(), deadline: twitch.soon)
        #expect(page.items.count == 1)
        #expect(twitch.helix.requestCount == 5)
        #expect(twitch.time.sleeps == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4)])
    }

    @Test func `the last failure is told with status and beginning of the body`() async throws {
        let twitch = TwitchUnderTest { _, _ in HTTPResponse(status: 503, body: Array("<html>\nbusy".utf8)) }
        await #expect(throws: TwitchError.serverFailed(path: "/streams", status: 503, body: "<html> busy", attempts: 5))
        {
            try await twitch.helix.get(GetStreams(), deadline: twitch.soon)
        }
    }

    @Test(arguments: [400, 403, 404, 410])
    func `other refusals are not repeated`(status: Int) async throws {
        let twitch = TwitchUnderTest { _, _ in .error(status, "no") }
        let error = await #expect(throws: TwitchError.self) {
            try await twitch.helix.get(GetStreams(), deadline: twitch.soon)
        }
        #expect(error?.isPermanent == true)
        #expect(twitch.http.helixRequests.count == 1)
    }

    @Test func `what cannot pass is not repeated`() async throws {
        let twitch = TwitchUnderTest { _, _ in throw HTTPTransportError.notTrusted("self-signed") }
        await #expect(throws: TwitchError.noAnswer(path: "/streams", .notTrusted("self-signed"), attempts: 1)) {
            try await twitch.helix.get(GetStreams(), deadline: twitch.soon)
        }
    }

    @Test func `nothing begins after the deadline`() async throws {
        let twitch = TwitchUnderTest { _, _ in .streams([1]) }
        await #expect(throws: TwitchError.deadlineReached(path: "/oauth2/token")) {
            try await twitch.helix.get(GetStreams(), deadline: twitch.time.now)
        }
        #expect(twitch.http.requests.isEmpty)
    }

    @Test func `a wait that would pass the deadline is not begun`() async throws {
        let twitch = TwitchUnderTest { _, _ in HTTPResponse(status: 500) }
        await #expect(throws: TwitchError.serverFailed(path: "/streams", status: 500, body: "", attempts: 2)) {
            try await twitch.helix.get(GetStreams(), deadline: twitch.time.now + .seconds(1))
        }
        #expect(twitch.time.sleeps == [.milliseconds(500)])
    }

    @Test func `no exchange may outlast the deadline`() async throws {
        let twitch = TwitchUnderTest { _, _ in .streams([1]) }
        _ = try await twitch.helix.get(GetStreams(), deadline: twitch.time.now + .seconds(3))
        #expect(twitch.http.helixRequests.map(\.timeout) == [.seconds(3)])
    }
}

@Suite struct `The rate limit` {
    @Test(arguments: ["0", nil] as [String?])
    func `a 429 without points waits for the reset`(remaining: String?) async throws {
        let time = ManualTime()
        let reset = Int(time.now.components.seconds) + 20
        let twitch = TwitchUnderTest(time: time) { _, index in
            guard index == 0 else { return .streams([1]) }
            var headers: HTTPHeaders = ["ratelimit-limit": "800", "ratelimit-reset": "\(reset)"]
            headers["Ratelimit-Remaining"] = remaining
            return .error(429, "slow down", headers: headers)
        }
        _ = try await twitch.helix.get(GetStreams(), deadline: twitch.soon)
        #expect(time.now >= .seconds(reset))
        #expect(time.now < .seconds(reset + 2))
    }

    @Test func `a 429 with points left is an endpoint's own limit and only backs off`() async throws {
        let twitch = TwitchUnderTest { _, index in
            index > 0
                ? .streams([1])
                : .error(
                    429, "slow down",
                    headers: ["Ratelimit-Limit": "800", "Ratelimit-Remaining": "700", "Ratelimit-Reset": "9999999999"])
        }
        _ = try await twitch.helix.get(GetStreams(), deadline: twitch.soon)
        #expect(twitch.time.sleeps == [.milliseconds(500)])
    }

    @Test func `a reset beyond the deadline is an error at once`() async throws {
        let twitch = TwitchUnderTest { _, _ in
            .error(429, "slow down", headers: ["Ratelimit-Remaining": "0", "Ratelimit-Reset": "9999999999"])
        }
        await #expect(throws: TwitchError.rateLimited(path: "/streams", reset: 9_999_999_999, attempts: 1)) {
            try await twitch.helix.get(GetStreams(), deadline: twitch.soon)
        }
        #expect(twitch.time.sleeps.isEmpty)
    }

    @Test func `an empty bucket is waited for before asking`() {
        var limit = RateLimit()
        limit.note(["Ratelimit-Limit": "800", "Ratelimit-Remaining": "0", "Ratelimit-Reset": "1030"])
        #expect(limit.turn(at: .seconds(1000)) == .seconds(30))
        #expect(limit.turn(at: .seconds(1030)) == RateLimit.spacing)
    }

    @Test func `a full bucket lets requests through at once`() {
        var limit = RateLimit()
        limit.note(["Ratelimit-Limit": "800", "Ratelimit-Remaining": "799", "Ratelimit-Reset": "1001"])
        for _ in 0..<50 { #expect(limit.turn(at: .seconds(1000)) == .zero) }
    }

    @Test func `half empty or unknown, the rate is ten a second at most`() {
        for headers in [["Ratelimit-Limit": "800", "Ratelimit-Remaining": "399"], [:]] as [HTTPHeaders] {
            var limit = RateLimit()
            limit.note(headers)
            var now = Duration.seconds(1000)
            for _ in 0..<101 { now += limit.turn(at: now) }
            #expect(now == .seconds(1010))
        }
    }
}
