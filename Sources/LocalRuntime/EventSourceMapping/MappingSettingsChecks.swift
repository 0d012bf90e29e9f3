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
        guard filters.count <= limits.filters else { throw MappingError.tooManyFilters(limits.filters) }
        _ = try MessageFilter(filters)
    }
}
