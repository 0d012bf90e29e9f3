import CGlibcFloor
import FoundationEssentials
import Glibc
import LambdaRuntime

LambdaRuntime.run { environment in
    guard let manner = Manner(rawValue: environment.handler.isEmpty ? "echo" : environment.handler) else {
        throw ContractError(errorType: "Handler.Unknown", errorMessage: "no manner '\(environment.handler)'")
    }
    if manner == .initError { throw ContractError(errorType: "ValueError", errorMessage: "TABLE is not set") }
    return ContractFunction(manner: manner)
}

/// How the function behaves: the manners that the contract tests ask of every kind of bootstrap.
enum Manner: String {
    case echo, error, hang, crash, leave, large, say, variables, process
    case initError = "init_error"
}

struct ContractError: LambdaError {
    let errorType: String
    let errorMessage: String
}

struct ContractFunction: RawLambdaHandler {
    let manner: Manner

    func handle(payload: [UInt8], context: LambdaContext) async throws -> [UInt8] {
        switch manner {
        case .echo: return payload
        case .error: throw ContractError(errorType: "ValueError", errorMessage: "no \"good\"\nat all")
        case .hang, .initError: while true { pause() }
        case .crash:
            // Nothing is mapped there. `raise` would not do: the runtime's threads hold signals back.
            UnsafeMutableRawPointer(bitPattern: 16)?.storeBytes(of: 1, as: UInt8.self)
            return []
        case .leave: _exit(3)
        case .large:
            let size = try Self.number(payload)
            return [0x22] + [UInt8](repeating: 0x61, count: Int(size) - 2) + [0x22]
        case .say:
            print("to stdout")
            fflush(nil)
            write(2, "to stderr\n", 10)
            return Array("null".utf8)
        case .variables: return Array(try JSONEncoder().encode(ProcessInfo.processInfo.environment))
        case .process:
            usleep(UInt32(try Self.number(payload) * 1e6))
            return Array("\(getpid())".utf8)
        }
    }

    private static func number(_ payload: [UInt8]) throws -> Double {
        guard let number = Double(String(decoding: payload, as: UTF8.self)) else {
            throw ContractError(errorType: "Event.NoNumber", errorMessage: "the event is no number")
        }
        return number
    }
}
