import ArgumentParser
import Foundation
import TwitchSimulator

/// `rivulet-local up`
struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the emulator until it is interrupted.",
        discussion: """
            Every answer is sent after its commit, so a killed emulator loses nothing that it answered; start it again on
            the same state folder and all is there. Functions run as child processes of yours, unsandboxed.
            """)

    @OptionGroup var listener: ListenerOptions

    @Option(help: ArgumentHelp("Folder that is the whole state.", valueName: "DIR"))
    var state = ".rivulet/state"

    @Flag(
        help:
            "Do not wait for the disk at each commit: a power cut may take back the latest answers, a killed process none."
    )
    var fast = false

    @Flag(
        help:
            "Let the processes of functions stand still between events, as AWS does: what one still does after its answer waits."
    )
    var freeze = false

    @Option(help: ArgumentHelp("A further name under which the emulator may be called.", valueName: "HOST"))
    var allowHost: [String] = []

    @Flag(
        help:
            "Verify the signature of every call, as AWS does; without it any signature of the right shape is let in."
    )
    var verifySignatures = false

    @Option(
        help: ArgumentHelp(
            "Secret access key that signatures are verified with, for every access key id; without it the variable "
                + "RIVULET_SECRET_ACCESS_KEY, and else 'test'.", valueName: "SECRET"))
    var secretAccessKey: String?

    @Option(help: ArgumentHelp("Seed of the simulated Twitch under /_twitch/.", valueName: "N"))
    var twitchSeed: UInt64 = 42

    func validate() throws {
        guard secretAccessKey == nil || verifySignatures else {
            throw ValidationError("--secret-access-key is for --verify-signatures; give both.")
        }
    }

    func run() async throws {
        let options = Emulator.Options(
            state: URL(filePath: state, directoryHint: .isDirectory),
            port: listener.port ?? ListenerOptions.defaultPort,
            isFast: fast, furtherHosts: allowHost, verifiedSecret: verifySignatures ? secret : nil,
            twitch: .world(World(seed: twitchSeed)), freezesIdle: freeze)
        try await EmulatorHost(options).serve { endpoint in
            try listener.announce(endpoint)
            print(Self.greeting(endpoint: endpoint, state: state))
            await Interruption.wait()
        }
    }

    private var secret: String {
        secretAccessKey ?? ProcessInfo.processInfo.environment["RIVULET_SECRET_ACCESS_KEY"] ?? "test"
    }

    private static func greeting(endpoint: String, state: String) -> String {
        """
        rivulet-local \(RivuletLocal.version) answers at \(endpoint)   (state: \(state), stop: Ctrl-C)

        Point any AWS client at it:
          export AWS_ENDPOINT_URL=\(endpoint) AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
        """
    }
}

/// Where to listen, and whom to tell.
struct ListenerOptions: ParsableArguments {
    static let defaultPort = 4566

    @Option(help: ArgumentHelp("Port on the loopback; 0 takes a free one.", valueName: "PORT"))
    var port: Int?

    @Option(help: ArgumentHelp("File that receives the endpoint URL once calls are answered.", valueName: "FILE"))
    var readyFile: String?

    /// Writes the ready file, whole or not at all.
    func announce(_ endpoint: String) throws {
        guard let readyFile else { return }
        try Data("\(endpoint)\n".utf8).write(to: URL(filePath: readyFile), options: .atomic)
    }

    mutating func validate() throws {
        if let port, !(0...65_535).contains(port) {
            throw ValidationError("--port is \(port); a port is a number from 0 to 65535.")
        }
    }
}
