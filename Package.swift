// swift-tools-version: 6.2
import PackageDescription

/// One language for every target: Swift 6 mode, the upcoming features of the house style, no warning let through.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// Of targets through which each request goes: an asynchronous function stays with its caller. To ask at every call and
/// return where to go on costs a small request a twentieth of its time (SE-0461).
let staying = house + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]

let package = Package(
    name: "rivulet",
    products: [
        .executable(name: "bootstrap", targets: ["Bootstrap"]),
        .executable(name: "rivulet-local", targets: ["RivuletLocal"]),
        .executable(name: "rivulet-deploy", targets: ["RivuletDeploy"]),
        .executable(name: "contract-function", targets: ["ContractFunction"]),
        .library(name: "LambdaRuntime", targets: ["LambdaRuntime"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: functions + localRuntime + tests
)

/// What is deployed: the one `bootstrap` and the libraries under it. No third-party Swift package reaches these.
var functions: [Target] {
    [
        .part("LambdaRuntime", in: "Functions"),
        .systemLibrary(name: "CSnappy", path: "Sources/Functions/CSnappy"),
        .systemLibrary(name: "CMalloc", path: "Sources/Functions/CMalloc"),
        .systemLibrary(name: "CZlib", path: "Sources/Functions/CZlib"),
        .systemLibrary(name: "CZstd", path: "Sources/Functions/CZstd"),
        .target(name: "CCurl", path: "Sources/Functions/CCurl"),
        .target(name: "CGlibcFloor", path: "Sources/Functions/CGlibcFloor"),
        .part("HTTPTransport", in: "Functions", ["CCurl"]),
        .part("AWSClient", in: "Functions", ["CCurl", "HTTPTransport"]),
        .part("Twitch", in: "Functions", ["HTTPTransport"]),
        .part("Lake", in: "Functions", ["CMalloc", "CSnappy", "CZlib", "CZstd"]),
        .part("Handlers", in: "Functions", ["AWSClient", "CCurl", "HTTPTransport", "LambdaRuntime", "Lake", "Twitch"]),
        .executableTarget(
            name: "Bootstrap", dependencies: ["CGlibcFloor", "Handlers", "LambdaRuntime"],
            path: "Sources/Functions/Bootstrap", swiftSettings: house),
    ]
}

/// The programs of one's own machine: the pocket AWS, and the one that brings the stack to it or to AWS. A service knows
/// values, SQL and wire bytes; only `EmulatorHTTP` knows the HTTP server.
var localRuntime: [Target] {
    let base: [Target.Dependency] = ["AWSProtocol", "EmulatorClock", "EmulatorDatabase"]
    return [
        .systemLibrary(name: "CCrypto", path: "Sources/LocalRuntime/CCrypto", pkgConfig: "libcrypto"),
        .part("EmulatorClock", in: "LocalRuntime", folder: "Clock"),
        .part(
            "EmulatorDatabase", in: "LocalRuntime", folder: "Database",
            [
                "CLinux", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        .part("AWSProtocol", in: "LocalRuntime", ["CCrypto", "EmulatorClock"], settings: staying),
        .part(
            "EmulatorHTTP", in: "LocalRuntime", folder: "HTTP",
            [
                "AWSProtocol", "EmulatorClock",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .part("SQS", in: "LocalRuntime", base),
        .part("DynamoDB", in: "LocalRuntime", base + ["CZlib"]),
        .part("S3", in: "LocalRuntime", base),
        .part("CloudWatchLogs", in: "LocalRuntime", folder: "Logs", base),
        .part("ControlPlane", in: "LocalRuntime", base + ["CCrypto"]),
        .part("Scheduler", in: "LocalRuntime", base),
        .part("StepFunctions", in: "LocalRuntime", base),
        .target(name: "CLinux", path: "Sources/LocalRuntime/CLinux"),
        .part(
            "Lambda", in: "LocalRuntime",
            base + [
                "CZlib", "CLinux", "CloudWatchLogs",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ], settings: staying),
        .part("EventSourceMappings", in: "LocalRuntime", folder: "EventSourceMapping", base + ["SQS"]),
        .part("Traces", in: "LocalRuntime", base),
        .part("TwitchSimulator", in: "LocalRuntime", ["AWSProtocol", "EmulatorClock"]),
        .part("TwitchRecorder", in: "LocalRuntime", ["HTTPTransport", "Twitch"]),
        .part("LakeTools", in: "LocalRuntime", ["CLinux", "Lake"]),
        .executableTarget(
            name: "RivuletLocal",
            dependencies: base + [
                "CLinux", "CloudWatchLogs", "ControlPlane", "DynamoDB", "EmulatorHTTP", "EventSourceMappings",
                "Lake", "LakeTools", "Lambda", "S3", "SQS", "Scheduler", "StepFunctions", "Traces",
                "TwitchRecorder", "TwitchSimulator", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Sources/LocalRuntime/Command", swiftSettings: house),
        .executableTarget(
            name: "RivuletDeploy",
            dependencies: [
                "AWSClient", "CZlib", "HTTPTransport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Sources/Deploy", swiftSettings: house),
    ]
}

var tests: [Target] {
    // Other programs, and the type of their paths.
    let subprocess: [Target.Dependency] = [
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
    ]
    return [
        .target(
            name: "TestSupport", dependencies: subprocess, path: "Tests/TestSupport", swiftSettings: house),
        .executableTarget(
            name: "ContractFunction", dependencies: ["CGlibcFloor", "LambdaRuntime"], path: "Tests/ContractFunction",
            swiftSettings: house),
        .tests("LambdaRuntime"),
        .tests("HTTPTransport", subprocess),
        .tests("AWSClient", ["HTTPTransport"], exclude: ["Fixtures"]),
        .tests("Twitch", ["HTTPTransport"]),
        .tests("Lake", exclude: ["Fixtures"]),
        .tests(
            "Handlers",
            [
                "AWSClient", "AWSProtocol", "EmulatorClock", "HTTPTransport", "LambdaRuntime", "Lake", "Twitch",
                "TwitchSimulator",
            ]),
        .tests("EmulatorClock"),
        .tests("EmulatorDatabase", ["EmulatorClock", .product(name: "GRDB", package: "GRDB.swift")]),
        .tests("AWSProtocol", ["EmulatorClock"]),
        .tests("EmulatorHTTP", ["AWSProtocol"]),
        .tests("SQS", ["AWSProtocol", "EmulatorClock", "EmulatorDatabase"]),
        .tests("DynamoDB", ["AWSProtocol", "EmulatorClock", "EmulatorDatabase"]),
        .tests("S3", ["AWSProtocol", "EmulatorClock", "EmulatorDatabase"]),
        .tests("Lambda", ["AWSProtocol", "EmulatorClock", "EmulatorDatabase"] + subprocess),
        .tests("EventSourceMappings", ["AWSProtocol", "EmulatorClock", "EmulatorDatabase", "SQS"]),
        .tests("CloudWatchLogs", ["AWSProtocol", "EmulatorClock", "EmulatorDatabase"]),
        .tests("ControlPlane", ["AWSProtocol", "EmulatorClock", "EmulatorDatabase"]),
        .tests("Scheduler", ["AWSProtocol", "EmulatorClock", "EmulatorDatabase"]),
        .tests("StepFunctions", ["AWSProtocol", "EmulatorClock", "EmulatorDatabase"]),
        .tests("LakeTools", ["Lake"]),
        .tests("Traces", ["AWSProtocol", "EmulatorClock", "EmulatorDatabase"]),
        .testTarget(
            name: "DeployTests", dependencies: ["AWSClient", "HTTPTransport", "RivuletDeploy", "TestSupport"],
            path: "Tests/DeployTests", swiftSettings: house),
        .tests("TwitchSimulator", ["AWSProtocol", "EmulatorClock"]),
        .tests("TwitchRecorder", ["AWSProtocol", "EmulatorClock", "HTTPTransport", "Twitch", "TwitchSimulator"]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "AWSProtocol", "Bootstrap", "EmulatorClock", "RivuletLocal", "TestSupport", "TwitchSimulator",
            ],
            path: "Tests/EndToEndTests", swiftSettings: house),
    ]
}

extension Target {
    /// A library target whose folder bears its name, unless `folder` says otherwise.
    static func part(
        _ name: String, in half: String, folder: String? = nil, _ dependencies: [Dependency] = [],
        settings: [SwiftSetting] = house
    ) -> Target {
        .target(
            name: name, dependencies: dependencies, path: "Sources/\(half)/\(folder ?? name)", swiftSettings: settings)
    }

    /// The tests of one target, what else they import, and the folders that hold no code.
    static func tests(_ name: String, _ others: [Dependency] = [], exclude: [String] = []) -> Target {
        .testTarget(
            name: "\(name)Tests", dependencies: [.byName(name: name), "TestSupport"] + others,
            path: "Tests/\(name)Tests", exclude: exclude, swiftSettings: house)
    }
}
