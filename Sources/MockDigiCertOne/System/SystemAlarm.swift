package import World

extension Alarm {
    /// Rings by the system's clock; no thread waits for it.
    package static let system = Alarm { duration, ring in
        Task {
            // Nobody cancels the task.
            try? await Task.sleep(for: duration)
            ring()
        }
    }
}
