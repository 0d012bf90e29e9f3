import EmulatorClock
import Glibc
import NIOPosix
import Synchronization

/// Looks from time to time at what the process groups of working functions hold, so that none outgrows its memory.
///
/// A kernel limit would be exact, but the one that any user may set (RLIMIT_DATA) makes allocations fail, and counts what is
/// only reserved; a cgroup needs rights that an emulator does not have. So a function that is quicker than the interval
/// may hold too much for that long.
final class MemoryWatch: Sendable {
    private struct State {
        var sandboxes: [pid_t: Sandbox] = [:]
        var isTicking = false
    }

    static let interval: Duration = .milliseconds(100)

    private let timers: any RealTimers
    private let threads: NIOThreadPool
    private let working = Atomic(0)
    private let state = Mutex(State())

    init(timers: any RealTimers, threads: NIOThreadPool) {
        self.timers = timers
        self.threads = threads
    }

    func processStarted(_ process: pid_t, of sandbox: Sandbox) {
        state.withLock { $0.sandboxes[process] = sandbox }
    }

    func processEnded(_ process: pid_t) {
        state.withLock { $0.sandboxes[process] = nil }
    }

    /// An invocation begins. The watch rests while there is none.
    func begin() {
        guard working.add(1, ordering: .relaxed).oldValue == 0 else { return }
        let mustTick = state.withLock { state in
            defer { state.isTicking = true }
            return !state.isTicking
        }
        if mustTick { tick() }
    }

    func end() {
        working.subtract(1, ordering: .relaxed)
    }

    private func tick() {
        _ = timers.after(Self.interval) { [weak self] in
            guard let self else { return }
            threads.submit { _ in self.look() }
        }
    }

    private func look() {
        let sandboxes = state.withLock { state in
            state.isTicking = working.load(ordering: .relaxed) > 0
            return state.isTicking ? state.sandboxes : [:]
        }
        guard !sandboxes.isEmpty else { return rest() }
        for (group, resident) in ProcessGroups.resident(of: sandboxes.keys) {
            guard let sandbox = sandboxes[group] else { continue }
            let limit = sandbox.plan.memorySize * 1024
            // Pages that a fork shares count once in the second figure, which costs more to get.
            let held = resident.total > limit ? ProcessGroups.proportional(of: resident.members) : resident.total
            sandbox.holds(held)
        }
        tick()
    }

    /// Nothing to look at: either nobody works, or those who do have no process yet.
    private func rest() {
        if state.withLock({ $0.isTicking }) { tick() }
    }
}

/// What processes hold in memory, in KiB, out of /proc.
/// https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
enum ProcessGroups {
    struct Resident {
        var total = 0
        var members: [pid_t] = []
    }

    static func resident(of groups: some Collection<pid_t>) -> [pid_t: Resident] {
        let wanted = Set(groups)
        var found: [pid_t: Resident] = [:]
        let page = Int(sysconf(Int32(_SC_PAGESIZE))) / 1024
        var courtesy = Attention.Courtesy()
        for process in processes() {
            courtesy.giveWay()
            // After the command in its parentheses: state, parent, group (5th field), … resident pages (24th).
            guard let text = read("/proc/\(process)/stat"), let end = text.lastIndex(of: UInt8(ascii: ")")) else {
                continue
            }
            let fields = text[(end + 1)...].split(separator: UInt8(ascii: " "), maxSplits: 22)
            guard fields.count > 21, let group = number(fields[2]), wanted.contains(pid_t(group)),
                let pages = number(fields[21])
            else { continue }
            found[pid_t(group), default: Resident()].total += pages * page
            found[pid_t(group)]?.members.append(process)
        }
        return found
    }

    /// A page that several processes share counts for each in part.
    static func proportional(of processes: [pid_t]) -> Int {
        processes.reduce(0) { sum, process in
            guard let text = read("/proc/\(process)/smaps_rollup") else { return sum }
            let line = text.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: "Pss:".utf8) }
            return sum + (line.flatMap { number($0.dropFirst(4).drop { $0 == UInt8(ascii: " ") }) } ?? 0)
        }
    }

    private static func processes() -> [pid_t] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var processes: [pid_t] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let process = pid_t(name) { processes.append(process) }
        }
        return processes
    }

    private static func read(_ path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(file, &bytes, bytes.count)
        return count > 0 ? Array(bytes.prefix(count)) : nil
    }

    /// The digits at the start.
    private static func number(_ text: ArraySlice<UInt8>) -> Int? {
        Int(String(decoding: text.prefix { (48...57).contains($0) }, as: UTF8.self))
    }
}
