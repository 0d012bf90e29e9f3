import ArgumentParser

/// `rivulet-local lake`: the lake's jobs on local folders.
struct LakeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lake",
        abstract:
            "The lake on local folders: make silver and gold with the functions' code, describe and verify them.",
        discussion: """
            The rules' numbers come from the environment, as in the functions: MIN_VIEWERS, POPULAR_THRESHOLD,
            UTC_OFFSET_MINUTES, SNAPSHOT_SECONDS, FUTURE_TOLERANCE_SECONDS, TOP_N.
            """,
        subcommands: [
            LakeSilver.self, LakeGold.self, LakeRefresh.self, LakeContract.self, LakeInspect.self,
            LakeCheckCommand.self, LakeCompact.self,
        ])
}
