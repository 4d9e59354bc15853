internal import HTTP
package import World

/// The settings of a world on the control listener: read them, or change some while it runs.
package struct SettingsRoute: Sendable {
    /// Where they are.
    static let path = "/worlds/default/settings"

    /// What the index says about each method.
    static let summaries = [
        (method: "GET", text: "what the world answers where the vendor is silent"),
        (method: "PUT", text: "changes the settings that a JSON object names"),
    ]

    private let world: World

    /// Makes the route of one world.
    ///
    /// - Parameter world: Whose settings they are.
    package init(world: World) {
        self.world = world
    }

    /// Answers a request.
    ///
    /// - Parameter request: The request.
    /// - Returns: The answer, or nil when the request is for something else.
    func response(to request: Request) -> Response? {
        guard request.path == Self.path else { return nil }
        return switch request.method {
        case "GET", "HEAD": Self.json(world.settings)
        case "PUT": change(request)
        default:
            ControlAPI.refusal(
                405,
                "\(Self.path) answers GET and PUT only",
                allow: ["GET", "HEAD", "PUT"]
            )
        }
    }

    private func change(_ request: Request) -> Response {
        let tree: JSONTree
        do throws(JSONFault) {
            tree = try JSONTree.parse(request.body)
        } catch {
            return ControlAPI.refusal(400, "the body is not JSON: \(error)")
        }
        let chosen: ChosenSettings
        do throws(SettingProblem) {
            chosen = try ChosenSettings(tree)
        } catch {
            return Self.refusal(error)
        }
        do throws(SettingsChangeError) {
            return Self.json(try world.change(settings: chosen))
        } catch {
            return switch error {
            case .refused(let problem): Self.refusal(problem)
            case .notStored(let cause):
                ControlAPI.refusal(500, "the settings cannot be stored: \(cause)")
            }
        }
    }

    private static func refusal(_ problem: SettingProblem) -> Response {
        ControlAPI.refusal(400, "\(problem.name.map { "$.\($0)" } ?? "$") \(problem.text)")
    }

    private static func json(_ settings: WorldSettings) -> Response {
        Response(
            status: 200,
            fields: ["content-type": "application/json", "cache-control": "no-store"],
            body: Array(settings.json.utf8)
        )
    }
}
