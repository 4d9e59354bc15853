import HTTP
import World

/// Why a request was answered as it was: by the id that its answer carries in `x-request-id`.
enum ExplainRoutes {
    static let rows = [
        ControlRoute("GET", "/explain/{id}", "why a request was refused, in any world", anywhere),
        ControlRoute(
            "GET",
            "/worlds/{world}/explain/{id}",
            "the same, looked for in one world",
            inWorld
        ),
    ]

    private static func anywhere(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        let format = try format(call)
        let id = call.parameters.first ?? ""
        return .later {
            guard let (world, explanation) = call.worlds.explanation(of: id) else {
                return ControlAPI.refusal(missing(id, "no world's journal", "a"))
            }
            return answer(explanation, world, format)
        }
    }

    private static func inWorld(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        let format = try format(call)
        let journal = try call.journal()
        let id = call.parameters.last ?? ""
        return .later {
            guard let explanation = Explanation.find(id, in: journal) else {
                return ControlAPI.refusal(
                    missing(id, "the journal of world \(call.worldName)", "no")
                )
            }
            return answer(explanation, call.worldName, format)
        }
    }

    private enum Format: String, CaseIterable {
        case json
        case text
    }

    private static func format(_ call: ControlCall) throws(ControlRefusal) -> Format {
        try call.query(known: ["format"]).choice("format", of: Format.self) ?? .json
    }

    private static func missing(
        _ id: String,
        _ place: String,
        _ article: String
    ) -> ControlRefusal {
        ControlRefusal(
            404,
            "\(place) has \(article) request or connection \(id): take the id from x-request-id of"
                + " the answer; a journal keeps the newest entries only"
        )
    }

    private static func answer(
        _ explanation: Explanation,
        _ world: String,
        _ format: Format
    ) -> Response {
        switch format {
        case .text:
            return .text(explanation.text)
        case .json:
            return .json(200) { writer in
                writer.member("world", world)
                writer.name("explanation")
                explanation.write(to: &writer)
            }
        }
    }
}
