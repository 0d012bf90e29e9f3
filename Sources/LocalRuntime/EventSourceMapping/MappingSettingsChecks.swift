import EmulatorClock

extension MappingSettings {
    /// The rules that bind settings together, and those that depend on the kind of queue.
    func check(_ limits: MappingLimits, isFIFO: Bool) throws {
        if isFIFO {
            guard maximumBatchingWindow == .zero else { throw MappingError.windowOnFIFO }
            guard batchSize <= limits.batchSizeWithoutWindow else { throw MappingError.batchTooLargeForFIFO }
        }
        guard batchSize <= limits.batchSizeWithoutWindow || maximumBatchingWindow > .zero else {
            throw MappingError.batchNeedsWindow
        }
        if provisionedPollers != nil, maximumConcurrency != nil {
            throw MappingError.concurrencyWithProvisionedPollers
        }
        guard filters.count <= limits.filters else { throw MappingError.tooManyFilters(limits.filters) }
        _ = try MessageFilter(filters)
    }

    /// How many batches may be handled at once: in the beginning, and at most.
    func concurrency(_ limits: MappingLimits) -> (initial: Int, maximum: Int) {
        guard let pollers = provisionedPollers else {
            return (limits.initialConcurrency, maximumConcurrency ?? limits.concurrencyWithoutMaximum)
        }
        let most = limits.concurrencyWithProvisionedPollers
        return (
            min(most, pollers.minimum * limits.concurrencyOfPoller),
            min(most, pollers.maximum * limits.concurrencyOfPoller)
        )
    }
}
