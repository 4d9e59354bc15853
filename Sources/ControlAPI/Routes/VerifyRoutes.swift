import HTTP
import World

/// Expectations on what happened in a world.
enum VerifyRoutes {
    static let rows = [
        ControlRoute(
            "POST",
            "/worlds/{world}/verify",
            "compares the journal with what a test expects",
            verify
        )
    ]

    private static func verify(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        _ = try call.journal()
        let expectations = try call.reading(Expectation.read)
        return .later {
            guard
                let verification = call.worlds.verification(of: expectations, in: call.worldName)
            else { return ControlAPI.refusal(call.noWorld(call.worldName)) }
            var writer = JSONWriter(reservingCapacity: 1024)
            verification.write(to: &writer)
            return Response(
                status: 200,
                fields: ["content-type": "application/json"],
                body: writer.bytes
            )
        }
    }
}
