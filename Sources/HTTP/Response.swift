/// One complete response.
package struct Response: Sendable {
    /// The status code (RFC 9110 §15).
    package var status: Int

    /// The header fields in the order they are sent.
    ///
    /// `content-length`, `connection` and `transfer-encoding` belong to the transport: values given
    /// here are ignored.
    package var fields: Fields

    /// The body; not sent in answer to HEAD, nor with 204 and 304.
    package var body: [UInt8]

    /// Why the answer is what it is, in a person's words.
    ///
    /// Never sent by itself: the composition decides about the log line and `x-mock-reason`.
    package var reason: String?

    /// Who was recognized, for the log line; never sent.
    package var principal: String?

    /// How well the answer is known, in one word; never sent by itself.
    package var evidence: String?

    /// Which token and certificate were presented, for the journal; nil where neither is known.
    package var credential: UsedCredential?

    /// Whether a rule of what goes wrong on purpose decided on the answer; never sent.
    package var isOnPurpose = false

    /// The rules that made the answer go wrong.
    package var faultIDs: [String] = []

    /// The world that answered where that is not the one of all; never sent by itself.
    package var world: String?

    /// How it goes out, where it is not simply sent; `nil` for ``Delivery/plain``.
    ///
    /// A box, so that all other responses carry one word more and cost one comparison.
    private var special: SpecialDelivery?

    /// A way to deliver that is not the plain one.
    private final class SpecialDelivery: Sendable {
        let delivery: Delivery

        init(_ delivery: Delivery) {
            self.delivery = delivery
        }
    }

    /// How it goes out.
    package var delivery: Delivery {
        get { special?.delivery ?? .plain }
        set { special = newValue == .plain ? nil : SpecialDelivery(newValue) }
    }

    /// Whether it goes out at once and whole.
    package var isPlainlyDelivered: Bool { special == nil }

    /// Makes a response.
    ///
    /// - Parameters:
    ///   - status: The status code.
    ///   - fields: The header fields.
    ///   - body: The body.
    ///   - reason: Why the answer is what it is.
    ///   - principal: Who was recognized.
    ///   - evidence: How well the answer is known.
    package init(
        status: Int,
        fields: Fields = Fields(),
        body: [UInt8] = [],
        reason: String? = nil,
        principal: String? = nil,
        evidence: String? = nil
    ) {
        self.status = status
        self.fields = fields
        self.body = body
        self.reason = reason
        self.principal = principal
        self.evidence = evidence
    }
}
