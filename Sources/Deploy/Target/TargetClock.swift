import Foundation
import HTTPTransport

/// The time by which a target works: AWS's is everybody's, an emulator's may stand still or run ahead.
struct TargetClock: Sendable {
    /// How long to wait in real time before looking at the target again.
    let pause: Duration
    private let control: Control?
    private let http: any HTTPClient

    /// The emulator's own file for whoever may move its clock.
    private struct Control: Decodable, Sendable {
        let endpoint: String
        let token: String
    }

    /// - Parameter state: the state folder of a local emulator, whose token lies there unless `RIVULET_CONTROL_TOKEN` is
    ///   set. Without either the time is this machine's.
    init(
        _ target: DeployTarget, state: String, environment: [String: String], http: any HTTPClient = CurlClient()
    ) {
        self.http = http
        guard case .local(let endpoint) = target else {
            (pause, control) = (.seconds(15), nil)
            return
        }
        pause = .milliseconds(500)
        if let token = environment["RIVULET_CONTROL_TOKEN"] {
            control = Control(endpoint: endpoint, token: token)
        } else {
            control = FileManager.default.contents(atPath: "\(state)/control.json")
                .flatMap { try? JSONDecoder().decode(Control.self, from: $0) }
                .flatMap { $0.endpoint == endpoint ? $0 : nil }
        }
    }

    /// The target's time.
    ///
    /// - Throws: `DeployError.noTime` when an emulator whose clock may be asked does not tell: this machine's time in its
    ///   stead could end a trial before it began.
    func now() async throws -> Date {
        struct Answer: Decodable { let now_ms: Double }
        guard let control else { return Date() }
        let request = HTTPRequest(
            url: "\(control.endpoint)/_rivulet/clock", headers: ["X-Rivulet-Token": control.token],
            timeout: .seconds(30))
        let response: HTTPResponse
        do {
            response = try await http.send(request)
        } catch {
            throw DeployError.noTime(control.endpoint, "\(error)")
        }
        guard response.status == 200,
            let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body))
        else { throw DeployError.noTime(control.endpoint, "status \(response.status)") }
        return Date(timeIntervalSince1970: answer.now_ms / 1000)
    }
}
