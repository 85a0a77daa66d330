using System.Text;
using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Probes;

/// <summary>
/// Connects, and where asked says something and judges the answer. Several targets are tried at once; the first that fails is told.
/// </summary>
internal sealed class TcpProbe : ProbeBase
{
    private readonly List<Place> _endpoints = [];

    /// <summary>Sent after connecting.</summary>
    private readonly string? _send;

    /// <summary>What the first 4 KiB of what the peer says must match.</summary>
    private readonly Regex? _pattern;

    /// <summary>Null: a TLS session is no part of the check.</summary>
    private readonly Tls? _tls;

    public TcpProbe(ProbeSettings settings, ProbeContext context, TimeProvider time)
        : base(settings, context, time)
    {
        string[] texts =
        [
            .. settings.Target.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            .. settings.List("targets"),
        ];
        foreach (var text in texts)
        {
            if (Place.Parse(text) is { } endpoint)
            {
                _endpoints.Add(endpoint);
            }
            else
            {
                settings.FailTarget(
                    "has no usable host and port in "
                        + $"'{SecretText.RedactAddress(text.Contains('@') || settings.Target.Contains('@') ? settings.Target : text)}'",
                    "Write host:port, [ipv6]:port or unix:/path."
                );
            }
        }

        if (texts.Length == 0)
        {
            settings.FailTarget("names nothing to connect to", "Write host:port, [ipv6]:port or unix:/path.");
        }

        var tls = settings.ReadTls();
        _send = Unescape(settings.Text("send"));
        _pattern = settings.Pattern("pattern");
        _tls = settings.Flag("tls") == true ? tls : null;
    }

    private const int BannerLimit = 4096;

    protected override string Peer => string.Join(", ", _endpoints);

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var verdicts = await Task.WhenAll(_endpoints.Select(e => TryOneAsync(e, cancellationToken))).ConfigureAwait(false);
        return Array.Find(verdicts, static v => v.Status != ProbeStatus.Healthy)
            ?? (
                verdicts.Length == 1 ? verdicts[0] : ProbeVerdict.Healthy("Connected", $"All {verdicts.Length} accept connections: {Peer}.")
            );
    }

    private async Task<ProbeVerdict> TryOneAsync(Place endpoint, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await endpoint.ConnectAsync(_tls, cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                if (_send is { } text)
                {
                    await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
                }

                return _pattern is null
                    ? ProbeVerdict.Healthy("Connected", $"{endpoint} accepts connections.")
                    : await ExpectAsync(endpoint, stream, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Which of the targets was late is worth knowing; if it was the caller who cancelled, the base throws anyway.
            return ProbeVerdict.TimedOut(endpoint.ToString(), TryTimeout, NextStep);
        }
        catch (Exception e)
        {
            return ProbeVerdict.Of(e, endpoint.ToString(), NextStep, endpoint.UnixPath is not null);
        }
    }

    private async Task<ProbeVerdict> ExpectAsync(Place endpoint, Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[BannerLimit];
        var length = 0;
        try
        {
            while (
                length < buffer.Length
                && await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false) is > 0 and var read
            )
            {
                length += read;
                if (_pattern!.IsMatch(Encoding.UTF8.GetString(buffer, 0, length)))
                {
                    return ProbeVerdict.Healthy(
                        "Matched",
                        $"{endpoint} says: {ForeignText.OneLine(Encoding.UTF8.GetString(buffer, 0, length))}"
                    );
                }
            }
        }
        catch (OperationCanceledException) when (length > 0)
        {
            // It said something, only not what was expected: that is the better answer than "timeout".
        }

        var said = length == 0 ? "nothing" : $"'{ForeignText.OneLine(Encoding.UTF8.GetString(buffer, 0, length))}'";
        return ProbeVerdict.Unhealthy(
            ProbeReason.Mismatch,
            $"{endpoint} said {said}, which does not match /{_pattern}/. Check that the right service has this port."
        );
    }

    private static string? Unescape(string? text) =>
        text
            ?.Replace("\\r", "\r", StringComparison.Ordinal)
            .Replace("\\n", "\n", StringComparison.Ordinal)
            .Replace("\\t", "\t", StringComparison.Ordinal)
            .Replace("\\0", "\0", StringComparison.Ordinal);
}
