import Foundation

/// Looks whether what was deployed is there and starts.
struct Verification: Sendable {
    /// The event that every function of the pipeline answers without doing anything.
    static let healthEvent = #"{"rivulet":"health"}"#

    let access: AWSAccess
    /// The zip's digest as Lambda tells it; nil when the zip is not at hand.
    let digest: String?

    init(access: AWSAccess, digest: String?) {
        self.access = access
        self.digest = digest
    }

    /// One check for each function and for the mapping.
    func checks(_ outputs: StackOutputs) async -> [Check] {
        var checks: [Check] = []
        for (handler, function) in outputs.functions.sorted(by: { $0.key < $1.key }) {
            checks.append(await check(handler, function))
        }
        if let mapping = outputs.mapping { checks.append(await check(mapping: mapping)) }
        return checks
    }

    private func check(_ handler: String, _ function: StackOutputs.Function) async -> Check {
        do {
            let found = try await access.configuration(of: function.name, qualifier: function.version)
            if let digest, found.CodeSha256 != digest {
                return Check(handler, failed: "version \(found.Version) is of other code", "Repeat the apply.")
            }
            // A published version's state: absent where AWS has none to tell.
            guard found.State ?? "Active" == "Active", found.LastUpdateStatus ?? "Successful" == "Successful" else {
                let states = [found.State, found.LastUpdateStatus].compactMap(\.self).joined(separator: ", ")
                return Check(handler, failed: "version \(found.Version) is \(states)", "Wait, then look at `status`.")
            }
            let answer = try await access.invoke(
                function.name, qualifier: function.version, payload: Array(Self.healthEvent.utf8))
            guard answer.error == nil else {
                return Check(
                    handler,
                    failed:
                        "version \(found.Version) does not start: \(String(decoding: answer.payload, as: UTF8.self))",
                    "`rivulet-deploy logs \(handler)` has its last words; `rivulet-deploy rollback` goes back.")
            }
            return Check(handler, passed: "version \(found.Version) starts, its code is that of the package")
        } catch {
            return Check(handler, failed: "\(error)", "Repeat the apply.")
        }
    }

    private func check(mapping id: String) async -> Check {
        do {
            let state = try await access.mappingState(id)
            guard ["Enabled", "Enabling", "Creating", "Updating"].contains(state) else {
                return Check("mapping", failed: "it is \(state)", "Repeat the apply.")
            }
            return Check("mapping", passed: "\(state)")
        } catch {
            return Check("mapping", failed: "\(error)", "Repeat the apply.")
        }
    }
}
