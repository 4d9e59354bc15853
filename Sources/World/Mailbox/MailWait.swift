package import AccountModel
package import AccountStore
import Synchronization

/// Calls somebody later; handed in, so that tests need no time.
package struct Alarm: Sendable {
    /// Calls the closure once, when the duration is over, on any thread.
    package let after: @Sendable (Duration, @escaping @Sendable () -> Void) -> Void

    /// Makes one.
    ///
    /// - Parameter after: Calls the closure once, when the duration is over, on any thread.
    package init(after: @escaping @Sendable (Duration, @escaping @Sendable () -> Void) -> Void) {
        self.after = after
    }

    /// One that never rings.
    package static let silent = Alarm { _, _ in }
}

/// How waiting for a mail ended.
package enum MailWaitOutcome: Sendable, Hashable {
    /// The mail came, or was there.
    case mail(Mail)

    /// None came in time.
    case timeout

    /// The world is gone.
    case gone

    /// The database failed.
    case failed(StoreError)
}

/// Somebody who waits for a mail: no thread, no polling.
///
/// It looks when it begins, after each commit that brought mail, when the clock is steered, and at
/// the moment at which the clock, which runs by itself, gets to the next event.
package final class MailWait: Sendable {
    private struct State {
        /// The world as it is whenever somebody looks; nil when the wait is over.
        var world: (@Sendable () -> World?)?
        var answer: (@Sendable (MailWaitOutcome) -> Void)?
        var mailWatch: (watchers: Watchers, number: UInt64)?
        var clockWatch: (watchers: Watchers, number: UInt64)?

        /// What the alarm is set for that counts.
        var appointment: Appointment?
    }

    /// When the clock gets to the next event, if it goes on as it does.
    private struct Appointment: Equatable {
        let clock: ClockState
        let event: Timestamp
    }

    private let state: Mutex<State>
    private let filter: MailFilter
    private let alarm: Alarm

    private init(
        _ filter: MailFilter,
        _ world: @escaping @Sendable () -> World?,
        _ alarm: Alarm,
        _ answer: @escaping @Sendable (MailWaitOutcome) -> Void
    ) {
        self.filter = filter
        self.alarm = alarm
        state = Mutex(State(world: world, answer: answer))
    }

    /// Waits for a mail.
    ///
    /// - Parameters:
    ///   - filter: Which one; of several the earliest.
    ///   - world: The world as it is whenever somebody looks: a reset puts another object in the
    ///     place of the first; nil when it is deleted.
    ///   - timeout: How long to wait, by the system's clock.
    ///   - alarm: Calls back later.
    ///   - answer: Called once at most, perhaps before this returns, on any thread.
    /// - Returns: The wait, to be given up.
    @discardableResult
    package static func begin(
        _ filter: MailFilter,
        in world: @escaping @Sendable () -> World?,
        timeout: Duration,
        alarm: Alarm,
        answer: @escaping @Sendable (MailWaitOutcome) -> Void
    ) -> MailWait {
        let wait = MailWait(filter, world, alarm, answer)
        guard let now = world() else {
            wait.end(.gone)
            return wait
        }
        wait.watch(now)
        // Those who are watched keep who waits; a wait that has ended is not kept by its alarms.
        alarm.after(timeout) { [weak wait] in wait?.end(.timeout) }
        wait.look()
        return wait
    }

    /// Gives up: nobody wants the answer any more.
    package func cancel() { end(nil) }

    private func watch(_ world: World) {
        let arrivals = world.store.mailArrivals
        let changes = world.clock.changes
        // Strong references: they go when the wait ends, at the latest when the alarm goes off.
        let mailWatch = (arrivals, arrivals.watch { self.look() })
        let clockWatch = (changes, changes.watch { self.look() })
        let isOver = state.withLock { state in
            guard state.world != nil else { return true }
            state.mailWatch = mailWatch
            state.clockWatch = clockWatch
            return false
        }
        // The mail came between the two.
        guard isOver else { return }
        arrivals.leave(mailWatch.1)
        changes.leave(clockWatch.1)
    }

    /// Looks whether the mail is there, and sees to it that somebody looks again.
    private func look() {
        guard let find = state.withLock(\.world) else { return }
        guard let world = find() else { return end(.gone) }
        do throws(StoreError) {
            if let mail = try world.mailbox.first(filter) { return end(.mail(mail)) }
        } catch {
            return end(.failed(error))
        }
        makeAppointment(world)
    }

    /// What happens next may bring the mail; where the clock stands still nothing does.
    private func makeAppointment(_ world: World) {
        let next = Appointment(clock: world.clock.state, event: world.store.nextEventAt)
        guard let delay = world.clock.wait(until: next.event), delay < .seconds(86_400) else {
            return
        }
        let isNew = state.withLock { state in
            defer { state.appointment = next }
            return state.world != nil && state.appointment != next
        }
        guard isNew else { return }
        alarm.after(delay) { [weak self] in self?.keep(next) }
    }

    /// Looks, unless the clock was steered after the alarm was set.
    private func keep(_ appointment: Appointment) {
        let isValid = state.withLock { state in
            guard state.appointment == appointment else { return false }
            state.appointment = nil
            return true
        }
        if isValid { look() }
    }

    private func end(_ outcome: MailWaitOutcome?) {
        let ended = state.withLock { state in
            defer { state = State() }
            return state
        }
        if let watch = ended.mailWatch { watch.watchers.leave(watch.number) }
        if let watch = ended.clockWatch { watch.watchers.leave(watch.number) }
        if let outcome { ended.answer?(outcome) }
    }
}
