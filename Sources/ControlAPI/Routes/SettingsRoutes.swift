import HTTP
import World

/// The settings of a world: read them, or change some while it runs.
enum SettingsRoutes {
    private static let path = "/worlds/{world}/settings"

    static let rows = [
        ControlRoute("GET", path, "what the world answers where the vendor is silent", show),
        ControlRoute("PUT", path, "changes the settings that a JSON object names", change),
    ]

    private static func show(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        .now(json(try call.world().settings))
    }

    private static func change(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        let world = try call.world()
        guard !call.request.body.isEmpty else {
            throw ControlRefusal(400, "the body is not JSON: it is empty; send an object")
        }
        let body = try call.body()
        let chosen: ChosenSettings
        do throws(SettingProblem) {
            chosen = try ChosenSettings(body.value)
        } catch {
            throw refusal(error)
        }
        do throws(SettingsChangeError) {
            return .now(json(try world.change(settings: chosen)))
        } catch {
            switch error {
            case .refused(let problem): throw refusal(problem)
            case .notStored(let cause):
                throw ControlRefusal(500, "the settings cannot be stored: \(cause)")
            }
        }
    }

    /// A setting's problem as an answer.
    static func refusal(_ problem: SettingProblem) -> ControlRefusal {
        ControlRefusal(400, "\(problem.name.map { "$.\($0)" } ?? "$") \(problem.text)")
    }

    private static func json(_ settings: WorldSettings) -> Response {
        Response(
            status: 200,
            fields: ["content-type": "application/json"],
            body: Array(settings.json.utf8)
        )
    }
}
