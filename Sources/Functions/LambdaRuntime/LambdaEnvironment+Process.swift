#if canImport(Glibc)
// Its `environ` may be changed by anybody at any time; it is read once, before there is a handler that could.
@preconcurrency import Glibc
#elseif canImport(Musl)
@preconcurrency import Musl
#else
import Foundation
#endif

extension LambdaEnvironment {
    #if canImport(Glibc) || canImport(Musl)
    /// Read by hand: Foundation's `ProcessInfo` costs a cold start more than a tenth of a millisecond.
    static func ofProcess() -> [String: String] {
        variables(in: environ)
    }
    #else
    static func ofProcess() -> [String: String] {
        ProcessInfo.processInfo.environment
    }
    #endif

    /// The variables of a block as C has it: `NAME=value` each, and a null pointer at the end. Of two with one name the first
    /// counts, as for `getenv`.
    static func variables(
        in block: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    ) -> [String: String] {
        var variables: [String: String] = [:]
        guard var entry = block else { return variables }
        while let text = entry.pointee {
            entry += 1
            guard let equals = strchr(text, CInt(UInt8(ascii: "="))) else { continue }
            let name = String(decoding: UnsafeRawBufferPointer(start: text, count: equals - text), as: UTF8.self)
            if variables[name] == nil { variables[name] = String(cString: equals + 1) }
        }
        return variables
    }
}
