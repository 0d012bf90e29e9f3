import EmulatorClock

/// One standard queue as a list, with every rule written out as it is told: slow, and easy to believe.
struct QueueModel {
    struct Message {
        let body: String
        var visibleAt: Timestamp
        let sent: Timestamp
        var receives = 0
    }

    let visibilityTimeout: Duration
    let retention: Duration
    let maxReceiveCount: Int?
    var messages: [Message] = []
    var dead: [String] = []

    mutating func expire(_ now: Timestamp) {
        messages.removeAll { $0.sent + retention <= now }
    }

    mutating func send(_ body: String, delay: Duration, _ now: Timestamp) {
        messages.append(Message(body: body, visibleAt: now + delay, sent: now))
    }

    /// Whether `bodies` is an answer that a receive may give now, and what the queue is afterwards. Which of the visible
    /// messages come is the queue's choice.
    mutating func receive(_ bodies: [String], timeout: Duration?, _ now: Timestamp) -> Bool {
        expire(now)
        let until = now + (timeout ?? visibilityTimeout)
        for body in bodies {
            guard let index = messages.firstIndex(where: { $0.body == body && $0.visibleAt <= now }) else {
                return false
            }
            if let maxReceiveCount, messages[index].receives >= maxReceiveCount { return false }
            messages[index].receives += 1
            messages[index].visibleAt = until
        }
        return true
    }

    /// Messages that a receive at `now` could hand out.
    func available(_ now: Timestamp) -> [Message] {
        messages.filter { $0.visibleAt <= now && $0.receives < maxReceiveCount ?? .max }
    }

    mutating func bury(_ bodies: [String]) {
        messages.removeAll { bodies.contains($0.body) }
        dead += bodies
    }

    mutating func delete(_ body: String) {
        messages.removeAll { $0.body == body }
    }

    func counts(_ now: Timestamp) -> (visible: Int, inFlight: Int, delayed: Int) {
        let hidden = messages.filter { $0.visibleAt > now }
        return (
            messages.count - hidden.count, hidden.count { $0.receives > 0 }, hidden.count { $0.receives == 0 }
        )
    }
}
