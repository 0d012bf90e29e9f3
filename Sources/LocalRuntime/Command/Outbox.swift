import AWSProtocol
import ArgumentParser
import ControlPlane
import Foundation

/// `rivulet-local outbox`
struct OutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox",
        abstract: "Show what topics would have sent to people: mails, short messages, web calls.",
        discussion: "Nothing leaves the machine: a subscription by e-mail, SMS or HTTP ends here.")
    @OptionGroup var emulator: ControlOptions

    func run() async throws {
        try await emulator.run("GET", "outbox", text: Self.text)
    }

    private static func text(_ answer: JSONValue) -> String {
        let letters = answer["letters"]?.array ?? []
        guard !letters.isEmpty else { return "Nothing was sent to anybody." }
        return letters.map { letter in
            func member(_ name: String) -> String { letter[name]?.string ?? "" }
            return "\(member("Timestamp"))  \(member("Protocol")) \(member("Endpoint"))  \(member("Subject"))\n"
                + member("Message")
        }.joined(separator: "\n\n")
    }
}

/// `/_rivulet/outbox`: the letters of every account, oldest first.
struct OutboxControl: ControlSubject {
    let name = "outbox"
    let topics: SNSService

    func answer(_ call: ControlCall) async throws -> JSONValue {
        guard call.route == "GET" else { throw call.unknown }
        return ["letters": .array(try await topics.outbox())]
    }
}
