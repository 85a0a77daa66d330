using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Redis;

namespace OpsRestart.Tests.System.Probes;

/// <summary>daphne with an application that says who is connected, as channels' consumers do.</summary>
public sealed class WebSocketProbeTests
{
    private const string Application = """
        async def application(scope, receive, send):
            if scope["type"] != "websocket":
                return
            await receive()
            headers = dict(scope["headers"])
            if scope["path"] == "/closed":
                await send({"type": "websocket.close", "code": 4001})
                return
            await send({"type": "websocket.accept"})
            if scope["path"] == "/silent":
                await receive()
                return
            tenant = headers.get(b"authorization", b"").decode().replace("Bearer ", "")
            await send({"type": "websocket.send", "text": '{"type":"connected","tenant_id":"%s"}' % tenant})
            await receive()
        """;

    [Fact]
    public async Task The_handshake_and_the_first_message_are_judged()
    {
        TestHost.Needs("daphne", "daphne");
        var port = RedisServer.FreePort();
        var folder = Directory.CreateTempSubdirectory("opsrestart-ws-").FullName;
        await File.WriteAllTextAsync($"{folder}/app.py", Application);
        await using var units = await Units.InstallAsync(
            (
                "probe-ws",
                Units.Service(
                    $"/usr/bin/daphne -b 127.0.0.1 -p {port} app:application",
                    $"WorkingDirectory={folder}",
                    $"Environment=PYTHONPATH={folder}"
                )
            )
        );
        await Systemctl.RunAsync("start", "probe-ws");
        var url = $"ws://127.0.0.1:{port}";
        await Eventually.IsTrueAsync(async () => (await ProbeCheck.RunAsync("tcp", $"127.0.0.1:{port}")).Status == ProbeStatus.Healthy);
        ProbeCheck.Is(ProbeStatus.Healthy, "101", await ProbeCheck.RunAsync("ws", url + "/"));
        var json = new Dictionary<string, object?> { ["type"] = "connected", ["tenant_id"] = "t1" };
        ProbeCheck.Is(ProbeStatus.Healthy, "Message", await ProbeCheck.RunAsync("ws", url + "/", ("bearer", "t1"), ("json", json)));
        ProbeCheck.Is(ProbeStatus.Unhealthy, "Mismatch", await ProbeCheck.RunAsync("ws", url + "/", ("bearer", "t2"), ("json", json)));
        ProbeCheck.Is(ProbeStatus.Unhealthy, "403", await ProbeCheck.RunAsync("ws", url + "/closed"));
        await using var session = new Adapters.Composition.OpsSession();
        var silent = ProbeCheck.Define("ws", url + "/silent", ("pattern", "x")) with { Timeout = TimeSpan.FromMilliseconds(400) };
        ProbeCheck.Is(ProbeStatus.Unhealthy, "NoMessage", (await session.CheckAsync([silent], default))[0]);
        await Systemctl.RunAsync("stop", "probe-ws");
        ProbeCheck.Is(ProbeStatus.Unhealthy, "Refused", await ProbeCheck.RunAsync("ws", url + "/"));
    }
}
