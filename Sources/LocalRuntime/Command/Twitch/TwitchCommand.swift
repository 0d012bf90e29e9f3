import AWSProtocol
import ArgumentParser
import EmulatorClock
import EmulatorHTTP
import TwitchSimulator

/// `rivulet-local twitch`
struct TwitchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "twitch",
        abstract: "Run the simulated Twitch alone, for any client of Twitch, until it is interrupted.",
        discussion: """
            It has app tokens (/oauth2/token, /oauth2/validate, /oauth2/revoke) and Helix's /streams, /games, /games/top,
            /users and /channels over a seeded world that lives in real time, with Twitch's rate limit. What it does not
            have is refused with 501.

            Defects that Twitch has shown can be switched on, here or while it runs:
              curl -X PUT 'ENDPOINT/defects?name=loop-cursor&name=slow'    these, at fixed intervals
              curl -X PUT 'ENDPOINT/defects?seed=7'                        any, by chance
              curl -X DELETE ENDPOINT/defects                              none
            """)

    static let defaultPort = 4567

    @OptionGroup var listener: ListenerOptions

    @Option(help: ArgumentHelp("Seed of the simulated world.", valueName: "N"))
    var seed: UInt64 = 42

    @Option(
        name: .customLong("defect"), parsing: .upToNextOption,
        help: ArgumentHelp("What Twitch does wrong, at fixed intervals; several names may follow.", valueName: "NAME"))
    var defects: [TwitchDefect] = []

    @Option(
        help: ArgumentHelp("Have any of the defects strike a quarter of the requests, by this seed.", valueName: "N"))
    var defectSeed: UInt64?

    @Option(help: ArgumentHelp("The only client id that gets tokens.", valueName: "ID"))
    var clientID = TwitchRoute.application.clientID

    @Option(help: ArgumentHelp("Its secret, which is none: anybody may know it.", valueName: "SECRET"))
    var clientSecret = TwitchRoute.application.clientSecret

    func run() async throws {
        let simulator = TwitchSimulator(
            .world(World(seed: seed)), application: TwitchApplication(clientID: clientID, clientSecret: clientSecret),
            clock: VirtualClock(), defects: TwitchDefects(Set(defects), seed: defectSeed))
        let gateway = Gateway(
            services: [], routes: ["/": TwitchRoute(alone: simulator)], allowedHosts: AllowedHosts())
        try await HTTPServer.serve(
            port: listener.port ?? Self.defaultPort, respond: { await gateway.respond(to: $0) }
        ) { port in
            let endpoint = "http://127.0.0.1:\(port)"
            try listener.announce(endpoint)
            print(greeting(endpoint))
            await Interruption.wait()
        }
    }

    private func greeting(_ endpoint: String) -> String {
        """
        The simulated Twitch answers at \(endpoint)   (seed \(seed), stop: Ctrl-C)

        Point a client at it:
          export TWITCH_API_URL=\(endpoint)/helix TWITCH_TOKEN_URL=\(endpoint)/oauth2/token
          export TWITCH_CLIENT_ID=\(clientID) TWITCH_CLIENT_SECRET=\(clientSecret)
        """
    }
}

extension TwitchDefect: ExpressibleByArgument {}
