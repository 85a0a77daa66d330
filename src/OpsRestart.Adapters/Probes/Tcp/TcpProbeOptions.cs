using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Probes.Tcp;

/// <summary>
/// Settings of a tcp probe. Target: <c>tcp://host:port</c>, <c>host:port</c>, <c>unix:/path</c>, several with commas; setting <c>targets</c> adds more.
/// All of them must accept.
/// </summary>
internal sealed record TcpProbeOptions : ProbeOptions
{
    public required IReadOnlyList<ProbeEndpoint> Endpoints { get; init; }

    /// <summary><c>send</c>: text sent after connecting; <c>\r \n \t \0</c> are written so.</summary>
    public string? Send { get; init; }

    /// <summary><c>expect</c>: a regular expression that the first 4 KiB of what the peer says must match.</summary>
    public Regex? Expect { get; init; }

    /// <summary><c>tls: true</c>: a TLS session is part of the check.</summary>
    public ProbeTls? Tls { get; init; }

    public static TcpProbeOptions Read(ProbeSettings settings)
    {
        var endpoints = new List<ProbeEndpoint>();
        string[] texts = [.. settings.Target.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), .. settings.List("targets")];
        foreach (var text in texts)
        {
            if (ProbeEndpoint.Parse(text) is { } endpoint)
            {
                endpoints.Add(endpoint);
            }
            else
            {
                settings.FailTarget($"has no usable host and port in '{SecretText.RedactAddress(text.Contains('@') || settings.Target.Contains('@') ? settings.Target : text)}'", "Write host:port, [ipv6]:port or unix:/path.");
            }
        }

        if (texts.Length == 0)
        {
            settings.FailTarget("names nothing to connect to", "Write host:port, [ipv6]:port or unix:/path.");
        }

        var tls = ProbeTls.Read(settings);
        return new TcpProbeOptions
        {
            Endpoints = endpoints,
            Send = Unescape(settings.Text("send")),
            Expect = settings.Pattern("expect"),
            Tls = settings.Flag("tls") == true ? tls : null,
        };
    }

    private static string? Unescape(string? text) => text?
        .Replace("\\r", "\r", StringComparison.Ordinal)
        .Replace("\\n", "\n", StringComparison.Ordinal)
        .Replace("\\t", "\t", StringComparison.Ordinal)
        .Replace("\\0", "\0", StringComparison.Ordinal);
}
