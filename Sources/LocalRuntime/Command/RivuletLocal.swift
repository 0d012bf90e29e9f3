import ArgumentParser

/// `rivulet-local`: the pocket AWS, and the pipeline's demonstration on it.
@main
struct RivuletLocal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rivulet-local",
        abstract: "A pocket AWS: queues, tables, objects and custom-runtime functions on one SQLite file.",
        version: version,
        subcommands: [
            Up.self, Demo.self, Invoke.self, ReplayCommand.self, WatchCommand.self, TraceCommand.self, Logs.self,
            ClockCommand.self, QueuesCommand.self, OutboxCommand.self,
            SnapshotCommand.self, ResetCommand.self, SeedCommand.self, LakeCommand.self, TwitchCommand.self,
            RecordCommand.self,
        ])

    static let version = "0.1.0"
}
