using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;

namespace OpsRestart.Tests.Units.Probes;

/// <summary>A chat of few words: register for a queue of events, send a message, wait for events.</summary>
public sealed class RoundTripTests : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<string> _messages = new();
    private readonly string _root;
    private TimeSpan _delay;
    private bool _loses;

    public RoundTripTests()
    {
        _root = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FakeServer.DeadPort()}");
        _listener.Prefixes.Add(_root + "/");
        _listener.Start();
        _ = ServeAsync();
    }

    public void Dispose() => _listener.Close();

    [Fact]
    public async Task What_was_sent_is_seen_and_the_time_between_is_the_number()
    {
        var result = await RunAsync();

        Assert.True((ProbeStatus.Healthy, "OK") == (result.Status, result.Reason), $"{result}: {result.Detail}");
        var took = Assert.Single(result.Measures);
        Assert.Equal(("delivery", "s", "1000", "2000"), (took.Name, took.Unit, took.Warn, took.Crit));
    }

    [Fact]
    public async Task Slow_is_a_warning_and_then_critical()
    {
        _delay = TimeSpan.FromMilliseconds(300);

        var slow = await RunAsync(("warn", "0.2s"));
        Assert.True((ProbeStatus.Degraded, "Slow") == (slow.Status, slow.Reason), $"{slow}: {slow.Detail}");
        var slower = await RunAsync(("warn", "0.1s"), ("crit", "0.2s"));
        Assert.True((ProbeStatus.Unhealthy, "Slow") == (slower.Status, slower.Reason), $"{slower}: {slower.Detail}");
    }

    [Fact]
    public async Task What_never_comes_is_critical()
    {
        _loses = true;
        var probe = Define() with { Timeout = TimeSpan.FromSeconds(1) };

        var result = await Check.RunAsync(probe);

        Assert.True((ProbeStatus.Unhealthy, "NotReceived") == (result.Status, result.Reason), $"{result}: {result.Detail}");
        Assert.Contains("/messages", result.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("send", "/nowhere", "404")]
    [InlineData("prepare", "/nowhere", "404")]
    public async Task A_refusal_on_the_way_is_told_by_its_status(string key, string path, string reason) =>
        Assert.Equal((ProbeStatus.Unhealthy, reason), Brief(await RunAsync((key, _root + path))));

    [Fact]
    public async Task What_can_not_be_captured_is_told() =>
        Assert.Equal(
            (ProbeStatus.Unhealthy, "Mismatch"),
            Brief(await RunAsync(("capture", new Dictionary<string, object?> { ["queue"] = "no_such_place" })))
        );

    [Theory]
    [InlineData("send", "nowhere", "no http or https URL")]
    [InlineData("send", null, "no http or https URL")]
    [InlineData("content", "hello", "does not hold {token}")]
    [InlineData("method", "PUT", "can't be chosen")]
    [InlineData("prepare", null, "needs a request")]
    public void What_can_not_work_is_found(string key, string? value, string says)
    {
        var settings = new Dictionary<string, object?>(Define().Settings) { [key] = value };
        var findings = Check.Factory.Validate(Define() with { Settings = settings.Where(static s => s.Value is not null).ToDictionary() });

        Assert.Contains(findings, f => f.Message.Contains(says, StringComparison.Ordinal));
    }

    private static (ProbeStatus, string) Brief(ProbeResult result) => (result.Status, result.Reason);

    private Task<ProbeResult> RunAsync(params (string Key, object? Value)[] settings)
    {
        var probe = Define();
        var all = new Dictionary<string, object?>(probe.Settings);
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return Check.RunAsync(probe with { Settings = all });
    }

    private ProbeDefinition Define() =>
        Check.Define(
            "roundtrip",
            _root + "/events?queue_id={queue}",
            ("send", _root + "/messages"),
            ("content", "to=probe&content={token}"),
            ("contentType", "application/x-www-form-urlencoded"),
            ("prepare", _root + "/register"),
            ("prepareContent", "event_types=message"),
            ("capture", new Dictionary<string, object?> { ["queue"] = "queue_id" }),
            ("warn", "1000s"),
            ("crit", "2000s")
        ) with
        {
            Timeout = TimeSpan.FromSeconds(60),
        };

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.GetContextAsync());
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            var (status, answer) = await AnswerAsync(context.Request);
            context.Response.StatusCode = status;
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
        {
            // Who asked is gone.
        }
    }

    private async Task<(int Status, string Answer)> AnswerAsync(HttpListenerRequest request)
    {
        using var reader = new StreamReader(request.InputStream);
        var body = await reader.ReadToEndAsync();
        switch (request.HttpMethod, request.Url!.AbsolutePath)
        {
            case ("POST", "/register"):
                return (200, """{"queue_id": "a b&c", "result": "success"}""");
            case ("POST", "/messages") when body.StartsWith("to=probe&content=", StringComparison.Ordinal):
                _ = DeliverAsync(body["to=probe&content=".Length..]);
                return (200, "{}");
            case ("GET", "/events") when request.QueryString["queue_id"] == "a b&c":
                return (200, $"[{string.Join(',', _messages.Select(static m => $"\"{m}\""))}]");
            default:
                return (404, "");
        }
    }

    private async Task DeliverAsync(string message)
    {
        await Task.Delay(_delay);
        if (!_loses)
        {
            _messages.Enqueue(message);
        }
    }
}
