using System.Text;
using OpsRestart.Adapters.Amqp;
using OpsRestart.Tests.Units.Probes;

namespace OpsRestart.Tests.Units.Hostile;

/// <summary>Something else, or something broken, answers where RabbitMQ's management API should.</summary>
internal sealed class ManagementApiSuite : IHostileSuite
{
    private static readonly Dictionary<string, (string Good, Func<ManagementApi, CancellationToken, Task<int>> Ask)> Calls = new()
    {
        ["queues"] = (
            """[{"auto_delete":false,"exclusive":null,"messages_ready":3,"messages_unacknowledged":2,"name":"orders","type":"classic"}]""",
            static async (api, c) => (await api.GetQueuesAsync(c)).Count
        ),
        ["consumers"] = (
            """[{"ack_required":false,"channel_details":{"connection_name":"a -> b","peer_host":"127.0.0.1"},"consumer_tag":"t","prefetch_count":16,"queue":{"name":"q"}}]""",
            static async (api, c) => (await api.GetConsumersAsync(c)).Count
        ),
        ["bindings"] = (
            """[{"destination":"q","destination_type":"queue"},{"destination":"e","destination_type":"exchange"}]""",
            static async (api, c) => (await api.GetBoundQueuesAsync("x", c)).Count
        ),
        ["connections"] = (
            """[{"name":"a -> b","client_properties":{"product":"py-amqp"}}]""",
            static async (api, c) => (await api.GetConnectionsAsync(c)).Count
        ),
        ["channels"] = (
            """[{"connection_details":{"name":"a -> b"},"prefetch_count":4,"global_prefetch_count":0}]""",
            static async (api, c) => (await api.GetChannelsAsync(c)).Count
        ),
    };

    public IReadOnlyList<HostileInput> Inputs(Random random) =>
        [
            .. Calls.SelectMany(call =>
                JsonShapes.Of(call.Value.Good, random, 40).Select((json, i) => new HostileInput($"{call.Key} {i}", (call.Key, json)))
            ),
        ];

    public async Task<string> TryAsync(HostileInput input, CancellationToken cancellationToken)
    {
        var (call, json) = ((string, string))input.Data!;
        var body = Encoding.UTF8.GetBytes(json);
        await using var server = FakeServer.Answering([
            .. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"),
            .. body,
        ]);
        using var api = new ManagementApi(new Uri($"http://{server.Address}"), AmqpEndpoint.Parse("amqp://u:p@localhost"));
        return $"{await Calls[call].Ask(api, cancellationToken)} entries";
    }
}
