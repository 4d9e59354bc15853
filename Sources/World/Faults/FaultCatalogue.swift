/// Every action that a rule can have, each with a rule that can be sent as it stands.
package enum FaultCatalogue {
    /// One action.
    package struct Row: Sendable {
        /// The member of `action`.
        package let member: String
        /// What it does, in a sentence.
        package let sentence: String
        /// A rule that has it: a JSON object.
        package let example: String

        fileprivate init(_ member: String, _ sentence: String, _ example: String) {
            self.member = member
            self.sentence = sentence
            self.example = example
        }
    }

    /// Every action.
    package static let rows: [Row] = [
        Row(
            "delay",
            "the answer waits: always so long, or a span drawn between two",
            #"{"match":{"path":"/account/api/v1/user/me"},"action":{"delay":"3s"}}"#
        ),
        Row(
            "status",
            "this status, in the API's envelope of errors where no body is given",
            #"{"match":{"method":"POST","nth":{"to":2}},"action":{"status":503}}"#
        ),
        Row(
            "body",
            "this body: a text as it is, or any JSON value",
            #"{"action":{"status":502,"body":"<h1>Bad gateway</h1>","content_type":"text/html"}}"#
        ),
        Row(
            "content_type",
            "the answer says that its body is of this type",
            #"{"match":{"path_prefix":"/account/"},"action":{"content_type":"text/html"}}"#
        ),
        Row(
            "fields",
            "the answer has these header fields",
            #"{"action":{"fields":{"x-cache":"MISS from a proxy"}}}"#
        ),
        Row(
            "retry_after",
            "Retry-After in seconds",
            #"{"match":{"every":5},"action":{"status":429,"retry_after":30}}"#
        ),
        Row(
            "retry_after_date",
            "Retry-After as a date by the world's clock: so long from now, or a time",
            #"{"match":{"count":1},"action":{"status":503,"retry_after_date":"30s"}}"#
        ),
        Row(
            "close",
            "the connection closes without an answer",
            #"{"match":{"probability":0.1,"seed":7},"action":{"close":true}}"#
        ),
        Row(
            "reset",
            "the connection (HTTP/2: the stream) is reset; here after the request was handled",
            #"{"match":{"method":"POST","count":1},"when":"after","action":{"reset":true}}"#
        ),
        Row("stall", "no answer ever comes", #"{"match":{"nth":1},"action":{"stall":true}}"#),
        Row(
            "truncate",
            "the body breaks off after so many bytes, or after half of them (true)",
            #"{"action":{"truncate":100}}"#
        ),
        Row(
            "dribble",
            "the answer comes in small portions",
            #"{"action":{"dribble":{"bytes":1,"every":"50ms"}}}"#
        ),
        Row("malformed_json", "the body is no JSON", #"{"action":{"malformed_json":true}}"#),
        Row("empty_body", "the body is empty", #"{"action":{"empty_body":true}}"#),
        Row(
            "goaway",
            "HTTP/2: GOAWAY, and the request counts as not processed; HTTP/1.1: as close",
            #"{"action":{"goaway":true}}"#
        ),
        Row(
            "refuse_stream",
            "HTTP/2: RST_STREAM with REFUSED_STREAM; HTTP/1.1: as reset",
            #"{"action":{"refuse_stream":true}}"#
        ),
        Row(
            "tls",
            "the handshake fails: an alert at client_hello or certificate, a reset, a stall",
            #"{"match":{"listener":"clientauth"},"#
                + #""action":{"tls":{"alert":"certificate_expired","at":"certificate"}}}"#
        ),
        Row(
            "issue",
            "the certificate that is issued is wrong",
            #"{"match":{"user":"Example service user","count":1},"#
                + #""action":{"issue":{"flaw":"wrong_key","expires_in":"90s"}}}"#
        ),
    ]
}
