using System.Text;

namespace OpsRestart.Tests.Units.Probes;

public sealed class HttpProbeTests
{
    [Theory]
    [InlineData(200, null, ProbeStatus.Healthy)]
    [InlineData(302, null, ProbeStatus.Healthy)]
    [InlineData(404, null, ProbeStatus.Unhealthy)]
    [InlineData(503, null, ProbeStatus.Unhealthy)]
    [InlineData(204, 200, ProbeStatus.Unhealthy)]
    [InlineData(204, "200, 204", ProbeStatus.Healthy)]
    [InlineData(404, "4xx", ProbeStatus.Healthy)]
    [InlineData(500, "200-499", ProbeStatus.Unhealthy)]
    public async Task The_status_is_the_reason(int status, object? expected, ProbeStatus verdict)
    {
        await using var server = FakeServer.Answering(Response(status, ""));
        var result = await Check.RunAsync("http", $"http://{server.Address}/health/", expected is null ? [] : [("status", expected)]);
        Assert.Equal((verdict, status.ToString(System.Globalization.CultureInfo.InvariantCulture)), (result.Status, result.Reason));
    }

    public static TheoryData<string, object?, bool, string> Bodies =>
        new()
        {
            { "contains", "checks", true, "200" },
            { "contains", "Checks", false, "does not hold 'Checks'" },
            { "pattern", "\"status\":\\s*\"ok\"", true, "200" },
            { "pattern", "^nothing$", false, "does not match" },
            {
                "json",
                new Dictionary<string, object?>
                {
                    ["status"] = "ok",
                    ["checks.1.db"] = true,
                    ["a.b"] = 1L,
                },
                true,
                "200"
            },
            {
                "json",
                new Dictionary<string, object?> { ["status"] = "bad" },
                false,
                "has 'ok' at 'status', not 'bad'"
            },
            {
                "json",
                new Dictionary<string, object?> { ["checks.2.db"] = true },
                false,
                "nothing at 'checks.2.db'"
            },
            {
                "expectHeaders",
                new Dictionary<string, object?> { ["content-type"] = "json", ["X-Node"] = "" },
                true,
                "200"
            },
            {
                "expectHeaders",
                new Dictionary<string, object?> { ["X-Other"] = "" },
                false,
                "without the header X-Other"
            },
        };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Body_and_headers_are_judged(string key, object? value, bool healthy, string says)
    {
        await using var server = FakeServer.Answering(
            Response(200, """{"status": "ok", "checks": [{}, {"db": true}], "a.b": 1}""", "X-Node: a\r\nContent-Type: application/json\r\n")
        );
        var result = await Check.RunAsync("http", $"http://{server.Address}/", (key, value));
        Assert.Equal(healthy ? (ProbeStatus.Healthy, "200") : (ProbeStatus.Unhealthy, "Mismatch"), (result.Status, result.Reason));
        Assert.Contains(says, result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_request_carries_what_was_asked_for_and_no_secret_is_shown()
    {
        var seen = new TaskCompletionSource<string>();
        await using var server = new FakeServer(
            async (stream, cancellationToken) =>
            {
                var buffer = new byte[4096];
                var length = await stream.ReadAtLeastAsync(buffer, 200, throwOnEndOfStream: false, cancellationToken);
                seen.SetResult(Encoding.UTF8.GetString(buffer, 0, length));
                await stream.WriteAsync(Encoding.UTF8.GetBytes(Response(403, "forbidden for hunter2? no")), cancellationToken);
            }
        );
        var result = await Check.RunAsync(
            "http",
            $"http://{server.Address}/x",
            ("method", "post"),
            ("hostHeader", "chat.example.org"),
            ("bearer", "hunter2"),
            ("content", "{\"a\": 1}"),
            ("headers", new Dictionary<string, object?> { ["X-A"] = "b" })
        );
        var request = await seen.Task;
        Assert.StartsWith("POST /x HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("Host: chat.example.org\r\n", request, StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer hunter2\r\n", request, StringComparison.Ordinal);
        Assert.Contains("X-A: b\r\n", request, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json\r\n", request, StringComparison.Ordinal);
        Assert.Equal("403", result.Reason);
        Assert.Contains("bearer", result.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "ALLOWED_HOSTS")]
    [InlineData(502, "stands behind it")]
    [InlineData(301, "redirects to http://elsewhere/")]
    public async Task A_wrong_status_says_what_to_do(int status, string says)
    {
        await using var server = FakeServer.Answering(Response(status, "Bad", "Location: http://elsewhere/\r\n"));
        var result = await Check.RunAsync("http", $"http://{server.Address}/", ("status", 200));
        Assert.Contains(says, result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_does_not_speak_HTTP_is_told_apart()
    {
        await using var other = FakeServer.Answering("220 mail.example.org ESMTP\r\n");
        await using var closing = FakeServer.Answering("");
        var wrong = await Check.RunAsync("http", $"http://{other.Address}/");
        Assert.Equal((ProbeStatus.Unhealthy, "NotHttp"), (wrong.Status, wrong.Reason));
        Assert.Contains("http-socket", wrong.Detail, StringComparison.Ordinal);
        var closed = await Check.RunAsync("http", $"http://{closing.Address}/");
        Assert.Equal((ProbeStatus.Unhealthy, "Closed"), (closed.Status, closed.Reason));
    }

    [Fact]
    public async Task A_slow_answer_is_Degraded()
    {
        await using var server = new FakeServer(
            async (stream, cancellationToken) =>
            {
                await stream.ReadAtLeastAsync(new byte[4096], 1, true, cancellationToken);
                await Task.Delay(60, cancellationToken);
                await stream.WriteAsync(Encoding.UTF8.GetBytes(Response(200, "ok")), cancellationToken);
            }
        );
        var result = await Check.RunAsync("http", $"http://{server.Address}/", ("maxLatency", "20ms"));
        Assert.Equal((ProbeStatus.Degraded, "Slow"), (result.Status, result.Reason));
        Assert.True(result.Latency > TimeSpan.FromMilliseconds(20));
    }

    private static string Response(int status, string body, string headers = "") =>
        $"HTTP/1.1 {status} X\r\n{headers}Content-Length: {(status is 204 ? 0 : body.Length)}\r\nConnection: close\r\n\r\n{body}";
}
