import AWSProtocol
import EmulatorClock
import Foundation
import Lambda

/// `/_rivulet/swap`: functions get the code that a build has just made, run where it lies.
struct SwapControl: ControlSubject {
    /// How long environments of the old code are waited for.
    private static let patience = Duration.seconds(5)
    private static let step = Duration.milliseconds(2)

    let name = "swap"
    let lambda: LambdaService

    func answer(_ call: ControlCall) async throws -> JSONValue {
        guard call.route == "POST" else { throw call.unknown }
        let path = URL(filePath: try call.required("bootstrap")).standardizedFileURL.path
        let functions = try self.functions(call.body["functions"]?.array?.compactMap(\.string), of: path)
        let begun = ContinuousClock.now
        for id in functions { try await lambda.updateFunctionCode(id, .local(path: path)) }
        let swapped = ContinuousClock.now
        let left = await drain(functions)
        return [
            "functions": .array(functions.map { .string($0.arn) }),
            "swap_ms": Self.milliseconds(begun.duration(to: swapped)),
            "drain_ms": Self.milliseconds(swapped.duration(to: .now)), "still_running": .integer(left),
        ]
    }

    /// Those that are named; else those that run this bootstrap, by its own path or by its folder's.
    private func functions(_ names: [String]?, of path: String) throws -> [FunctionID] {
        guard let names else {
            let folder = URL(filePath: path).deletingLastPathComponent().path
            let isBootstrap = path.hasSuffix("/bootstrap")
            return lambda.allFunctions().filter { function in
                guard case .local(let place) = function.latest.code.place else { return false }
                return place == path || isBootstrap && place == folder
            }.map(\.id).sorted { $0.arn < $1.arn }
        }
        return try names.map { name in
            let id = try lambda.resolve(name)
            guard lambda.allFunctions().contains(where: { $0.id == id }) else { throw TraceError.functionGone(name) }
            return id
        }
    }

    /// Waits until no environment of the old code is left, and no longer than `patience`.
    ///
    /// - Returns: how many are.
    private func drain(_ functions: [FunctionID]) async -> Int {
        let end = ContinuousClock.now + Self.patience
        while true {
            let left = functions.reduce(0) { $0 + lambda.outdatedCount($1) }
            guard left > 0, ContinuousClock.now < end, (try? await Task.sleep(for: Self.step)) != nil else {
                return left
            }
        }
    }

    private static func milliseconds(_ duration: Duration) -> JSONValue {
        .number(String(format: "%.3f", duration / .milliseconds(1)))
    }
}
