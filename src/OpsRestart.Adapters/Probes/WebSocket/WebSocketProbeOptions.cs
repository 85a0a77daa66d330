using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Probes.WebSocket;

/// <summary>Settings of a ws probe. Target: <c>ws://</c> or <c>wss://</c> URL.</summary>
internal sealed record WebSocketProbeOptions : ProbeOptions
{
    public required Uri Uri { get; init; }

    /// <summary><c>headers</c>: sent with the handshake.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary><c>bearer</c>: a token for the Authorization header.</summary>
    public string? Bearer { get; init; }

    /// <summary><c>protocols</c>: sub-protocols to offer.</summary>
    public IReadOnlyList<string> Protocols { get; init; } = [];

    /// <summary><c>send</c>: a text sent after the handshake.</summary>
    public string? Send { get; init; }

    /// <summary><c>expect</c>: a regular expression that the first message matches. Neither this nor <c>json</c>: the handshake is enough.</summary>
    public Regex? Expect { get; init; }

    /// <summary><c>json</c>: dotted paths into the first message and their values.</summary>
    public IReadOnlyDictionary<string, string> Json { get; init; } = new Dictionary<string, string>();

    public required ProbeTls Tls { get; init; }

    public bool NeedsMessage => Expect is not null || Json.Count > 0;

    public static WebSocketProbeOptions Read(ProbeSettings settings)
    {
        if (!Uri.TryCreate(settings.Target, UriKind.Absolute, out var uri) || uri.Scheme is not ("ws" or "wss") || uri.Host.Length == 0)
        {
            settings.FailTarget("is no ws or wss URL", "Write ws://host:port/path.");
            uri = new Uri("ws://localhost/");
        }

        return new WebSocketProbeOptions
        {
            Uri = uri,
            Headers = settings.Map("headers"),
            Bearer = settings.Text("bearer"),
            Protocols = settings.List("protocols"),
            Send = settings.Text("send"),
            Expect = settings.Pattern("expect"),
            Json = settings.Map("json"),
            Tls = ProbeTls.Read(settings),
        };
    }
}
