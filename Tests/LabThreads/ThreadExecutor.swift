import Glibc
import Synchronization

/// Threads that run what is given to them, first come, first served. They may
/// wait for a child or a file, as the common ones must not.
final class ThreadExecutor: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])
    /// Counts the jobs. Never destroyed: the threads run to the end.
    private nonisolated(unsafe) let waiting = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init(threads: Int) {
        sem_init(waiting, 0, 0)
        for _ in 0..<threads {
            var thread = pthread_t()
            let code = pthread_create(
                &thread, nil,
                { context in
                    Unmanaged<ThreadExecutor>.fromOpaque(context!).takeUnretainedValue().run()
                }, Unmanaged.passUnretained(self).toOpaque())
            precondition(code == 0, "no thread is left")
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        sem_post(waiting)
    }

    private func run() -> UnsafeMutableRawPointer? {
        while true {
            guard sem_wait(waiting) == 0 else { continue }
            jobs.withLock { $0.removeFirst() }.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
