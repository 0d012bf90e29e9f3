import AWSProtocol
import Synchronization

/// Decides which request meets which defect. The same requests in the same order meet the same ones.
final class DefectSchedule: Sendable {
    private struct State {
        var defects: TwitchDefects
        var requests = 0
        /// How many requests each named defect could have struck.
        var occasions: [TwitchDefect: Int] = [:]
        var hasJustStruck = false
    }

    /// Of the requests, with a seed.
    private static let share = 0.25

    private let state: Mutex<State>

    init(_ defects: TwitchDefects) {
        state = Mutex(State(defects: defects))
    }

    var defects: TwitchDefects {
        state.withLock { $0.defects }
    }

    /// Takes other defects; counting begins anew.
    func replace(with defects: TwitchDefects) {
        state.withLock { $0 = State(defects: defects) }
    }

    /// The defects that the next Helix request meets.
    func strikes(path: String, isLaterPage: Bool) -> Set<TwitchDefect> {
        state.withLock { state in
            state.requests += 1
            let possible = TwitchDefect.allCases.filter { $0.applies(toPath: path, isLaterPage: isLaterPage) }
            var strikes: Set<TwitchDefect> = []
            for defect in possible where state.defects.named.contains(defect) {
                state.occasions[defect, default: 0] += 1
                if state.occasions[defect, default: 0] % defect.interval == 0 { strikes.insert(defect) }
            }
            if let seed = state.defects.seed {
                let chance = SeededHash(seed: seed).of(state.requests)
                state.hasJustStruck = !state.hasJustStruck && chance.of(0).unit < Self.share
                if state.hasJustStruck { strikes.insert(chance.of(1).pick(possible)) }
            }
            return strikes
        }
    }
}

/// `/defects`, with which whoever runs the simulator switches its defects: GET tells them, PUT replaces them by those of
/// the query (`name` any number of times, `seed`), DELETE takes them off. No page in a browser can send the last two.
extension DefectSchedule {
    static let path = "/defects"

    func respond(to request: HTTPRequest) throws -> HTTPResponse {
        switch request.method {
        case "GET": break
        case "PUT": replace(with: try TwitchDefects(query: request.query))
        case "DELETE": replace(with: .none)
        default: throw HelixError.notSimulated("\(request.method) \(Self.path)")
        }
        let defects = defects
        return .helix([
            "names": .array(defects.named.map(\.rawValue).sorted().map { .string($0) }),
            "seed": defects.seed.map { .string(String($0)) } ?? .null,
        ])
    }
}

extension TwitchDefects {
    /// - Throws: `HelixError.unknownDefect` for a name or a seed that is none.
    init(query: String) throws {
        self.init()
        for (name, value) in PercentEncoding.pairs(query) {
            switch name {
            case "name":
                guard let defect = TwitchDefect(rawValue: value) else { throw HelixError.unknownDefect(value) }
                named.insert(defect)
            case "seed":
                guard let number = UInt64(value) else { throw HelixError.unknownDefect("seed=\(value)") }
                seed = number
            default: throw HelixError.unknownDefect("\(name)=\(value)")
            }
        }
    }
}
