using System.Text.Json.Nodes;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>A new task, in Celery's message protocol 2 (docs.celeryq.dev, "Message Protocol").</summary>
internal static class CeleryTaskMessage
{
    /// <summary>Arguments, and what Celery calls embed: callbacks, of which there are none.</summary>
    public static byte[] Body(TrialTask task) =>
        Utf8(
            new JsonArray(
                new JsonArray([.. task.Arguments.Select(static a => (JsonNode)a)]),
                new JsonObject(),
                new JsonObject
                {
                    ["callbacks"] = null,
                    ["errbacks"] = null,
                    ["chain"] = null,
                    ["chord"] = null,
                }
            )
        );

    /// <summary>A worker that comes to it later than that throws it away.</summary>
    public static string Expires(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'", CultureInfo.InvariantCulture);

    public static string Shown(IReadOnlyList<string> arguments) => $"({string.Join(", ", arguments)})";

    /// <summary>As kombu puts it into a list of Redis.</summary>
    public static byte[] ForRedis(TrialTask task, string contentType, DateTimeOffset expires) =>
        Utf8(
            new JsonObject
            {
                ["body"] = Convert.ToBase64String(Body(task)),
                ["content-encoding"] = "utf-8",
                ["content-type"] = contentType,
                ["headers"] = new JsonObject
                {
                    ["lang"] = "py",
                    ["task"] = task.Name,
                    ["id"] = task.Id,
                    ["shadow"] = null,
                    ["eta"] = null,
                    ["expires"] = Expires(expires),
                    ["group"] = null,
                    ["group_index"] = null,
                    ["retries"] = 0,
                    ["timelimit"] = new JsonArray(null, null),
                    ["root_id"] = task.Id,
                    ["parent_id"] = null,
                    ["argsrepr"] = Shown(task.Arguments),
                    ["kwargsrepr"] = "{}",
                    ["origin"] = "opsrestart",
                    ["ignore_result"] = false,
                },
                ["properties"] = new JsonObject
                {
                    ["correlation_id"] = task.Id,
                    ["reply_to"] = Guid.NewGuid().ToString(),
                    ["delivery_mode"] = 2,
                    ["delivery_info"] = new JsonObject { ["exchange"] = "", ["routing_key"] = task.Queue },
                    ["priority"] = 0,
                    ["body_encoding"] = "base64",
                    ["delivery_tag"] = Guid.NewGuid().ToString(),
                },
            }
        );

    private static byte[] Utf8(JsonNode node) => System.Text.Encoding.UTF8.GetBytes(node.ToJsonString());
}
