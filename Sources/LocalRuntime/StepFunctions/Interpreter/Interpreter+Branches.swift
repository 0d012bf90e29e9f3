import AWSProtocol

/// Parallel and Map states.
extension Interpreter {
    mutating func beginParallel(_ lane: Int, _ branches: [StateGraph]) throws(StateFailure) {
        guard let visit = lanes[lane]?.visit else { return }
        let input = try fill(visit.state.parameters, or: visit.input, in: lane)
        let started = note(.branchesStarted, in: lane)
        var fan = Fan(results: Array(repeating: nil, count: branches.count))
        for (index, graph) in branches.enumerated() {
            let branch = addLane(
                Lane(parent: lane, index: index, graph: graph, item: lanes[lane]?.item, lastEvent: started))
            fan.lanes.insert(branch)
            arrivals.append(Arrival(lane: branch, state: graph.startAt, input: input))
        }
        lanes[lane]?.visit?.phase = .branched(fan)
    }

    mutating func beginMap(_ lane: Int, _ visit: Visit, _ map: MapState) throws(StateFailure) {
        let selected = try select(map.itemsPath, from: visit.input, in: lane)
        guard let items = selected.array else {
            throw .runtime("Reference path \"\(map.itemsPath.text)\" must point to array.")
        }
        let started = note(.mapStarted(length: items.count), in: lane)
        let fan = Fan(results: Array(repeating: nil, count: items.count), items: items)
        lanes[lane]?.visit?.phase = .branched(fan)
        if fan.isComplete { return try finishBranches(lane, fan, lastEvent: started) }
        try startIterations(lane, map, after: started)
    }

    /// Starts as many iterations as may run at once.
    ///
    /// - Parameter cause: the event that made room for them.
    private mutating func startIterations(_ lane: Int, _ map: MapState, after cause: Int) throws(StateFailure) {
        guard let visit = lanes[lane]?.visit, case .branched(var fan) = visit.phase else { return }
        let bound = try concurrency(map, visit, lane)
        while fan.nextItem < fan.items.count, fan.lanes.count < bound {
            let item = MapItem(index: fan.nextItem, value: fan.items[fan.nextItem])
            fan.nextItem += 1
            let scope = scope(of: lane, input: visit.input, item: item)
            let input = try visit.state.parameters?.fill(from: scope, random: &random) ?? item.value
            let iteration = addLane(
                Lane(parent: lane, index: item.index, graph: map.processor, item: item, lastEvent: cause))
            note(.iteration(.started, state: visit.state.name, index: item.index), in: iteration)
            fan.lanes.insert(iteration)
            arrivals.append(Arrival(lane: iteration, state: map.processor.startAt, input: input))
            // Kept up to date within the loop: a failure must find every lane that was started.
            lanes[lane]?.visit?.phase = .branched(fan)
        }
    }

    private func concurrency(_ map: MapState, _ visit: Visit, _ lane: Int) throws(StateFailure) -> Int {
        let wanted: Int
        switch map.maxConcurrency {
        case .fixed(let number): wanted = number
        case .path(let path):
            let value = try select(path, from: visit.input, in: lane)
            guard let number = value.integer, number >= 0 else {
                throw .runtime(
                    "The MaxConcurrencyPath parameter does not reference a non-negative integer: \(path.text) == "
                        + value.text)
            }
            wanted = number
        }
        return wanted == 0 ? limits.mapConcurrency : min(wanted, limits.mapConcurrency)
    }

    /// A branch has come to its end with an output.
    mutating func branchEnded(_ branch: Int, of parent: Int, index: Int, output: JSONValue) {
        guard let state = lanes[parent]?.visit?.state, case .branched(var fan)? = lanes[parent]?.visit?.phase else {
            return
        }
        let last = lanes[branch]?.lastEvent ?? 0
        if case .map = state.kind { note(.iteration(.succeeded, state: state.name, index: index), in: branch) }
        let lastEvent = max(lanes[branch]?.lastEvent ?? 0, lanes[parent]?.lastEvent ?? 0)
        lanes[branch] = nil
        lanes[parent]?.lastEvent = lastEvent
        fan.lanes.remove(branch)
        fan.results[index] = output
        lanes[parent]?.visit?.phase = .branched(fan)
        attempt(parent) { (self) throws(StateFailure) in
            if fan.isComplete {
                try self.finishBranches(parent, fan, lastEvent: lastEvent)
            } else if case .map(let map) = state.kind {
                try self.startIterations(parent, map, after: last)
            }
        }
    }

    /// All branches are through. The event of success stands beside the chain: what follows names the last branch's.
    private mutating func finishBranches(_ lane: Int, _ fan: Fan, lastEvent: Int) throws(StateFailure) {
        guard let visit = lanes[lane]?.visit else { return }
        let isMap = if case .map = visit.state.kind { true } else { false }
        let succeeded = note(isMap ? .mapSucceeded : .branchesSucceeded, after: lastEvent)
        do throws(StateFailure) {
            let results = JSONValue.array(fan.results.map { $0 ?? .null })
            guard results.bytes.count <= limits.dataBytes else { throw StateFailure.tooLarge(visit.state.name) }
            try finish(lane, with: results)
        } catch {
            lanes[lane]?.lastEvent = succeeded
            throw error
        }
    }

    /// Ends all lanes of a Parallel or Map state that goes on no further. Their last events stand beside the chain: each
    /// names the event that was the cause.
    mutating func abortBranches(of lane: Int, after cause: Int) {
        guard let state = lanes[lane]?.visit?.state, case .branched(let fan)? = lanes[lane]?.visit?.phase else {
            return
        }
        for branch in fan.lanes.sorted() {
            if case .map = state.kind, let ended = lanes[branch] {
                note(.iteration(.aborted, state: state.name, index: ended.index), after: cause)
            }
            abort(branch, after: cause)
            lanes[branch] = nil
        }
    }

    private mutating func abort(_ lane: Int, after cause: Int) {
        guard let visit = lanes[lane]?.visit else { return }
        abortBranches(of: lane, after: cause)
        dropWork(of: lane)
        note(.stateAborted(visit.state), after: cause)
    }
}
