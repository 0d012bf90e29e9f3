import ArgumentParser
import Foundation

/// A build of `bootstrap` by SwiftPM, as data.
///
/// docs/decisions/011-static-bootstrap.md tells why a static executable comes first.
struct BootstrapBuild: Sendable, Equatable {
    enum Linking: String, ExpressibleByArgument, CaseIterable {
        /// Everything inside: Swift, libc, libcurl and OpenSSL.
        case staticExecutable = "static-executable"
        /// Swift inside; libc, libcurl and OpenSSL are the system's.
        case staticSwift = "static-swift"
    }

    enum Configuration: String, ExpressibleByArgument, CaseIterable {
        case debug, release
    }

    let linking: Linking
    let configuration: Configuration
    /// Why it is this linking.
    let reason: String
    /// The folder of our own `libcurl.a`.
    let curl: String

    /// - Parameters:
    ///   - wanted: nil for the best that this machine can link.
    ///   - curl: where `scripts/static-curl` has built a `libcurl.a`.
    init(
        wanted: Linking?, configuration: Configuration, curl: String,
        folders: [String] = BootstrapPackage.systemFolders, isFile: (String) -> Bool = FileManager.default.fileExists
    ) {
        let missing = Self.missing(curl: curl, folders: folders, isFile)
        linking = wanted ?? (missing == nil ? .staticExecutable : .staticSwift)
        self.configuration = configuration
        self.curl = curl
        switch linking {
        case .staticExecutable: reason = BootstrapPackage.Kind.staticExecutable.reason
        case .staticSwift:
            let why = missing ?? "it was asked for with --linking"
            reason = "\(why). \(BootstrapPackage.Kind.staticSwift.reason)"
        }
    }

    /// A folder of its own for each linking: SwiftPM would compile everything anew whenever it changes.
    var scratch: String { ".build/package-\(linking.rawValue)" }

    var product: String { "\(scratch)/\(configuration.rawValue)/bootstrap" }

    var arguments: [String] {
        ["build", "-c", configuration.rawValue, "--scratch-path", scratch, "--product", "bootstrap", "-q"]
            + (linking == .staticSwift ? ["--static-swift-stdlib"] : staticArguments)
    }

    /// Our libcurl by its path: the one of the system's folders needs Kerberos and LDAP, which have no static form.
    private var staticArguments: [String] {
        let libraries = ["\(curl)/libcurl.a", "-lssl", "-lcrypto"]
        return ["--static-swift-stdlib", "-Xswiftc", "-static-executable", "-Xcc", "-DLINKED_LIBRARIES"]
            + libraries.flatMap { ["-Xlinker", $0] }
    }

    /// What a static executable lacks here; nil when all is there.
    private static func missing(curl: String, folders: [String], _ isFile: (String) -> Bool) -> String? {
        guard isFile("\(curl)/libcurl.a") else {
            return "there is no \(curl)/libcurl.a (scripts/static-curl builds it)"
        }
        let libraries = ["crypto", "snappy", "ssl", "z", "zstd"]
        guard let absent = libraries.first(where: { name in !folders.contains { isFile("\($0)/lib\(name).a") } }) else {
            return nil
        }
        return "there is no lib\(absent).a in the system's folders"
    }
}
