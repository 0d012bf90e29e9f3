import Foundation
import TestSupport
import Testing

@testable import RivuletDeploy

@Suite struct `Building bootstrap` {
    private let all: Set = [
        "/c/libcurl.a", "/l/libcrypto.a", "/l/libsnappy.a", "/l/libssl.a", "/l/libz.a", "/l/libzstd.a",
    ]

    private func build(_ wanted: BootstrapBuild.Linking? = nil, without: String? = nil) -> BootstrapBuild {
        BootstrapBuild(wanted: wanted, configuration: .release, curl: "/c", folders: ["/k", "/l"]) {
            all.contains($0) && $0 != without
        }
    }

    @Test func `a static executable comes first, with a libcurl of our own`() {
        let build = build()
        #expect(build.linking == .staticExecutable)
        #expect(build.product == ".build/package-static-executable/release/bootstrap")
        #expect(
            build.arguments == [
                "build", "-c", "release", "--scratch-path", ".build/package-static-executable", "--product",
                "bootstrap", "-q", "--static-swift-stdlib", "-Xswiftc", "-static-executable", "-Xcc",
                "-DLINKED_LIBRARIES", "-Xlinker", "/c/libcurl.a", "-Xlinker", "-lssl", "-Xlinker", "-lcrypto",
            ])
    }

    @Test func `without a library the next best is built, and told why`() {
        let withoutCurl = build(without: "/c/libcurl.a")
        #expect(withoutCurl.linking == .staticSwift)
        #expect(withoutCurl.reason.hasPrefix("there is no /c/libcurl.a (scripts/static-curl builds it)"))
        #expect(withoutCurl.arguments.last == "--static-swift-stdlib")
        let withoutSnappy = build(without: "/l/libsnappy.a")
        #expect(withoutSnappy.linking == .staticSwift)
        #expect(withoutSnappy.reason.hasPrefix("there is no libsnappy.a in the system's folders"))
    }

    @Test func `what was asked for is built`() {
        #expect(build(.staticSwift).reason.hasPrefix("it was asked for"))
        #expect(build(.staticExecutable, without: "/c/libcurl.a").linking == .staticExecutable)
    }
}

@Suite struct `The package's budget` {
    @Test(arguments: [BootstrapPackage.Kind.staticExecutable, .staticSwift, .sharedSwift])
    func `is kept up to its last byte and no further`(_ kind: BootstrapPackage.Kind) {
        let budget = PackageBudget(kind)
        #expect(budget.check(zipBytes: budget.zipBytes).state == .passed)
        #expect(budget.check(zipBytes: budget.zipBytes + 1).state == .failed)
        #expect(budget.check(coldStart: budget.coldStart).state == .passed)
        #expect(budget.check(coldStart: budget.coldStart + .milliseconds(1)).state == .failed)
        #expect(budget.zipBytes <= 50 << 20, "Lambda takes no larger zip directly")
    }
}

@Suite(.timeLimit(.minutes(1))) struct `Cold starts` {
    private func measured(_ script: String) async throws -> Duration {
        let start = try ColdStart([ZipEntry(name: "bootstrap", bytes: Array(script.utf8), isExecutable: true)])
        defer { start.end() }
        return try await start.median(of: 3)
    }

    private func asking(_ line: String) -> String {
        """
        #!/bin/bash
        exec 3<>/dev/tcp/127.0.0.1/${AWS_LAMBDA_RUNTIME_API#*:}
        /usr/bin/printf '\(line) HTTP/1.1\\r\\n\\r\\nno table' >&3
        read -r answer <&3
        """
    }

    @Test func `end with the first question for work`() async throws {
        let time = try await measured(asking("GET /2018-06-01/runtime/invocation/next"))
        #expect(time > .zero && time < .seconds(10))
    }

    @Test func `are told to have failed with the program's own words`() async {
        let request = "POST /2018-06-01/runtime/init/error HTTP/1.1\r\n\r\nno table"
        await #expect(throws: ColdStartError.refusesToStart(request)) {
            try await measured(asking("POST /2018-06-01/runtime/init/error"))
        }
        #expect("\(ColdStartError.refusesToStart(request))" == "it reports a failed start: no table")
    }

    @Test func `are not waited for when the program ends, or cannot start`() async {
        await #expect(throws: ColdStartError.ends) { try await measured("#!/bin/bash\nexit 0\n") }
        await #expect(throws: ColdStartError.doesNotStart("Exec format error")) { try await measured("no program") }
    }
}
