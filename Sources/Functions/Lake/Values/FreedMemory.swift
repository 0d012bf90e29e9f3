import CMalloc

/// What becomes of memory that was freed.
package enum FreedMemory {
    /// Lets the process keep up to 64 MiB of it. Columns of a few megabytes come and go; handed back to the system each
    /// time, every page of the next column is a page fault: a tenth of silver's time. For processes that do many
    /// partitions; call it before the first.
    package static func keep() {
        rivulet_keep_freed_memory(64 << 20)
    }

    /// Hands all of it back. Each thread's freed memory stays with that thread otherwise: what several held for one job
    /// would stand beside what the next job takes.
    package static func giveBack() {
        rivulet_give_back_freed_memory()
    }
}
