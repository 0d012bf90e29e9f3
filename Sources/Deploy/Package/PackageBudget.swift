/// What a package may cost, by how it is linked; `rivulet-deploy package` refuses one that costs more.
///
/// A cold start loads the zip and starts the executable: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html.
/// Times are ten times and more what docs/decisions/011-static-bootstrap.md measured, for machines with other work.
struct PackageBudget: Sendable, Equatable {
    let zipBytes: Int
    /// From the start of the executable to its first question for work.
    let coldStart: Duration

    init(_ kind: BootstrapPackage.Kind) {
        switch kind {
        case .staticExecutable: (zipBytes, coldStart) = (12 << 20, .milliseconds(25))
        case .staticSwift: (zipBytes, coldStart) = (12 << 20, .milliseconds(50))
        // Lambda's own limit of a zip that is sent directly.
        case .sharedSwift: (zipBytes, coldStart) = (50 << 20, .milliseconds(500))
        }
    }

    func check(zipBytes bytes: Int) -> Check {
        let found = "\(bytes) bytes of \(zipBytes)"
        return bytes <= zipBytes
            ? Check("size", passed: found)
            : Check("size", failed: found, "Strip the executable, or link Swift statically: each megabyte is time.")
    }

    func check(coldStart time: Duration) -> Check {
        let found = "\(time.milliseconds) ms to the first question for work, of \(coldStart.milliseconds) ms"
        return time <= coldStart
            ? Check("cold start", passed: found)
            : Check(
                "cold start", failed: found,
                "Repeat it on a quiet machine; if it stays, look at what the executable does before `LambdaRuntime.run`."
            )
    }
}

extension Duration {
    /// With one digit after the point.
    var milliseconds: Double { (self / .milliseconds(1) * 10).rounded() / 10 }
}
