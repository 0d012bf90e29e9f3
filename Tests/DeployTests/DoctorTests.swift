import Foundation
import HTTPTransport
import Testing

@testable import RivuletDeploy

@Suite struct `The doctor` {
    @Test(
        arguments: [
            (1000, nil, Check.State.passed), (1000, #"{"extract":400,"enrich":500}"#, .passed),
            (1000, #"{"extract":400,"enrich":501}"#, .failed), (10, nil, .noted), (10, #"{"extract":1}"#, .failed),
            (5, nil, .failed), (1000, "not JSON", .passed),
        ] as [(Int, String?, Check.State)])
    func `compares what is set aside with the account's quota`(limit: Int, reserved: String?, state: Check.State) {
        let check = Doctor.concurrency(limit: limit, reserved: reserved)
        #expect(check.state == state)
        #expect((check.remedy == nil) == (state == .passed))
    }
}

@Suite struct `Profiles` {
    private static let files = [
        "/h/.aws/credentials": """
        # keys
        [default]
        aws_access_key_id = D
        aws_secret_access_key=DS

        [ana]
        aws_access_key_id = A
        aws_secret_access_key = AS
        aws_session_token = AT
        [role]
        aws_access_key_id = R
        aws_secret_access_key = RS
        """,
        "/h/.aws/config": """
        [default]
        region = eu-west-1
        [profile ana]
        region = sa-east-1
        s3 =
          max_concurrent_requests = 20
        [profile role]
        role_arn = arn:aws:iam::1:role/x
        [profile empty]
        region = us-east-2
        """,
    ]

    private func variables(_ environment: [String: String]) async throws -> [String: String] {
        let all = ["HOME": "/h", "PATH": "/nowhere"].merging(environment) { $1 }
        return try await SharedProfile(all) { Self.files[$0] }.variables().filter { $0.key.hasPrefix("AWS_") }
    }

    @Test func `keys of the environment win over every profile`() async throws {
        let own = ["AWS_ACCESS_KEY_ID": "E", "AWS_PROFILE": "ana"]
        #expect(try await variables(own) == own)
    }

    @Test func `a named profile gives its keys, its token and its region`() async throws {
        let ana = ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "AS", "AWS_SESSION_TOKEN": "AT"]
        #expect(
            try await variables(["AWS_PROFILE": "ana"]) == ana.merging(["AWS_REGION": "sa-east-1"]) { $1 })
        #expect(
            try await variables(["AWS_PROFILE": "ana", "AWS_REGION": "us-west-2"])
                == ana.merging(["AWS_REGION": "us-west-2"]) { $1 })
    }

    @Test func `the default one counts without being named, and its absence is no error`() async throws {
        #expect(try await variables([:])["AWS_ACCESS_KEY_ID"] == "D")
        #expect(try await variables(["HOME": "/elsewhere"]) == [:])
    }

    @Test func `each refusal says what to do`() async {
        await #expect(throws: ProfileError.unknown("bea")) { try await variables(["AWS_PROFILE": "bea"]) }
        await #expect(throws: ProfileError.noKeys("empty")) { try await variables(["AWS_PROFILE": "empty"]) }
        await #expect(throws: ProfileError.needsCommand("role")) { try await variables(["AWS_PROFILE": "role"]) }
    }
}

@Suite struct `A target's clock` {
    private struct Emulator: HTTPClient {
        func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            guard request.headers["X-Rivulet-Token"] == "t", request.url == "http://e/_rivulet/clock" else {
                return HTTPResponse(status: 403)
            }
            return HTTPResponse(
                status: 200, body: Array(#"{"now":"2030-01-01T00:00:00Z","now_ms":1893456000000}"#.utf8))
        }
    }

    private func clock(_ target: DeployTarget, token: String?) -> TargetClock {
        TargetClock(
            target, state: "/nowhere", environment: token.map { ["RIVULET_CONTROL_TOKEN": $0] } ?? [:], http: Emulator()
        )
    }

    @Test func `is the emulator's, and this machine's where there is no other`() async throws {
        let virtual = Date(timeIntervalSince1970: 1_893_456_000)
        #expect(try await clock(.local(endpoint: "http://e"), token: "t").now() == virtual)
        for clock in [clock(.local(endpoint: "http://e"), token: nil), clock(.aws, token: "t")] {
            #expect(abs(try await clock.now().timeIntervalSinceNow) < 60)
        }
    }

    @Test func `is never this machine's in the stead of an emulator that does not tell`() async {
        await #expect(throws: DeployError.noTime("http://e", "status 403")) {
            try await clock(.local(endpoint: "http://e"), token: "wrong").now()
        }
    }
}
