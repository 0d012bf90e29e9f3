import ArgumentParser

/// `rivulet-deploy doctor`
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look at all that a deploy needs; each failing check says what to do.")

    @OptionGroup var options: TargetOptions

    func run() async throws {
        try options.report(await Doctor(try await options.open(prepares: false)).checks())
    }
}
